internal import ApusBase
package import ApusService
internal import DynamoDBItems

/// What a replica has for itself: how much of it is read, and its table class. Writes are the same in all regions.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateReplicationGroupMemberAction.html
package enum ReplicaOverrides {
    /// What a request asks for.
    package static func wanted(
        _ provisioned: ProvisionedThroughputOverride?, _ onDemand: OnDemandThroughputOverride?,
        _ indexes: [ReplicaGlobalSecondaryIndex]?, _ tableClass: String?
    ) throws(ServiceError) -> TableReplicas.Overrides {
        var wanted = TableReplicas.Overrides(
            reads: Self.reads(provisioned, onDemand), tableClass: tableClass)
        for (number, index) in (indexes ?? []).enumerated() {
            guard indexes?[..<number].contains(where: { $0.indexName == index.indexName }) == false else {
                throw ItemError.parameters(
                    "Only one global secondary index update per index is allowed simultaneously. Index: \(index.indexName)"
                ).service
            }
            wanted[index.indexName] = Self.reads(
                index.provisionedThroughputOverride, index.onDemandThroughputOverride)
        }
        return wanted
    }

    private static func reads(
        _ provisioned: ProvisionedThroughputOverride?, _ onDemand: OnDemandThroughputOverride?
    ) -> TableReplicas.Overrides.Reads {
        TableReplicas.Overrides.Reads(
            units: provisioned?.readCapacityUnits, maximum: onDemand?.maxReadRequestUnits)
    }

    /// Gives a replica what is wanted, by the rules of UpdateTable; it is not in the store yet.
    package static func apply(
        _ wanted: TableReplicas.Overrides, to replica: inout OpenTable, in call: inout Call
    ) throws(ServiceError) {
        guard !wanted.isEmpty else { return }
        let all = [wanted.reads] + wanted.indexes.values
        switch replica.record.settings.billing {
        case .payPerRequest where all.contains(where: { $0.units != nil }):
            throw CommonError.validation(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
        case .provisioned where all.contains(where: { $0.maximum != nil }):
            throw CommonError.validation(
                "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"
            )
        default: break
        }
        var update = UpdateTableInput(tableName: replica.name)
        update.tableClass = wanted.tableClass
        (update.provisionedThroughput, update.onDemandThroughput) = Self.change(
            wanted.reads, over: replica.record.settings.throughput)
        let indexes = wanted.indexes.sorted { $0.key < $1.key }.map { name, reads in
            let known = replica.record.indexes.first { $0.name == name }
            let (throughput, limits) = Self.change(reads, over: known?.throughput)
            return GlobalSecondaryIndexUpdate(
                update: UpdateGlobalSecondaryIndexAction(
                    indexName: name, provisionedThroughput: throughput, onDemandThroughput: limits))
        }
        if !indexes.isEmpty { update.globalSecondaryIndexUpdates = indexes }
        _ = try UpdateTable.changeSettings(update, of: &replica, in: &call)
    }

    /// What UpdateTable would be asked for; nil where that is what there is.
    private static func change(
        _ reads: TableReplicas.Overrides.Reads, over current: Throughput?
    ) -> (ProvisionedThroughput?, OnDemandThroughput?) {
        let limits = reads.maximum.map { OnDemandThroughput(maxReadRequestUnits: $0) }
        guard let units = reads.units, let current, units != current.read else { return (nil, limits) }
        return (ProvisionedThroughput(readCapacityUnits: units, writeCapacityUnits: current.write), limits)
    }

    /// What a replica of `table` has for itself once it has been given `wanted` beside `known`: what is the same as in the table is
    /// nothing of its own, and indexes that were not named keep what they have.
    package static func merged(
        _ wanted: TableReplicas.Overrides, over known: TableReplicas.Overrides, of table: TableRecord
    ) -> TableReplicas.Overrides {
        var merged = known
        let names = [nil] + wanted.indexes.keys.map(Optional.some)
        for name in names {
            let base = table.reads(of: name)
            var reads = merged[name]
            if let units = wanted[name].units { reads.units = units == base.units ? nil : units }
            if let maximum = wanted[name].maximum { reads.maximum = maximum == base.maximum ? nil : maximum }
            merged[name] = reads
        }
        if let tableClass = wanted.tableClass {
            merged.tableClass = tableClass == (table.settings.tableClass ?? "STANDARD") ? nil : tableClass
        }
        return merged
    }
}

extension TableRecord {
    /// What the index of this name, or the table, has of what a replica may have for itself.
    fileprivate func reads(of name: String?) -> TableReplicas.Overrides.Reads {
        guard let name else {
            return TableReplicas.Overrides.Reads(
                units: self.settings.throughput?.read, maximum: self.settings.onDemand?.read ?? -1)
        }
        let index = self.indexes.first { $0.name == name }
        return TableReplicas.Overrides.Reads(
            units: index?.throughput?.read, maximum: index?.onDemand?.read ?? -1)
    }

    /// What the table has for itself goes before what its group has in common.
    mutating func useOverrides() {
        let own = self.replicas.own
        if let tableClass = own.tableClass { self.settings.tableClass = tableClass }
        var capacity = GivenCapacity(self)
        capacity.use(own.reads)
        self.set(capacity)
        for place in self.indexes.indices {
            var capacity = GivenCapacity(self.indexes[place])
            capacity.use(own[self.indexes[place].name])
            self.indexes[place].set(capacity)
        }
    }
}

extension GivenCapacity {
    fileprivate mutating func use(_ reads: TableReplicas.Overrides.Reads) {
        if let units = reads.units { self.provisioned?.read = units }
        if let maximum = reads.maximum {
            self.onDemand = OnDemandLimits(read: maximum == -1 ? nil : maximum, write: self.onDemand?.write)
        }
    }
}
