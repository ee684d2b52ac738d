internal import ApusBase
package import ApusService
internal import ApusStore
internal import Synchronization

/// Delivers events after their Invoke was answered, at least once each, whatever dies when.
///
/// The events lie in the store under an index by due time. A step of the driver reads what is due and starts a task for each;
/// the task's last transaction deletes the event or sets its next time. What is in flight when the server dies is still in
/// the index, due, when it starts again.
package final class AsyncInvocations: AsynchronousInvocation {
    /// Deliveries that run at once.
    package static let concurrency = 64

    private struct State {
        var inFlight: Set<UInt64> = []
        /// Nothing that is not in flight is due before this: scans start here, past the tombstones of what was delivered.
        var head = Timestamp(milliseconds: 0)
        /// The earliest time set since the present scan began, which the head must not pass.
        var earliestSet: Timestamp?
        var counts = AsyncCounts()
    }
    private let invoker: any SynchronousInvocation
    private let state = Mutex(State())
    private let step: Step
    private let late = LateStep()

    package init(invoker: any SynchronousInvocation) {
        self.invoker = invoker
        let late = self.late
        self.step = Step(name: "lambda-events") { late.run() }
    }

    /// Delivers from now on. Called once, before the server is ready.
    package func start(host: ServiceHost) {
        self.late.attach { [weak self, weak host] in
            guard let self, let host else { return .idle }
            return self.startDue(host)
        }
        host.driver.add(self.step)
    }

    package var counts: AsyncCounts { self.state.withLock { $0.counts } }

    package func enqueue(
        _ payload: [UInt8], for function: (key: FunctionKey, record: FunctionRecord), requestID: String,
        clientContext: String?, in call: inout Call
    ) throws(ServiceError) {
        let id = call.entropy.nextUInt64()
        let record = InvocationRecord(
            function: function.key, id: function.record.id, requestID: requestID, clientContext: clientContext,
            enqueued: call.now, payload: payload)
        try call.put(InvocationKey(id: id), record)
        try call.put(InvocationDueKey(due: record.due, id: id), Presence())
        let due = record.due
        call.afterCommit { [self] in self.noteSet(due) }
    }

    private func noteSet(_ due: Timestamp) {
        self.state.withLock { state in
            state.head = min(state.head, due)
            state.earliestSet = min(state.earliestSet ?? due, due)
        }
        self.step.wake()
    }

    // MARK: Starting

    private func startDue(_ host: ServiceHost) -> StepOutcome {
        // What is in flight is known before the snapshot is taken: what ends after it is not started again by mistake.
        let (inFlight, head) = self.state.withLock { state in
            state.earliestSet = nil
            return (state.inFlight, state.head)
        }
        let room = Self.concurrency - inFlight.count
        guard room > 0 else { return .idle }
        let now = host.clock.now
        let page: [InvocationDueKey]
        do throws(ServiceError) {
            page = try host.read(CallContext.system(host, now: now)) { (call) throws(ServiceError) in
                let range = InvocationDueKey.range().from { $0.append(head.milliseconds) }
                return try call.page(range, limit: Self.concurrency + room).map(\.key)
            }
        } catch {
            return .sleep(until: now + 1000)
        }
        let waiting = page.filter { !inFlight.contains($0.id) }
        let due = waiting.prefix(room).filter { $0.due <= now }
        let next = waiting.dropFirst(due.count).first?.due
        self.state.withLock { state in
            let passed = next ?? page.last?.due ?? head
            state.head = min(max(head, passed), state.earliestSet ?? passed)
            for key in due { state.inFlight.insert(key.id) }
        }
        for key in due { host.driver.spawn { [self] in await self.deliver(key.id, host) } }
        if page.isEmpty { return .idle }
        guard let next else { return due.isEmpty ? .idle : .again }
        // With no room left the end of a delivery wakes the step.
        return next > now ? .sleep(until: next) : .idle
    }

    // MARK: Delivering

    private func deliver(_ id: UInt64, _ host: ServiceHost) async {
        let delivery = AsyncDelivery(id: id, invoker: self.invoker, host: host)
        let end = await delivery.run()
        self.state.withLock { state in
            state.inFlight.remove(id)
            state.counts.add(end)
        }
        switch end {
        case .again(let due): self.noteSet(due)
        default: self.step.wake()
        }
    }
}

/// How deliveries ended since the start, for metrics.
package struct AsyncCounts: Sendable, Equatable {
    package var delivered: UInt64
    package var retried: UInt64
    package var deadLettered: UInt64
    /// Given up without a dead-letter queue, or with one that refused.
    package var dropped: UInt64

    package init(delivered: UInt64 = 0, retried: UInt64 = 0, deadLettered: UInt64 = 0, dropped: UInt64 = 0) {
        self.delivered = delivered
        self.retried = retried
        self.deadLettered = deadLettered
        self.dropped = dropped
    }

    mutating func add(_ end: AsyncDelivery.End) {
        switch end {
        case .delivered: self.delivered += 1
        case .again: self.retried += 1
        case .deadLettered: self.deadLettered += 1
        case .dropped: self.dropped += 1
        case .gone: break
        }
    }
}
