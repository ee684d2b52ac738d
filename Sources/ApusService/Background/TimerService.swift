package import ApusBase
internal import ApusStore
internal import Synchronization

/// Fires durable timers: each in a transaction that deletes the timer and runs its handler, so that it fires exactly once in
/// what the store shows, whatever dies when.
package final class TimerService: Sendable {
    /// Runs in the timer's transaction, as the service that set it. What it throws is retried after a pause.
    package typealias Handler = @Sendable (_ payload: [UInt8], _ call: inout Call) throws(ServiceError) -> Void

    private struct State {
        var handlers: [UInt16: Handler] = [:]
        var busy = false
        /// No timer is due before this; scans start here, past the tombstones of those fired.
        var head = Timestamp(milliseconds: 0)
        /// The earliest timer set since the present scan began: the head must not pass it.
        var earliestSet: Timestamp?
        var fired: UInt64 = 0
    }
    private static let batch = 64
    private let state = Mutex(State())
    private let step = HostStep(name: "timers")

    func start(host: ServiceHost) {
        self.step.start(on: host) { [weak self] host in self?.fireDue(host) }
    }

    /// Says what to do for timers of `kind`. Called before the server is ready.
    package func handle(_ kind: TimerKind, _ handler: @escaping Handler) {
        self.state.withLock { $0.handlers[kind.rawValue] = handler }
        self.step.wake()
    }

    /// The number of timers fired since the start.
    package var fired: UInt64 { self.state.withLock { $0.fired } }

    func noteSet(due: Timestamp) {
        self.state.withLock { state in
            state.head = min(state.head, due)
            state.earliestSet = min(state.earliestSet ?? due, due)
        }
        self.step.wake()
    }

    private func fireDue(_ host: ServiceHost) -> StepOutcome {
        let (busy, head) = self.state.withLock { state in
            if !state.busy { state.earliestSet = nil }
            return (state.busy, state.head)
        }
        if busy { return .idle }
        let now = host.clock.now
        let context = CallContext.system(host, now: now)
        let found: [(key: TimerKey, value: TimerRecord)]
        do throws(ServiceError) {
            found = try host.read(context) { (call) throws(ServiceError) in
                try call.page(TimerKey.range().from { $0.append(head.milliseconds) }, limit: Self.batch)
            }
        } catch {
            return .sleep(until: now + 1000)
        }
        guard let first = found.first else { return .idle }
        guard first.key.due <= now else { return .sleep(until: first.key.due) }
        let due = found.filter { $0.key.due <= now }.map { $0.key }
        self.state.withLock { $0.busy = true }
        host.write(
            context,
            { (call) throws(ServiceError) in
                var failed = 0
                for key in due where try !self.fire(key, &call) { failed += 1 }
                return failed
            }
        ) { (result: Result<Int, ServiceError>) in
            self.state.withLock { state in
                state.busy = false
                if case .success(0) = result {
                    state.head = min(max(state.head, first.key.due), state.earliestSet ?? first.key.due)
                }
                if case .success = result { state.fired += UInt64(due.count) }
            }
            self.step.wake()
        }
        return .idle
    }

    /// Fires one timer under a savepoint. A handler that fails is tried again in a second.
    private func fire(_ key: TimerKey, _ call: inout Call) throws(ServiceError) -> Bool {
        guard let record = try call.get(key) else { return true }
        try call.delete(key)
        guard let handler = self.state.withLock({ $0.handlers[record.kind] }) else {
            try call.put(TimerKey(due: call.now + 60_000, number: key.number), record)
            return false
        }
        if case .failure = call.attempt({ (call) throws(ServiceError) in try handler(record.payload, &call) }) {
            try call.put(TimerKey(due: call.now + 1000, number: key.number), record)
            return false
        }
        return true
    }
}

extension Call {
    /// Sets a durable timer. The returned key cancels it.
    @discardableResult
    package mutating func setTimer(
        _ kind: TimerKind, due: Timestamp, payload: [UInt8]
    ) throws(ServiceError) -> TimerKey {
        let key = TimerKey(due: due, number: self.entropy.nextUInt64())
        try self.put(key, TimerRecord(kind: kind.rawValue, payload: payload))
        let timers = self.host.timers
        self.afterCommit { timers.noteSet(due: due) }
        return key
    }

    /// Cancels a timer that has not fired.
    package mutating func cancelTimer(_ key: TimerKey) throws(ServiceError) { try self.delete(key) }
}

extension CallContext {
    /// The facts of a call that the server makes for itself: it acts as no principal, and demands nothing.
    package static func system(_ host: ServiceHost, now: Timestamp? = nil) -> CallContext {
        CallContext(
            principal: .service(ServiceIdentity(name: "apus.internal", sourceARN: nil, sourceAccount: nil)),
            account: "000000000000", region: "us-east-1", requestID: "", now: now ?? host.clock.now)
    }
}
