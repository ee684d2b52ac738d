package import ApusBase
package import ApusService
internal import DynamoDBItems

/// What UpdateTable makes of a table's capacity, beside setting it: how often it may, and what follows from it.
package enum CapacityChanges {
    /// Notes and checks the changes from `old` to `table`, which `input` asked for.
    ///
    /// - Parameter isEnforced: whether throughput is; the limit of switches to on-demand counts only then.
    package static func settle(
        _ input: UpdateTableInput, from old: TableRecord, to table: inout TableRecord, now: Timestamp, isEnforced: Bool
    ) throws(ServiceError) {
        table.capacity.decreases = try Self.decreases(
            from: old.settings.throughput, to: table.settings.throughput, old.capacityChanges, now)
        if table.settings.billing == .payPerRequest, old.settings.billing == .provisioned {
            try Self.noteSwitch(&table.capacity, now, isEnforced: isEnforced)
        }
        try Self.changeIndexes(from: old, to: &table, now)
        if let limits = input.onDemandThroughput {
            table.settings.onDemand = try CapacityRules.limits(
                limits, over: old.settings.onDemand, of: "table", table.settings.billing)
        }
        table.settings.warm = try CapacityRules.warm(
            input.warmThroughput, over: old.warm(of: nil), of: "table", base: table.warmBase(of: nil))
        for place in table.indexes.indices where table.indexes[place].kind == .global {
            let index = table.indexes[place]
            guard let before = old.indexes.first(where: { $0.id == index.id }) else {
                let create = input.globalSecondaryIndexUpdates?.first { $0.create?.indexName == index.name }?.create
                try CapacityRules.check(create?.warmThroughput, ofNewIndex: index.name, in: &table)
                continue
            }
            let change = input.globalSecondaryIndexUpdates?.first { $0.update?.indexName == index.name }?.update
            if let limits = change?.onDemandThroughput {
                table.indexes[place].onDemand = try CapacityRules.limits(
                    limits, over: before.onDemand, of: "index \(index.name)", table.settings.billing)
            }
            table.indexes[place].warm = try CapacityRules.warm(
                change?.warmThroughput, over: old.warm(of: before), of: "index \(index.name)",
                base: table.warmBase(of: index))
        }
    }

    private static func changeIndexes(
        from old: TableRecord, to table: inout TableRecord, _ now: Timestamp
    ) throws(ServiceError) {
        table.capacity.indexes = table.capacity.indexes.filter { id, _ in table.indexes.contains { $0.id == id } }
        for index in table.indexes where index.throughput != nil {
            guard let before = old.indexes.first(where: { $0.id == index.id }), before.throughput != index.throughput
            else { continue }
            var changes = old.capacity.indexes[index.id] ?? CapacityHistory.Changes()
            changes.decreases = try Self.decreases(from: before.throughput, to: index.throughput, changes, now)
            if Self.isLess(index.throughput, before.throughput) { changes.lastDecrease = now }
            if Self.isLess(before.throughput, index.throughput) { changes.lastIncrease = now }
            table.capacity.indexes[index.id] = changes
        }
    }

    private static func isLess(_ one: Throughput?, _ other: Throughput?) -> Bool {
        guard let one, let other else { return false }
        return one.read < other.read || one.write < other.write
    }

    /// How many decreases there are on the day of the last, after this change.
    ///
    /// Four in a day, in UTC, and then one an hour; of both units together is one.
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html; the text as it was reported:
    /// https://github.com/ansible-collections/community.aws/issues/1558
    private static func decreases(
        from before: Throughput?, to after: Throughput?, _ changes: CapacityHistory.Changes, _ now: Timestamp
    ) throws(ServiceError) -> Int {
        guard Self.isLess(after, before) else { return changes.decreases }
        let today = changes.decreasesToday(now)
        guard today >= DynamoDBLimits.freeDecreases, let last = changes.lastDecrease else { return today + 1 }
        let pause = DynamoDBLimits.decreasePauseSeconds
        let next = min(last.adding(seconds: pause), last.nextDay)
        guard now >= next else {
            throw DynamoDBError.limitExceeded(
                "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first \(DynamoDBLimits.freeDecreases) decreases, each subsequent decrease in the same UTC day can be performed at most once every \(pause) seconds. Number of decreases today: \(today). Last decrease at \(last.sentenceDate). Next decrease can be made at \(next.sentenceDate)"
            )
        }
        return today + 1
    }

    /// Four times in 24 hours.
    private static func noteSwitch(
        _ history: inout CapacityHistory, _ now: Timestamp, isEnforced: Bool
    ) throws(ServiceError) {
        let day: Int64 = 86_400_000
        history.switches.removeAll { $0 + day <= now }
        if isEnforced, history.switches.count >= DynamoDBLimits.switchesToOnDemand, let last = history.switches.last {
            let next = history.switches[history.switches.count - DynamoDBLimits.switchesToOnDemand] + day
            throw DynamoDBError.limitExceeded(
                "Subscriber limit exceeded: Update to PayPerRequest mode are limited to \(DynamoDBLimits.switchesToOnDemand) times in 1 day(s). Last update at \(last.sentenceDate). Next update can be made at \(next.sentenceDate)"
            )
        }
        history.switches.append(now)
        history.switches.removeFirst(max(0, history.switches.count - DynamoDBLimits.switchesToOnDemand))
    }
}
