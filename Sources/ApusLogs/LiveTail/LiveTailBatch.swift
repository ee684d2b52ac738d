package import ApusBase

/// Events that were just written to one stream, as Live Tail sessions are told of them.
package struct LiveTailBatch: Sendable {
    package var groupARN: String
    package var stream: String
    package var events: [(time: Timestamp, message: String)]
    package var ingested: Timestamp

    package init(
        groupARN: String, stream: String, events: [(time: Timestamp, message: String)], ingested: Timestamp
    ) {
        self.groupARN = groupARN
        self.stream = stream
        self.events = events
        self.ingested = ingested
    }

    /// What it counts for in a session's backlog: messages and overhead.
    var bytes: Int {
        self.events.reduce(256) { $0 + $1.message.utf8.count + LogsLimits.eventOverheadBytes }
    }
}
