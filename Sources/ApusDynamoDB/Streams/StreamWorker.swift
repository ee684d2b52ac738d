internal import ApusBase
package import ApusService
package import ApusStore

/// Removes records that are older than a day, the shards that had them, and streams that ended a day ago; some in each transaction.
///
/// What it does next is in the store: streams stand in the order in which they are due. Killed between two batches it goes on
/// where it was.
package struct StreamWorker: Worker {
    package init() {}
    package var name: String { "dynamodb-streams" }
    package var channel: Channel? { StreamDueKey.channel }

    package func work(in call: inout Call) throws(ServiceError) -> WorkerOutcome {
        guard let (due, name) = try call.first(StreamDueKey.range()) else { return .idle }
        guard due.time <= call.now else { return .sleep(until: due.time) }
        try call.delete(due)
        guard var record = try call.get(name.key), record.id == due.stream else { return .more }
        let isWhole = try Self.trim(&record, in: &call)
        if isWhole, let ended = record.ended, call.now - ended >= StreamLimits.retentionMilliseconds {
            try call.delete(name.key)
            try call.delete(StreamHeadKey(stream: record.id))
            return .more
        }
        try call.put(name.key, record)
        let next = isWhole ? call.now + StreamLimits.lookMilliseconds : call.now
        try call.put(StreamDueKey(time: next, stream: record.id), name)
        return .more
    }

    /// Removes a batch of records; whether none is left to remove.
    private static func trim(_ record: inout TableStreamRecord, in call: inout Call) throws(ServiceError) -> Bool {
        let limit = call.now - StreamLimits.retentionMilliseconds
        var old: [StreamChangeKey] = []
        var oldest: UInt64?
        try call.scan(StreamChangeKey.all(stream: record.id)) { key, change in
            guard change.time <= limit, old.count < StreamLimits.trimmed else {
                oldest = key.sequence
                return .stop
            }
            old.append(key)
            return .next
        }
        for key in old { try call.delete(key) }
        let head = try call.get(StreamHeadKey(stream: record.id))
        record.trim(before: oldest ?? head?.next ?? 1)
        return old.count < StreamLimits.trimmed
    }
}
