package import ApusBase

/// What was written to a session's groups and is in no update yet. Bounded: past `LogsLimits.tailBacklogBytes` the oldest go.
package struct LiveTailBacklog: Sendable {
    private var batches: ArraySlice<LiveTailBatch> = []
    private var bytes = 0
    /// Whether something was dropped since the last `take`.
    private var isIncomplete = false

    package init() {}

    /// Adds what was just written.
    package mutating func add(_ batch: LiveTailBatch) {
        self.batches.append(batch)
        self.bytes += batch.bytes
        while self.bytes > LogsLimits.tailBacklogBytes { self.dropFirst() }
    }

    /// Takes what was ingested before `time`, and whether something before it was dropped.
    package mutating func take(before time: Timestamp) -> (batches: [LiveTailBatch], isIncomplete: Bool) {
        var taken: [LiveTailBatch] = []
        while let first = self.batches.first, first.ingested < time {
            taken.append(first)
            self.bytes -= first.bytes
            self.batches.removeFirst()
        }
        defer { self.isIncomplete = false }
        return (taken, self.isIncomplete)
    }

    /// Drops what was ingested before `time`, since the client has not taken it in all that while.
    package mutating func drop(before time: Timestamp) {
        while let first = self.batches.first, first.ingested < time { self.dropFirst() }
    }

    private mutating func dropFirst() {
        guard let first = self.batches.popFirst() else { return }
        self.bytes -= first.bytes
        self.isIncomplete = true
    }
}
