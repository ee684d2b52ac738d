internal import ApusBase
internal import ApusStore
internal import Synchronization

extension ServiceHost {
    /// Runs a poll: looks, takes, or waits without holding a thread until there is something or the patience ends.
    ///
    /// - Returns: a handle with which a caller who goes away gives up its place; nil when the answer was given already.
    package func poll<Op: PollOperation>(
        _ operation: Op.Type, _ input: Op.Input, _ context: CallContext,
        completion: @escaping @Sendable (Result<Op.Output, ServiceError>) -> Void
    ) -> PollHandle? {
        let poll = Poll<Op>(host: self, input: input, context: context, completion: completion)
        poll.start()
        return poll.isFinished ? nil : PollHandle { poll.abandon() }
    }
}

extension ServiceHost {
    /// Answers polls that wait with nothing, now and from now on: the server stops, and a client that polls asks again
    /// elsewhere. What they waited for stays where it is.
    package func endPolls() { self.openPolls.close() }
}

/// Ends a poll whose caller has gone.
package struct PollHandle: Sendable {
    package let abandon: @Sendable () -> Void
}

/// One poll from its first look to its answer.
private final class Poll<Op: PollOperation>: Sendable {
    private struct State {
        var token: ChangeBoard.Token?
        var channel: Channel?
        /// A wake-up is in our hands: it must be passed on when we leave.
        var owesPass = false
        var abandoned = false
        var finished = false
        /// Among the host's open polls.
        var number: UInt64?
    }
    private let host: ServiceHost
    private let input: Op.Input
    private let context: CallContext
    private let completion: @Sendable (Result<Op.Output, ServiceError>) -> Void
    private let state = Mutex(State())
    private let started: Timestamp
    private let place: PollHunches.Place

    init(
        host: ServiceHost, input: Op.Input, context: CallContext,
        completion: @escaping @Sendable (Result<Op.Output, ServiceError>) -> Void
    ) {
        self.host = host
        self.input = input
        self.context = context
        self.completion = completion
        self.started = context.now
        self.place = PollHunches.Place(Op.place(input))
    }

    /// Where the last poll found something this one probably does too, and the look would be made for nothing.
    func start() {
        if self.host.hunches.isGood(self.place) {
            self.take(self.context, until: nil)
        } else {
            self.look(seen: nil)
        }
    }

    var isFinished: Bool { self.state.withLock { $0.finished } }

    /// The caller is gone: leave the line; a wake-up in our hands goes to the next.
    func abandon() {
        let (token, channel, number) = self.state.withLock { state in
            state.abandoned = true
            return (state.token, state.channel, state.number)
        }
        if let number { self.host.openPolls.remove(number) }
        if let token, let channel, !self.host.store.board.cancel(token) { self.host.store.board.pass(channel) }
    }

    /// The server stops: answers nothing at once. One that was woken a moment ago looks first, and does not wait again.
    private func end() {
        guard let token = self.state.withLock({ $0.token }), self.host.store.board.cancel(token) else { return }
        self.finish(.success(Op.emptyOutput(self.input)))
    }

    /// Notes the poll among those that wait. False where polls wait no more.
    private func join() -> Bool {
        if self.state.withLock({ $0.number != nil }) { return !self.host.openPolls.isClosed }
        guard let number = self.host.openPolls.add({ self.end() }) else { return false }
        let isOver = self.state.withLock { state in
            state.number = number
            return state.finished || state.abandoned
        }
        if isOver { self.host.openPolls.remove(number) }
        return true
    }

    private struct Look: Sendable {
        var sight: Sight
        var deadline: Timestamp
    }

    /// Looks on a snapshot. The first look learns the channel; only a look that began after reading its version may wait.
    private func look(seen: UInt64?) {
        var context = self.context
        context.now = self.host.clock.now
        let looked: Result<Look, ServiceError> = Result { () throws(ServiceError) in
            try self.host.read(context) { (call) throws(ServiceError) in
                for demand in try Op.demands(self.input, in: &call).list { try call.require(demand) }
                let patience = try Op.patienceMilliseconds(self.input, in: &call)
                let sight = try Op.look(self.input, in: &call)
                return Look(sight: sight, deadline: Timestamp(milliseconds: self.started.milliseconds + patience))
            }
        }
        switch looked {
        case .failure(let error):
            self.finish(.failure(error))
        case .success(let look):
            guard case .nothing(let channel, let wakeAt) = look.sight else {
                return self.take(context, until: look.deadline)
            }
            if context.now >= look.deadline { return self.finish(.success(Op.emptyOutput(self.input))) }
            guard let seen else {
                self.state.withLock { $0.channel = channel }
                return self.look(seen: self.host.store.board.version(of: channel))
            }
            self.wait(on: channel, seen: seen, wakeAt: wakeAt, deadline: look.deadline)
        }
    }

    private func wait(on channel: Channel, seen: UInt64, wakeAt: Timestamp?, deadline: Timestamp) {
        self.state.withLock { $0.owesPass = false }
        let token = self.host.store.board.wait(on: channel, seen: seen, wakeAt: wakeAt, deadline: deadline) { _ in
            self.woken(channel)
        }
        let abandoned = self.state.withLock { state in
            state.token = token
            return state.abandoned
        }
        if abandoned {
            _ = self.host.store.board.cancel(token)
        } else if !self.join() {
            self.end()
        }
    }

    private func woken(_ channel: Channel) {
        let abandoned = self.state.withLock { state in
            state.owesPass = true
            state.token = nil
            return state.abandoned
        }
        if abandoned { return self.host.store.board.pass(channel) }
        self.look(seen: self.host.store.board.version(of: channel))
    }

    /// Takes what was seen, or is expected. Somebody may have been faster: then looks again.
    ///
    /// - Parameter deadline: nil before the first look, which learns it.
    private func take(_ context: CallContext, until deadline: Timestamp?) {
        self.host.perform(Op.self, self.input, context) { result in
            guard case .success(let output) = result else { return self.finish(result) }
            self.host.hunches.set(self.place, Op.isEmpty(output) ? .bad : .good)
            if Op.isEmpty(output), deadline.map({ self.host.clock.now < $0 }) ?? true {
                return self.look(seen: self.state.withLock { $0.channel }.map { self.host.store.board.version(of: $0) })
            }
            self.finish(result)
        }
    }

    private func finish(_ result: Result<Op.Output, ServiceError>) {
        let (pass, number) = self.state.withLock { state in
            state.finished = true
            return (state.owesPass ? state.channel : nil, state.number)
        }
        if let number { self.host.openPolls.remove(number) }
        if let pass { self.host.store.board.pass(pass) }
        self.completion(result)
    }
}
