package import ApusService
internal import DynamoDBItems

/// What requests may ask for of on-demand and warm throughput.
///
/// The texts are as others have recorded them of AWS, in us-east-1.
package enum CapacityRules {
    /// What CreateTable asks for, once the table's record is made.
    package static func check(_ input: CreateTableInput, in table: inout TableRecord) throws(ServiceError) {
        let billing = table.settings.billing
        if let limits = input.onDemandThroughput {
            table.settings.onDemand = try Self.limits(limits, over: nil, of: "table", billing)
        }
        try Self.checkFirst(input.warmThroughput, of: "table", base: table.warmBase(of: nil), billing)
        table.settings.warm = try Self.warm(
            input.warmThroughput, over: table.warmBase(of: nil), of: "table", base: table.warmBase(of: nil))
        for index in input.globalSecondaryIndexes ?? [] {
            try Self.check(index.warmThroughput, ofNewIndex: index.indexName, in: &table)
        }
    }

    package static func check(
        _ warm: WarmThroughput?, ofNewIndex name: String, in table: inout TableRecord
    ) throws(ServiceError) {
        guard let place = table.indexes.firstIndex(where: { $0.name == name }) else { return }
        let base = table.warmBase(of: table.indexes[place])
        let what = "index \(name)"
        try Self.checkFirst(warm, of: what, base: base, table.settings.billing)
        table.indexes[place].warm = try Self.warm(warm, over: base, of: what, base: base)
    }

    /// A new table or index has no less than it has anyway.
    private static func checkFirst(
        _ wanted: WarmThroughput?, of what: String, base: Throughput, _ billing: TableSettings.Billing
    ) throws(ServiceError) {
        let isOnDemand = billing == .payPerRequest
        let initial =
            "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial"
        if let read = wanted?.readUnitsPerSecond, read < base.read {
            let than = isOnDemand ? initial : "ReadCapacityUnits of ProvisionedThroughput"
            throw Self.lower("ReadUnitsPerSecond", what, than)
        }
        if let write = wanted?.writeUnitsPerSecond, write < base.write {
            let than = isOnDemand ? initial : "WriteCapacityUnits of ProvisionedThroughput"
            throw Self.lower("WriteUnitsPerSecond", what, than)
        }
    }

    private static func lower(_ member: String, _ what: String, _ than: String) -> ServiceError {
        ItemError.parameters("Requested \(member) for WarmThroughput for \(what) is lower than \(than)").service
    }

    /// The warm throughput with what is wanted, and no less than `current` and `base`; nil where it is `base`.
    package static func warm(
        _ wanted: WarmThroughput?, over current: Throughput, of what: String, base: Throughput
    ) throws(ServiceError) -> Throughput? {
        let none = "current WarmThroughput, decreasing WarmThroughput is not supported"
        if let read = wanted?.readUnitsPerSecond, read < current.read {
            throw Self.lower("ReadUnitsPerSecond", what, none)
        }
        if let write = wanted?.writeUnitsPerSecond, write < current.write {
            throw Self.lower("WriteUnitsPerSecond", what, none)
        }
        let warm = Throughput(
            read: max(wanted?.readUnitsPerSecond ?? current.read, base.read),
            write: max(wanted?.writeUnitsPerSecond ?? current.write, base.write))
        return warm == base ? nil : warm
    }

    /// Limits with those of `old` that are not given; -1 takes one away.
    package static func limits(
        _ wanted: OnDemandThroughput, over old: OnDemandLimits?, of what: String, _ billing: TableSettings.Billing
    ) throws(ServiceError) -> OnDemandLimits? {
        let members = [
            ("MaxReadRequestUnits", wanted.maxReadRequestUnits), ("MaxWriteRequestUnits", wanted.maxWriteRequestUnits),
        ]
        for (name, units) in members {
            guard let units else { continue }
            if billing == .provisioned {
                let whose = what == "table" ? "" : "for \(what) "
                throw ItemError.parameters(
                    "\(name) for OnDemandThroughput \(whose)cannot be specified when the table BillingMode is PROVISIONED"
                ).service
            }
            guard units == -1 || units >= 1 else {
                throw ItemError.parameters(
                    "Requested \(name) for OnDemandThroughput for \(what) is outside of valid range"
                ).service
            }
        }
        var limits = old ?? OnDemandLimits(read: nil, write: nil)
        if let read = wanted.maxReadRequestUnits { limits.read = read < 0 ? nil : read }
        if let write = wanted.maxWriteRequestUnits { limits.write = write < 0 ? nil : write }
        return limits
    }
}

extension TableRecord {
    /// What a table, or a global index of it, can take at once without having been warmed.
    package func warmBase(of index: IndexRecord?) -> Throughput {
        let onDemand = Throughput(read: DynamoDBLimits.warmReadUnits, write: DynamoDBLimits.warmWriteUnits)
        guard self.settings.billing == .provisioned else { return onDemand }
        return (index == nil ? self.settings.throughput : index?.throughput) ?? onDemand
    }

    /// What it can take at once: never less than it once could.
    package func warm(of index: IndexRecord?) -> Throughput {
        (index == nil ? self.settings.warm : index?.warm) ?? self.warmBase(of: index)
    }
}
