internal import ApusBase
internal import ApusStore
internal import Synchronization

/// A bounded lane for facts of which the last second may be lost in a crash: log lines, metrics, last-used dates.
///
/// Items gather in memory and are written in batches, at the latest `flushMilliseconds` after the first of them came.
package final class SideLane<Item: Sendable>: Sendable {
    /// Writes one batch in a transaction of the server's own. May run more than once.
    package typealias Flush = @Sendable (_ items: [Item], _ call: inout Call) throws(ServiceError) -> Void

    private struct State {
        var items: [Item] = []
        var busy = false
        var due: Timestamp?
        var dropped: UInt64 = 0
        var waiting: [@Sendable () -> Void] = []
    }
    private let capacity: Int
    private let batch: Int
    private let flushMilliseconds: Int64
    private let flush: Flush
    private let clock: any Clock
    private let state = Mutex(State())
    private let step: HostStep

    /// - Parameters:
    ///   - capacity: items that wait at most; more are dropped and counted.
    ///   - batch: items written in one transaction at most.
    package init(
        name: String, capacity: Int = 65_536, batch: Int = 1_000, flushMilliseconds: Int64 = 200, host: ServiceHost,
        flush: @escaping Flush
    ) {
        self.capacity = capacity
        self.batch = batch
        self.flushMilliseconds = flushMilliseconds
        self.flush = flush
        self.clock = host.clock
        self.step = HostStep(name: name)
        self.step.start(on: host) { [weak self] host in self?.run(host) }
    }

    /// The number of items dropped since the start because the lane was full.
    package var dropped: UInt64 { self.state.withLock { $0.dropped } }

    /// Adds items; what finds no room is dropped and counted.
    package func append(_ items: [Item]) {
        let now = self.clock.now
        let wake = self.state.withLock { state in
            let room = max(0, self.capacity - state.items.count)
            state.items.append(contentsOf: items.prefix(room))
            state.dropped += UInt64(max(0, items.count - room))
            let isFirst = state.due == nil
            if isFirst { state.due = now + self.flushMilliseconds }
            return isFirst || state.items.count >= self.batch
        }
        if wake { self.step.wake() }
    }

    /// Calls `completion` once all that was appended before is written, for shutdown and tests.
    package func drain(_ completion: @escaping @Sendable () -> Void) {
        let empty = self.state.withLock { state in
            if state.items.isEmpty, !state.busy { return true }
            state.due = Timestamp(milliseconds: 0)
            state.waiting.append(completion)
            return false
        }
        if empty { completion() } else { self.step.wake() }
    }

    private func run(_ host: ServiceHost) -> StepOutcome {
        let now = self.clock.now
        let (items, outcome): ([Item], StepOutcome) = self.state.withLock { state in
            guard !state.busy, let due = state.due, !state.items.isEmpty else { return ([], .idle) }
            guard due <= now || state.items.count >= self.batch else { return ([], .sleep(until: due)) }
            let items = Array(state.items.prefix(self.batch))
            state.items.removeFirst(items.count)
            state.busy = true
            return (items, .idle)
        }
        if items.isEmpty { return outcome }
        let flush = self.flush
        host.write(CallContext.system(host, now: now), { (call) throws(ServiceError) in try flush(items, &call) }) {
            (result: Result<Void, ServiceError>) in
            let done = self.finished(items, result, now)
            for completion in done { completion() }
            self.step.wake()
        }
        return .idle
    }

    /// After a batch: keeps it where the writer had no room, drops it on any other error.
    private func finished(_ items: [Item], _ result: Result<Void, ServiceError>, _ now: Timestamp)
        -> [@Sendable () -> Void]
    {
        self.state.withLock { state in
            state.busy = false
            if case .failure(let error) = result {
                if error.isTransient {
                    state.items.insert(contentsOf: items, at: 0)
                    state.due = now + 1000
                    return []
                }
                state.dropped += UInt64(items.count)
            }
            guard state.items.isEmpty else { return [] }
            state.due = nil
            defer { state.waiting.removeAll() }
            return state.waiting
        }
    }
}
