internal import ApusBase
package import ApusService
internal import ApusStore
internal import DynamoDBExpressions
internal import DynamoDBItems

/// What a restore asks for beside its source.
package struct RestoreOverrides {
    package var billing: String?
    package var throughput: ProvisionedThroughput?
    package var onDemand: OnDemandThroughput?
    package var global: [GlobalSecondaryIndex]?
    package var local: [LocalSecondaryIndex]?
    package var encryption: SSESpecification?

    package init(_ input: RestoreTableFromBackupInput) {
        self.billing = input.billingModeOverride
        self.throughput = input.provisionedThroughputOverride
        self.onDemand = input.onDemandThroughputOverride
        self.global = input.globalSecondaryIndexOverride
        self.local = input.localSecondaryIndexOverride
        self.encryption = input.sseSpecificationOverride
    }

    package init(_ input: RestoreTableToPointInTimeInput) {
        self.billing = input.billingModeOverride
        self.throughput = input.provisionedThroughputOverride
        self.onDemand = input.onDemandThroughputOverride
        self.global = input.globalSecondaryIndexOverride
        self.local = input.localSecondaryIndexOverride
        self.encryption = input.sseSpecificationOverride
    }
}

/// Tables that are made of others.
package enum RestoredTable {
    /// Actions that a restore does on the new table.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/backuprestore_IAM.html
    private static let actions = [
        "PutItem", "UpdateItem", "DeleteItem", "GetItem", "Query", "Scan", "BatchWriteItem",
    ]

    package static func demands(
        _ action: String, on source: Demand, target: TableReference
    ) -> Demands {
        let own = Demand(action, on: target.arn, account: target.account)
        return Demands(
            [source, own]
                + self.actions.map { Demand("dynamodb:\($0)", on: target.arn, account: target.account) })
    }

    package static func target(_ name: String, in call: inout Call) throws(ServiceError) -> TableReference {
        let reference = try TableReference(name, in: call, parameter: "TargetTableName")
        if let record = try call.get(reference.key) {
            guard !record.backups.isRestoring else {
                throw DynamoDBError.tableInUse("Table is being created: \(reference.name)")
            }
            throw DynamoDBError.tableAlreadyExists("Table already exists: \(reference.name)")
        }
        return reference
    }

    /// A table like `source`, with a life of its own: without its stream, time to live, tags, policy, insights, recovery to a point
    /// in time and protection, and with other indexes and capacity where they are asked for.
    package static func record(
        like source: TableRecord, as target: TableReference, _ overrides: RestoreOverrides,
        origin: TableBackups.Origin, in call: inout Call
    ) throws(ServiceError) -> TableRecord {
        var table = TableRecord(
            id: call.entropy.nextUInt64(), uuid: call.entropy.uuid(), created: call.now,
            attributes: source.attributes, hash: source.hash, sort: source.sort)
        table.settings.billing = source.settings.billing
        table.settings.throughput = source.settings.throughput
        table.settings.onDemand = source.settings.onDemand
        table.settings.tableClass = source.settings.tableClass
        table.encryption = try EncryptionRules.encryption(overrides.encryption, of: target) ?? source.encryption
        table.backups.origin = origin
        try Self.setCapacity(of: &table, overrides)
        table.settings.lastToPayPerRequest = table.settings.billing == .payPerRequest ? call.now : nil
        try Self.addIndexes(to: &table, of: source, overrides, in: &call)
        try CapacityQuotas.check(table, region: call.region)
        let used = Set((table.keyAttributes + table.indexes.flatMap(\.keyAttributes)).map(\.name))
        table.attributes.removeAll { !used.contains($0.name) }
        return table
    }

    private static func setCapacity(
        of table: inout TableRecord, _ overrides: RestoreOverrides
    ) throws(ServiceError) {
        let isOnDemand = table.settings.billing == .payPerRequest
        if overrides.billing != nil || overrides.throughput != nil {
            let mode = overrides.billing ?? (isOnDemand ? "PAY_PER_REQUEST" : "PROVISIONED")
            if mode != "PROVISIONED" || isOnDemand || overrides.throughput != nil {
                (table.settings.billing, table.settings.throughput) = try TableRules.billing(mode, overrides.throughput)
            }
        }
        if let limits = overrides.onDemand {
            table.settings.onDemand = try CapacityRules.limits(
                limits, over: table.settings.onDemand, of: "table", table.settings.billing)
        }
    }

    private static func addIndexes(
        to table: inout TableRecord, of source: TableRecord, _ overrides: RestoreOverrides, in call: inout Call
    ) throws(ServiceError) {
        let definitions = AttributeDefinitions(stored: source.attributes)
        var wanted: [IndexRecord] = []
        if let local = overrides.local {
            for index in local {
                wanted.append(try IndexRules.local(index, definitions, in: table, id: call.entropy.nextUInt64()))
            }
        }
        if let global = overrides.global {
            for index in global {
                let billing = table.settings.billing
                wanted.append(
                    try IndexRules.global(index, definitions, billing: billing, id: call.entropy.nextUInt64()))
            }
        }
        for index in wanted {
            let isKnown = source.indexes.contains { known in
                known.name == index.name && known.kind == index.kind && known.hash == index.hash
                    && known.sort == index.sort && known.contents == index.contents
            }
            guard isKnown else {
                throw ItemError.parameters("The index \(index.name) does not match an index of the source table")
                    .service
            }
        }
        for index in source.indexes where (index.kind == .local ? overrides.local == nil : overrides.global == nil) {
            var kept = index
            kept.id = call.entropy.nextUInt64()
            kept.status = .active
            if table.settings.billing == .payPerRequest { kept.throughput = nil }
            if kept.kind == .global, table.settings.billing == .provisioned, kept.throughput == nil {
                throw ItemError.parameters("ProvisionedThroughput is not specified for index: \(kept.name)").service
            }
            wanted.append(kept)
        }
        table.indexes = wanted
        try IndexRules.check(table)
    }
}
