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
    /// Deliveries that run at once, of all functions and of one: a function that hangs holds up its own events alone.
    package static let concurrency = 256
    package static let concurrencyOfFunction = 64
    /// Events that one scan looks at, for those whose function has room.
    private static let scanned = 2_048

    private struct State {
        var inFlight: Set<UInt64> = []
        /// How many of `inFlight` each function has.
        var running: [UInt64: Int] = [:]
        /// Nothing that is not in flight is due before this: scans start here, past the tombstones of what was delivered.
        var head = Timestamp(milliseconds: 0)
        /// The earliest time set since the present scan began, which the head must not pass.
        var earliestSet: Timestamp?
        var counts = AsyncCounts()
    }
    private let invoker: any SynchronousInvocation
    private let state = Mutex(State())
    private let step = HostStep(name: "lambda-events")

    package init(invoker: any SynchronousInvocation) {
        self.invoker = invoker
    }

    /// Delivers from now on. Called once, before the server is ready.
    package func start(host: ServiceHost) {
        self.step.start(on: host) { [weak self] host in self?.startDue(host) }
    }

    package var counts: AsyncCounts { self.state.withLock { $0.counts } }

    package func enqueue(
        _ event: IncomingEvent, for target: FunctionTarget, in call: inout Call
    ) throws(ServiceError) {
        if target.record.configuration.durable != nil {
            _ = try DurableExecutions.begin(target, event, name: nil, isAsynchronous: true, in: &call)
            return
        }
        let id = call.entropy.nextUInt64()
        let record = InvocationRecord(
            function: target.key, id: target.record.id, qualifier: target.qualifier, event: event, enqueued: call.now)
        try call.put(InvocationKey(id: id), record)
        try call.put(InvocationDueKey(due: record.due, id: id), DueEvent(function: record.function))
        try call.put(InvocationOfFunctionKey(function: record.function, id: id), Presence())
        let due = record.due
        call.afterCommit { [self] in self.noteSet(due) }
    }

    /// Drops the events of a function that was deleted. What this does not reach before the server dies is dropped when it is
    /// due, since its function is no more.
    package func forget(_ function: UInt64, on host: ServiceHost) {
        let session = Session(host: host, context: CallContext.system(host))
        host.driver.spawn {
            var isOver = false
            while !isOver {
                do throws(ServiceError) {
                    isOver = try await session.refreshed.write { (call) throws(ServiceError) in
                        try Self.drop(function, in: &call)
                    }
                } catch {
                    await host.store.board.pause(milliseconds: 1000, clock: host.clock)
                }
            }
        }
    }

    /// A portion of a function's events; whether that was the last.
    private static func drop(_ function: UInt64, in call: inout Call) throws(ServiceError) -> Bool {
        let found = try call.page(InvocationOfFunctionKey.all(function), limit: Self.concurrency)
        for (key, _) in found {
            if let record = try call.get(InvocationKey(id: key.id)) {
                try call.delete(InvocationDueKey(due: record.due, id: key.id))
                try call.delete(InvocationKey(id: key.id))
            }
            try call.delete(key)
        }
        return found.count < Self.concurrency
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
        let (inFlight, running, head) = self.state.withLock { state in
            state.earliestSet = nil
            return (state.inFlight, state.running, state.head)
        }
        guard inFlight.count < Self.concurrency else { return .idle }
        let now = host.clock.now
        var plan = DeliveryPlan(now: now, inFlight: inFlight, running: running)
        do throws(ServiceError) {
            try host.read(CallContext.system(host, now: now)) { (call) throws(ServiceError) in
                let range = InvocationDueKey.range().from { $0.append(head.milliseconds) }
                try call.scan(range) { key, value in
                    plan.look(at: key, of: value.function)
                    return plan.isFull(scanned: Self.scanned) ? .stop : .next
                }
            }
        } catch {
            return .sleep(until: now + 1000)
        }
        let started = plan.started
        self.state.withLock { state in
            let passed = plan.firstLeft ?? plan.last ?? head
            state.head = min(max(head, passed), state.earliestSet ?? passed)
            for event in started {
                state.inFlight.insert(event.id)
                if let function = event.function { state.running[function, default: 0] += 1 }
            }
        }
        for event in started { host.driver.spawn { [self] in await self.deliver(event, host) } }
        // With no room left, for all or for a function, the end of a delivery wakes the step.
        return plan.next.map { .sleep(until: $0) } ?? .idle
    }

    // MARK: Delivering

    private func deliver(_ event: DeliveryPlan.Event, _ host: ServiceHost) async {
        let delivery = AsyncDelivery(id: event.id, invoker: self.invoker, host: host)
        let end = await delivery.run()
        self.state.withLock { state in
            state.inFlight.remove(event.id)
            if let function = event.function {
                let left = state.running[function, default: 1] - 1
                state.running[function] = left > 0 ? left : nil
            }
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
    /// Given to the dead-letter queue, the destination for failures, or both.
    package var deadLettered: UInt64
    /// Given up without a dead-letter queue or destination, or with such that refused.
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
