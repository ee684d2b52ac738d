internal import ApusBase
internal import ApusStore
internal import Synchronization

extension ServiceHost {
    /// Begins a stream: demands, then `begin`, at once on a snapshot. Events come when they are asked for.
    package func stream<Op: StreamOperation>(
        _ operation: Op.Type, _ input: Op.Input, _ context: CallContext
    ) throws(ServiceError) -> (output: Op.Output, stream: RunningStream<Op>) {
        let (output, state) = try self.read(context) { (call) throws(ServiceError) in
            for demand in try Op.demands(input, in: &call).list { try call.require(demand) }
            return try Op.begin(input, in: &call)
        }
        return (output, RunningStream<Op>(host: self, context: context, state: state))
    }
}

/// A stream between its first step and its end. One event is asked for at a time; who lets go of it ends it.
package final class RunningStream<Op: StreamOperation>: EventSource {
    package typealias Outcome = EventOutcome<Op.Event>
    /// A step that found nothing, until it is tried again.
    private struct Wait {
        var token: ChangeBoard.Token
        var deliver: @Sendable (Outcome) -> Void
    }
    private struct State {
        /// Nil while a step works on it, and once the stream is over.
        var held: Op.State?
        var channel: Channel?
        var wait: Wait?
        /// How often it has waited, and which of these waits was woken last: a wake-up may come before it is written down
        /// that there is a wait.
        var waits = 0
        var wokenWait = 0
        var isOver = false
        var isWrappingUp = false
    }
    private let host: ServiceHost
    private let context: CallContext
    private let state: Mutex<State>

    fileprivate init(host: ServiceHost, context: CallContext, state: Op.State) {
        self.host = host
        self.context = context
        self.state = Mutex(State(held: state))
    }

    deinit { if let held = self.state.withLock({ $0.held.take() }) { Op.end(held) } }

    /// Has `deliver` called once with the next event, as soon as there is one; never after `cancel`.
    package func next(_ deliver: @escaping @Sendable (Outcome) -> Void) {
        let (taken, channel): (Op.State?, Channel?) = self.state.withLock { state in
            if state.isWrappingUp { return (nil, nil) }
            return (state.held.take(), state.channel)
        }
        guard var held = taken else { return self.finish(deliver) }
        // Read before the look, so that no change after it is missed.
        let seen = channel.map { self.host.store.board.version(of: $0) }
        switch self.step(&held) {
        case .success(.event(let event)): if self.giveBack(held) { deliver(.event(event)) }
        case .success(.nothing(let channel, let wakeAt)):
            guard self.giveBack(held, channel) else { return }
            // The first look learns what to wait on, and is made again.
            guard let seen else { return self.next(deliver) }
            self.wait(on: channel, seen: seen, until: wakeAt, deliver)
        case .success(.end): self.end(held) { deliver(.end) }
        case .failure(let error): self.end(held) { deliver(.failure(error)) }
        }
    }

    /// The caller is gone. From any thread.
    package func cancel() { _ = self.stop { $0.isOver = true } }

    /// The stream is to end with the next event that is asked for, or with the one that is waited for now.
    package func wrapUp() {
        let wait = self.stop { $0.isWrappingUp = true }
        if let wait { self.finish(wait.deliver) }
    }

    /// Runs one step at the present time.
    private func step(_ held: inout Op.State) -> Result<StreamStep<Op.Event>, ServiceError> {
        var context = self.context
        context.now = self.host.clock.now
        do throws(ServiceError) {
            return .success(
                try self.host.read(context) { (call) throws(ServiceError) in try Op.next(&held, in: &call) })
        } catch {
            return .failure(error)
        }
    }

    private func wait(
        on channel: Channel, seen: UInt64, until wakeAt: Timestamp, _ deliver: @escaping @Sendable (Outcome) -> Void
    ) {
        let driver = self.host.driver
        let number = self.state.withLock { state in
            state.waits += 1
            return state.waits
        }
        let token = self.host.store.board.wait(on: channel, seen: seen, wakeAt: wakeAt, deadline: wakeAt) { _ in
            // Away from the thread that wakes everybody, since a step may take a while.
            driver.spawn {
                self.state.withLock { state in
                    state.wokenWait = number
                    state.wait = nil
                }
                self.next(deliver)
            }
        }
        let isStopped = self.state.withLock { state in
            if state.isOver || state.isWrappingUp { return true }
            if state.wokenWait != number { state.wait = Wait(token: token, deliver: deliver) }
            return false
        }
        // Where it was not woken yet, nobody else ends it.
        if isStopped, self.host.store.board.cancel(token) { self.finish(deliver) }
    }

    /// Marks the state and takes what waits, if it had not been woken yet.
    private func stop(_ mark: (inout State) -> Void) -> Wait? {
        let (wait, held): (Wait?, Op.State?) = self.state.withLock { state in
            mark(&state)
            return (state.wait.take(), state.isOver ? state.held.take() : nil)
        }
        if let held { Op.end(held) }
        guard let wait, self.host.store.board.cancel(wait.token) else { return nil }
        return wait
    }

    /// Puts the state back after a step; false, and ended, where the caller has gone meanwhile.
    private func giveBack(_ held: Op.State, _ channel: Channel? = nil) -> Bool {
        let isOver = self.state.withLock { state in
            if let channel { state.channel = channel }
            if !state.isOver { state.held = held }
            return state.isOver
        }
        if isOver { Op.end(held) }
        return !isOver
    }

    private func end(_ held: Op.State, _ deliver: () -> Void) {
        let isOver = self.state.withLock { state in
            defer { state.isOver = true }
            return state.isOver
        }
        Op.end(held)
        if !isOver { deliver() }
    }

    /// Ends a stream that nobody has cancelled.
    private func finish(_ deliver: @Sendable (Outcome) -> Void) {
        let (isOver, held): (Bool, Op.State?) = self.state.withLock { state in
            defer { state.isOver = true }
            return (state.isOver, state.held.take())
        }
        if let held { Op.end(held) }
        if !isOver { deliver(.end) }
    }
}
