internal import Synchronization

/// The polls of callers that wait, so that a server that stops can answer them at once instead of letting them wait it out.
final class OpenPolls: Sendable {
    private struct Entry {
        var end: @Sendable () -> Void
    }
    private struct State {
        var isClosed = false
        var lastNumber: UInt64 = 0
        var entries: [UInt64: Entry] = [:]
    }

    private let state = Mutex(State())

    /// Notes a poll that waits. Returns its number for `remove`; nil where polls wait no more, and it is to end now.
    func add(_ end: @escaping @Sendable () -> Void) -> UInt64? {
        self.state.withLock { state in
            if state.isClosed { return nil }
            state.lastNumber += 1
            state.entries[state.lastNumber] = Entry(end: end)
            return state.lastNumber
        }
    }

    func remove(_ number: UInt64) { self.state.withLock { _ = $0.entries.removeValue(forKey: number) } }

    var isClosed: Bool { self.state.withLock { $0.isClosed } }

    /// Ends all that wait, and from now on each that wants to.
    func close() {
        let entries = self.state.withLock { state in
            state.isClosed = true
            defer { state.entries = [:] }
            return state.entries
        }
        for entry in entries.values { entry.end() }
    }
}
