internal import ApusBase
package import ApusService
package import ApusStore
internal import DynamoDBItems

/// Removes items whose time has come, some in each transaction, as any other change: indexes and streams hear of
/// it. Before, it looks
/// at the items that a table had when its time to live was switched on.
package struct ExpiryWorker: Worker {
    package init() {}
    package var name: String { "dynamodb-time-to-live" }
    package var channel: Channel? { ExpiryTableKey.channel }

    package func work(in call: inout Call) throws(ServiceError) -> WorkerOutcome {
        if try Self.fill(in: &call) { return .more }
        let rest = call.now + TimeToLiveLimits.restMilliseconds
        let page = try call.page(ExpiryKey.range(), limit: TimeToLiveLimits.removed).map(\.key)
        // What expires earlier may be put meanwhile, and nobody wakes the worker for it.
        guard let first = page.first else { return .sleep(until: rest) }
        guard first.time <= call.now else { return .sleep(until: min(first.time, rest)) }
        for key in page where key.time <= call.now { try Self.expire(key, in: &call) }
        return .more
    }

    /// Removes one item, if it still expires then.
    private static func expire(_ key: ExpiryKey, in call: inout Call) throws(ServiceError) {
        try call.delete(key)
        guard let owner = try call.get(ExpiryTableKey(table: key.item.table)) else { return }
        guard let record = try call.get(owner.table.key), record.id == key.item.table, record.timeToLive != nil else {
            try call.delete(ExpiryTableKey(table: key.item.table))
            return
        }
        guard let item = try call.item(at: key.item), record.expiry(of: item) == key.time,
            call.now - key.time <= TimeToLiveLimits.oldestMilliseconds
        else { return }
        let change = ItemChange(key.item, from: item, to: nil, because: .timeToLive)
        _ = try call.apply(change, to: OpenTable(owner.table, record))
    }

    /// Looks at some items from before time to live was switched on; false where there are none.
    private static func fill(in call: inout Call) throws(ServiceError) -> Bool {
        var found: (key: ExpiryTableKey, owner: ExpiryTable)?
        try call.scan(ExpiryTableKey.range()) { key, owner in
            if owner.isFilled { return .next }
            found = (key, owner)
            return .stop
        }
        guard let (key, owner) = found else { return false }
        guard let record = try call.get(owner.table.key), record.id == key.table, record.timeToLive != nil else {
            try call.delete(key)
            return true
        }
        let all = ItemKey.all(table: key.table)
        var items: [(key: ItemKey, time: Timestamp?)] = []
        var bytes = 0
        try call.scan(owner.last.map { all.after($0) } ?? all) { key, stored in
            items.append((key, record.expiry(of: stored.item)))
            bytes += stored.item.bytes.count
            return items.count < DynamoDBLimits.filledItems && bytes < DynamoDBLimits.filledBytes ? .next : .stop
        }
        for item in items {
            if let time = item.time { try call.put(ExpiryKey(time: time, item: item.key), Presence()) }
        }
        let isFilled = items.count < DynamoDBLimits.filledItems && bytes < DynamoDBLimits.filledBytes
        try call.put(
            key, ExpiryTable(table: owner.table, isFilled: isFilled, last: isFilled ? nil : items.last?.key))
        return true
    }
}
