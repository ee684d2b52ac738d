package import ApusBase
internal import DynamoDBExpressions
internal import DynamoDBItems

/// Counts of a table or an index, which may be estimates.
package struct ItemCounts: Equatable, Sendable {
    package var items = 0
    package var bytes = 0

    package init(items: Int = 0, bytes: Int = 0) {
        self.items = items
        self.bytes = bytes
    }
}

extension OpenTable {
    /// The table as answers describe it.
    ///
    /// - Parameter status: TableStatus: that of a change is told once, with the change's answer.
    /// - Parameter counts: by index; nil is the table.
    /// - Parameter now: tells which decreases of throughput are today's; nil where there were none.
    package func description(
        _ status: String, counts: [String?: ItemCounts] = [:], at now: Timestamp? = nil
    ) -> TableDescription {
        let record = self.record
        let settings = record.settings
        var answer = TableDescription(
            attributeDefinitions: record.attributes.map {
                AttributeDefinition(attributeName: $0.name, attributeType: $0.type.rawValue)
            },
            tableName: self.name,
            keySchema: KeySchemaElement.schema([record.hash], record.sort.map { [$0] } ?? []),
            tableStatus: status,
            creationDateTime: record.created)
        answer.provisionedThroughput = ProvisionedThroughputDescription(
            lastIncreaseDateTime: settings.lastIncrease, lastDecreaseDateTime: settings.lastDecrease,
            numberOfDecreasesToday: now.map(record.capacityChanges.decreasesToday) ?? 0,
            readCapacityUnits: settings.throughput?.read ?? 0,
            writeCapacityUnits: settings.throughput?.write ?? 0)
        answer.tableSizeBytes = counts[nil]?.bytes ?? 0
        answer.itemCount = counts[nil]?.items ?? 0
        answer.tableArn = self.reference.arn
        answer.tableId = record.uuid
        answer.billingModeSummary = settings.billingModeSummary
        self.describeStream(in: &answer)
        answer.sseDescription = self.encryptionDescription
        answer.tableClassSummary = settings.tableClassSummary
        answer.deletionProtectionEnabled = settings.deletionProtection
        answer.onDemandThroughput = settings.onDemand?.shape
        let warm = record.warm(of: nil)
        answer.warmThroughput = TableWarmThroughputDescription(
            readUnitsPerSecond: warm.read, writeUnitsPerSecond: warm.write, status: "ACTIVE")
        answer.restoreSummary = record.backups.origin?.summary
        self.describeReplicas(in: &answer)
        self.describeIndexes(in: &answer, counts, at: now)
        return answer
    }

    private func describeStream(in answer: inout TableDescription) {
        guard let stream = self.record.stream else { return }
        if stream.isEnabled {
            answer.streamSpecification = StreamSpecification(streamEnabled: true, streamViewType: stream.view.name)
        }
        answer.latestStreamLabel = stream.label
        answer.latestStreamArn = self.reference.arn(ofStream: stream.label)
    }

    /// The region that is asked is not among them.
    private func describeReplicas(in answer: inout TableDescription) {
        let group = self.record.replicas
        guard !group.isEmpty else { return }
        answer.globalTableVersion = "2019.11.21"
        answer.multiRegionConsistency = group.consistency.name
        answer.globalTableSettingsReplicationMode = Self.replicationMode
        answer.replicas = group.others.map(self.description)
        answer.globalTableWitnesses = group.witness.map {
            [GlobalTableWitnessDescription(regionName: $0, witnessStatus: group.witnessStatus.name)]
        }
    }

    /// That of global tables of one account: some settings can be a region's own.
    private static let replicationMode = "ENABLED_WITH_OVERRIDES"

    private func description(of member: TableReplicas.Member) -> ReplicaDescription {
        let own = member.overrides
        var replica = ReplicaDescription(regionName: member.region, replicaStatus: member.status.name)
        replica.replicaArn = self.reference.replica(in: member.region).arn
        replica.provisionedThroughputOverride = own.reads.provisionedShape
        replica.onDemandThroughputOverride = own.reads.onDemandShape
        replica.replicaTableClassSummary = own.tableClass.map { TableClassSummary(tableClass: $0) }
        replica.globalTableSettingsReplicationMode = Self.replicationMode
        let indexes = self.record.indexes.filter { $0.kind == .global }.map { index in
            ReplicaGlobalSecondaryIndexDescription(
                indexName: index.name, provisionedThroughputOverride: own[index.name].provisionedShape,
                onDemandThroughputOverride: own[index.name].onDemandShape)
        }
        if !indexes.isEmpty { replica.globalSecondaryIndexes = indexes }
        return replica
    }

    private func describeIndexes(
        in answer: inout TableDescription, _ counts: [String?: ItemCounts], at now: Timestamp?
    ) {
        let local = self.record.indexes.filter { $0.kind == .local }
        let global = self.record.indexes.filter { $0.kind == .global }
        if !local.isEmpty {
            answer.localSecondaryIndexes = local.map { index in
                LocalSecondaryIndexDescription(
                    indexName: index.name, keySchema: KeySchemaElement.schema(index.hash, index.sort),
                    projection: index.contents.shape, indexSizeBytes: counts[index.name]?.bytes ?? 0,
                    itemCount: counts[index.name]?.items ?? 0, indexArn: self.reference.arn(ofIndex: index.name))
            }
        }
        if !global.isEmpty {
            answer.globalSecondaryIndexes = global.map { self.description(of: $0, counts[index: $0.name], at: now) }
        }
    }

    private func description(
        of index: IndexRecord, _ counts: ItemCounts, at now: Timestamp?
    ) -> GlobalSecondaryIndexDescription {
        var answer = GlobalSecondaryIndexDescription(
            indexName: index.name, keySchema: KeySchemaElement.schema(index.hash, index.sort),
            projection: index.contents.shape, indexStatus: index.status.name)
        if index.status == .creating { answer.backfilling = true }
        let changes = self.record.capacity.indexes[index.id] ?? CapacityHistory.Changes()
        answer.provisionedThroughput = ProvisionedThroughputDescription(
            lastIncreaseDateTime: changes.lastIncrease, lastDecreaseDateTime: changes.lastDecrease,
            numberOfDecreasesToday: now.map(changes.decreasesToday) ?? 0,
            readCapacityUnits: index.throughput?.read ?? 0,
            writeCapacityUnits: index.throughput?.write ?? 0)
        answer.indexSizeBytes = counts.bytes
        answer.itemCount = counts.items
        answer.indexArn = self.reference.arn(ofIndex: index.name)
        answer.onDemandThroughput = index.onDemand?.shape
        let warm = self.record.warm(of: index)
        answer.warmThroughput = GlobalSecondaryIndexWarmThroughputDescription(
            readUnitsPerSecond: warm.read, writeUnitsPerSecond: warm.write, status: "ACTIVE")
        return answer
    }
}

extension [String?: ItemCounts] {
    fileprivate subscript(index name: String) -> ItemCounts { self[name] ?? ItemCounts() }
}

extension TableSettings {
    /// nil where the table was never on demand.
    var billingModeSummary: BillingModeSummary? {
        guard self.billing == .payPerRequest || self.lastToPayPerRequest != nil else { return nil }
        return BillingModeSummary(
            billingMode: self.billing == .payPerRequest ? "PAY_PER_REQUEST" : "PROVISIONED",
            lastUpdateToPayPerRequestDateTime: self.lastToPayPerRequest)
    }

    var tableClassSummary: TableClassSummary? {
        self.tableClass.map { TableClassSummary(tableClass: $0, lastUpdateDateTime: self.tableClassUpdated) }
    }
}

extension TableReplicas.Overrides.Reads {
    fileprivate var provisionedShape: ProvisionedThroughputOverride? {
        self.units.map { ProvisionedThroughputOverride(readCapacityUnits: $0) }
    }

    fileprivate var onDemandShape: OnDemandThroughputOverride? {
        self.maximum.map { OnDemandThroughputOverride(maxReadRequestUnits: $0) }
    }
}

extension OnDemandLimits {
    var shape: OnDemandThroughput {
        OnDemandThroughput(maxReadRequestUnits: self.read ?? -1, maxWriteRequestUnits: self.write ?? -1)
    }
}

extension IndexRecord.Contents {
    var shape: ProjectionShape {
        switch self {
        case .all: ProjectionShape(projectionType: "ALL")
        case .keysOnly: ProjectionShape(projectionType: "KEYS_ONLY")
        case .include(let names): ProjectionShape(projectionType: "INCLUDE", nonKeyAttributes: names)
        }
    }
}

extension IndexRecord.Status {
    var name: String {
        switch self {
        case .active: "ACTIVE"
        case .creating: "CREATING"
        case .deleting: "DELETING"
        }
    }
}

extension KeySchemaElement {
    static func schema(_ hash: [KeyAttribute], _ sort: [KeyAttribute]) -> [KeySchemaElement] {
        hash.map { KeySchemaElement(attributeName: $0.name, keyType: "HASH") }
            + sort.map { KeySchemaElement(attributeName: $0.name, keyType: "RANGE") }
    }
}
