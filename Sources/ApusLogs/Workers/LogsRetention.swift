internal import ApusBase
package import ApusService
internal import ApusStore

/// Deletes events that are older than their groups keep them, the oldest first and a bounded number at a time.
///
/// What it does next is in the store: groups stand in the order in which they are due. Killed between two batches it goes on
/// where it was. A step takes several groups, since each step seeks past what earlier ones have deleted of that order.
package struct LogsRetention: Worker {
    package init() {}
    package var name: String { "logs-retention" }

    package func work(in call: inout Call) throws(ServiceError) -> WorkerOutcome {
        let rest = call.now + LogsLimits.restMilliseconds
        let page = try call.page(LogRetentionDueKey.range(), limit: LogsLimits.retentionGroups).map(\.key)
        // A policy that is put meanwhile is due at once, and nobody wakes the worker for it.
        guard let first = page.first else { return .sleep(until: rest) }
        guard first.due <= call.now else { return .sleep(until: min(first.due, rest)) }
        var room = LogsLimits.retentionBatch
        for key in page where key.due <= call.now && room > 0 { room -= try Self.look(at: key, room: room, in: &call) }
        return .more
    }

    /// Looks at one group, and says how many of its events were deleted.
    private static func look(
        at due: LogRetentionDueKey, room: Int, in call: inout Call
    ) throws(ServiceError) -> Int {
        try call.delete(due)
        guard var record = try call.get(LogRetentionKey(group: due.group)), record.due == due.due else { return 0 }
        guard let group = try call.get(record.groupKey), group.id == due.group, let days = group.retentionDays else {
            try call.delete(LogRetentionKey(group: due.group))
            return 0
        }
        let deleted = try self.expire(
            &record, group, keeping: Int64(days) * Timestamp.dayMilliseconds, room: room, in: &call)
        try call.put(LogRetentionKey(group: group.id), record)
        try call.put(LogRetentionDueKey(due: record.due, group: group.id), Presence())
        return deleted
    }

    /// Deletes events as far as there is room, and sets when the group is due again: now while there may be more, else when
    /// its oldest event expires, at the latest after a round.
    private static func expire(
        _ record: inout LogRetentionRecord, _ group: LogGroupRecord, keeping milliseconds: Int64, room: Int,
        in call: inout Call
    ) throws(ServiceError) -> Int {
        func place(_ time: Timestamp) -> LogEventByTimeKey {
            LogEventByTimeKey(group: group.id, time: time, stream: 0, sequence: 0)
        }
        let limit = call.now - milliseconds
        let all = LogEventByTimeKey.all(group: group.id)
        var old = all.before(place(limit))
        if let reached = record.reached { old = old.from(place(reached)) }
        let page = try call.page(old, limit: room)
        for (key, _) in page {
            try call.delete(key.event)
            try call.delete(key)
        }
        guard page.count < room else {
            record.reached = page.last?.key.time
            record.due = call.now
            return page.count
        }
        record.reached = nil
        let round = call.now + LogsLimits.retentionRoundMilliseconds
        let oldest = try call.first(all.from(place(limit)))?.key.time
        record.due = min(round, oldest.map { max($0 + milliseconds + 1, call.now + 1) } ?? round)
        return page.count
    }
}
