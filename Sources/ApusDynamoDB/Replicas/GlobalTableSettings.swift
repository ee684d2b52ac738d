internal import ApusBase
package import ApusService
internal import ApusStore
internal import DynamoDBItems

/// The settings of the replicas of a global table of version 2017.11.29, which are told and changed together.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateGlobalTableSettings.html
package enum GlobalTableSettings {
    /// The tables of a global table, by region.
    package static func replicas(
        of name: String, in call: inout Call
    ) throws(ServiceError) -> [OpenTable] {
        var tables: [OpenTable] = []
        for region in try call.globalTable(name).regions.sorted() {
            let reference = TableReference(account: call.account, region: region, name: name)
            if let record = try call.get(reference.key) { tables.append(OpenTable(reference, record)) }
        }
        return tables
    }

    package static func description(
        of tables: [OpenTable], _ status: String, in call: inout Call
    ) throws(ServiceError) -> [ReplicaSettingsDescription] {
        var found: [ReplicaSettingsDescription] = []
        for table in tables {
            let settings = table.record.settings
            var replica = ReplicaSettingsDescription(regionName: table.reference.region, replicaStatus: status)
            replica.replicaBillingModeSummary = settings.billingModeSummary
            replica.replicaProvisionedReadCapacityUnits = settings.throughput?.read ?? 0
            replica.replicaProvisionedWriteCapacityUnits = settings.throughput?.write ?? 0
            replica.replicaProvisionedReadCapacityAutoScalingSettings = try ReplicaScaling.settings(
                table, nil, .read, in: &call)
            replica.replicaProvisionedWriteCapacityAutoScalingSettings = try ReplicaScaling.settings(
                table, nil, .write, in: &call)
            replica.replicaTableClassSummary = settings.tableClassSummary
            let indexes = try Self.indexes(of: table, in: &call)
            if !indexes.isEmpty { replica.replicaGlobalSecondaryIndexSettings = indexes }
            found.append(replica)
        }
        return found
    }

    private static func indexes(
        of table: OpenTable, in call: inout Call
    ) throws(ServiceError) -> [ReplicaGlobalSecondaryIndexSettingsDescription] {
        var found: [ReplicaGlobalSecondaryIndexSettingsDescription] = []
        for index in table.record.indexes where index.kind == .global {
            found.append(
                ReplicaGlobalSecondaryIndexSettingsDescription(
                    indexName: index.name, indexStatus: index.status.name,
                    provisionedReadCapacityUnits: index.throughput?.read,
                    provisionedReadCapacityAutoScalingSettings: try ReplicaScaling.settings(
                        table, index.name, .read, in: &call),
                    provisionedWriteCapacityUnits: index.throughput?.write,
                    provisionedWriteCapacityAutoScalingSettings: try ReplicaScaling.settings(
                        table, index.name, .write, in: &call)))
        }
        return found
    }

    // MARK: Changing

    /// What a change names must be there, in each table that it is for.
    package static func check(
        _ input: UpdateGlobalTableSettingsInput, against tables: [OpenTable]
    ) throws(ServiceError) {
        let name = input.globalTableName
        guard
            input.globalTableBillingMode != nil || input.globalTableProvisionedWriteCapacityUnits != nil
                || input.globalTableProvisionedWriteCapacityAutoScalingSettingsUpdate != nil
                || input.globalTableGlobalSecondaryIndexSettingsUpdate != nil || input.replicaSettingsUpdate != nil
        else { throw CommonError.validation("At least one setting of the global table must be specified: \(name)") }
        for table in tables {
            for update in input.globalTableGlobalSecondaryIndexSettingsUpdate ?? [] {
                try Self.check(update.indexName, of: table)
            }
        }
        for update in input.replicaSettingsUpdate ?? [] {
            guard let table = tables.first(where: { $0.reference.region == update.regionName }) else {
                throw DynamoDBError.replicaNotFound(
                    "Replica not found: Replica in region: '\(update.regionName)' does not exist for global table: '\(name)'."
                )
            }
            for index in update.replicaGlobalSecondaryIndexSettingsUpdate ?? [] {
                try Self.check(index.indexName, of: table)
            }
        }
    }

    private static func check(_ index: String, of table: OpenTable) throws(ServiceError) {
        guard table.hasGlobalIndex(index) else {
            throw DynamoDBError.indexNotFound(
                "Index not found: Index: '\(index)' of table: '\(table.name)' not found in region: '\(table.reference.region)'."
            )
        }
    }

    /// Changes one replica, by the rules of UpdateTable.
    package static func apply(
        _ input: UpdateGlobalTableSettingsInput, to replica: OpenTable, in call: inout Call
    ) throws(ServiceError) {
        let own = input.replicaSettingsUpdate?.first { $0.regionName == replica.reference.region }
        let update = try Self.update(input, own, of: replica)
        if let update {
            var table = replica
            _ = try UpdateTable.changeSettings(update, of: &table, in: &call)
            try call.put(table)
        }
        try ReplicaScaling.apply(
            input.globalTableProvisionedWriteCapacityAutoScalingSettingsUpdate, to: replica, nil, .write, in: &call)
        for index in input.globalTableGlobalSecondaryIndexSettingsUpdate ?? [] {
            try ReplicaScaling.apply(
                index.provisionedWriteCapacityAutoScalingSettingsUpdate, to: replica, index.indexName, .write,
                in: &call)
        }
        try ReplicaScaling.apply(
            own?.replicaProvisionedReadCapacityAutoScalingSettingsUpdate, to: replica, nil, .read, in: &call)
        for index in own?.replicaGlobalSecondaryIndexSettingsUpdate ?? [] {
            try ReplicaScaling.apply(
                index.provisionedReadCapacityAutoScalingSettingsUpdate, to: replica, index.indexName, .read, in: &call)
        }
    }

    /// What UpdateTable would be asked for; nil where that is nothing.
    private static func update(
        _ input: UpdateGlobalTableSettingsInput, _ own: ReplicaSettingsUpdate?, of table: OpenTable
    ) throws(ServiceError) -> UpdateTableInput? {
        let settings = table.record.settings
        let mode = settings.billing == .payPerRequest ? "PAY_PER_REQUEST" : "PROVISIONED"
        let wanted = input.globalTableBillingMode ?? mode
        var update = UpdateTableInput(tableName: table.name)
        if wanted != mode { update.billingMode = wanted }
        let throughput = try Self.throughput(
            settings.throughput, own?.replicaProvisionedReadCapacityUnits,
            input.globalTableProvisionedWriteCapacityUnits, wanted)
        update.provisionedThroughput = throughput.map(ProvisionedThroughput.init)
        var indexes: [GlobalSecondaryIndexUpdate] = []
        for index in table.record.indexes where index.kind == .global {
            let write = input.globalTableGlobalSecondaryIndexSettingsUpdate?.first { $0.indexName == index.name }
            let read = own?.replicaGlobalSecondaryIndexSettingsUpdate?.first { $0.indexName == index.name }
            let throughput = try Self.throughput(
                index.throughput, read?.provisionedReadCapacityUnits, write?.provisionedWriteCapacityUnits, wanted)
            guard let throughput else { continue }
            indexes.append(
                GlobalSecondaryIndexUpdate(
                    update: UpdateGlobalSecondaryIndexAction(
                        indexName: index.name, provisionedThroughput: ProvisionedThroughput(throughput))))
        }
        if !indexes.isEmpty { update.globalSecondaryIndexUpdates = indexes }
        update.tableClass = own?.replicaTableClass
        let isNothing =
            update.billingMode == nil && update.provisionedThroughput == nil && indexes.isEmpty
            && update.tableClass == nil
        return isNothing ? nil : update
    }

    /// What is to be set: nil where that is what there is.
    private static func throughput(
        _ current: Throughput?, _ read: Int?, _ write: Int?, _ mode: String
    ) throws(ServiceError) -> Throughput? {
        guard read != nil || write != nil else { return nil }
        guard mode == "PROVISIONED" else {
            throw ItemError.parameters(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
            ).service
        }
        guard let read = read ?? current?.read, let write = write ?? current?.write else {
            throw ItemError.parameters(
                "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
            ).service
        }
        let wanted = Throughput(read: read, write: write)
        return wanted == current ? nil : wanted
    }
}

extension ProvisionedThroughput {
    fileprivate init(_ throughput: Throughput) {
        self.init(readCapacityUnits: throughput.read, writeCapacityUnits: throughput.write)
    }
}
