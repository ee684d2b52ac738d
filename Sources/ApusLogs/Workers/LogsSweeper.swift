internal import ApusBase
package import ApusService
internal import ApusStore

/// Removes the events of deleted streams, a bounded number at a time.
package struct LogsSweeper: Worker {
    /// Events removed in one transaction.
    private static let batch = 1_000

    package init() {}
    package var name: String { "logs-sweeper" }

    package func work(in call: inout Call) throws(ServiceError) -> WorkerOutcome {
        guard let deleted = try call.first(DeletedLogStreamKey.range())?.key else {
            return .sleep(until: call.now + LogsLimits.restMilliseconds)
        }
        let events = LogEventKey.all(group: deleted.group, stream: deleted.stream)
        let page = try call.page(events, limit: Self.batch)
        for (key, _) in page {
            try call.delete(key)
            try call.delete(
                LogEventByTimeKey(group: key.group, time: key.time, stream: key.stream, sequence: key.sequence))
        }
        if page.count < Self.batch { try call.delete(deleted) }
        return .more
    }
}
