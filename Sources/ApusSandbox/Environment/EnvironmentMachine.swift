/// The life of one execution environment, without I/O: an event and the time go in, actions come out.
///
///     starting ──poll──▶ idle ⇄ busy ──retire──▶ ending ──exit──▶ ended
///
/// `idle` is frozen after a short delay; once it has lasted, the runtime is asked to give memory back, where it can, and does so up
/// to its next poll (`givingBack`). An invocation is finished when the runtime polls for the next event, as in Lambda: what it does
/// between its response and that poll still belongs to the invocation. Times are monotonic nanoseconds.
package struct EnvironmentMachine: Sendable {
    private enum Phase: Equatable, Sendable {
        case starting(since: UInt64)
        case idle(since: UInt64, frozen: Bool)
        /// Idle all the time, and running now.
        case givingBack(idleSince: UInt64, until: UInt64)
        case busy(Current)
        case ending(killAt: UInt64?)
        case ended
    }

    private struct Current: Equatable, Sendable {
        var requestID: String
        var since: UInt64
        var deadline: UInt64
        var delivered: Bool
        var ending: Ending?
        /// The runtime streams its response now.
        var isStreaming = false
        /// The ending if the runtime lives on after it broke off its response.
        var brokenOff: Ending?
        /// The runtime has polled and extensions are still at work.
        var hasPolled = false
        /// Set while the environment still initialises within this invocation.
        var initialising: Bool
    }

    private let settings: Settings
    private let startedAt: UInt64
    private var phase: Phase
    /// A poll waits for an event.
    private var polled = false
    private var retiring = false
    /// Extensions are to be told before the environment ends.
    package var hasExtensions = false
    /// Extensions are at work: neither the initialisation nor the invocation is over without them.
    private var isHeldByExtensions = false
    private var givingBack: GivingBack
    /// It is to give memory back when it has been idle for a while.
    package var givesBack: Bool {
        get { self.givingBack.isWanted }
        set { self.givingBack.isWanted = newValue }
    }
    /// How long it is kept without an event, where that is not what the settings say.
    package var keepAliveNanoseconds: UInt64?
    /// It takes no event after this time: its credentials would end too soon.
    package var retireAt = UInt64.max

    /// An environment whose process is about to be started.
    package init(settings: Settings, now: UInt64) {
        self.settings = settings
        self.startedAt = now
        self.phase = .starting(since: now)
        self.givingBack = GivingBack(settings)
    }

    /// An environment that is started within an invocation, whose time-out then covers its initialisation: Lambda's second try
    /// after an initialisation that failed or took more than 10 seconds.
    package init(settings: Settings, now: UInt64, within requestID: String, deadline: UInt64) {
        self.init(settings: settings, now: now)
        self.phase = .busy(
            Current(requestID: requestID, since: now, deadline: deadline, delivered: false, initialising: true))
    }

    package var state: State {
        switch self.phase {
        case .starting: .starting
        case .idle(_, let frozen): frozen ? .frozen : .idle
        case .givingBack: .givingBack
        case .busy: .busy
        case .ending: .ending
        case .ended: .ended
        }
    }

    private var keepAlive: UInt64 { self.keepAliveNanoseconds ?? self.settings.keepAliveNanoseconds }

    /// When `tick` wants to be called next.
    package var deadline: UInt64? {
        switch self.phase {
        case .starting(let since): since &+ self.settings.initNanoseconds
        case .idle(let since, let frozen): min(self.idleEnd(since), self.idleStep(since, frozen) ?? .max)
        case .givingBack(_, let until): until
        case .busy(let current): current.deadline
        case .ending(let killAt): killAt
        case .ended: nil
        }
    }

    /// When an environment that is idle since then ends.
    private func idleEnd(_ since: UInt64) -> UInt64 { min(since &+ self.keepAlive, self.retireAt) }

    /// When it is frozen, or once frozen gives memory back. Only while it waits for an event: a runtime that has lost its
    /// connection must be able to poll.
    private func idleStep(_ since: UInt64, _ frozen: Bool) -> UInt64? {
        guard self.polled else { return nil }
        return frozen ? self.givingBack.due(idleSince: since) : since &+ self.settings.freezeNanoseconds
    }

    /// Hands an event to an idle environment. The caller has looked: anything else is a programmer's error.
    package mutating func invoke(requestID: String, now: UInt64, deadline: UInt64) -> [Action] {
        guard case .idle(_, let frozen) = self.phase else {
            preconditionFailure("an event for an environment that is not idle")
        }
        let delivered = self.polled
        self.polled = false
        self.givingBack.noteEvent()
        self.phase = .busy(
            Current(requestID: requestID, since: now, deadline: deadline, delivered: delivered, initialising: false))
        switch (frozen, delivered) {
        case (true, true): return [.thaw, .deliver]
        case (true, false): return [.thaw]
        case (false, true): return [.deliver]
        case (false, false): return []
        }
    }

    /// The runtime asks for the next event.
    package mutating func poll(now: UInt64) throws(Refusal) -> [Action] {
        switch self.phase {
        case .starting(let since):
            guard !self.polled else { throw .invalidStateTransition }
            self.polled = true
            return self.isHeldByExtensions ? [] : self.becomeReady(since: since, now: now)
        case .idle:
            guard !self.polled else { throw .invalidStateTransition }
            self.polled = true
            return []
        case .givingBack(let since, _):
            self.polled = true
            self.phase = .idle(since: since, frozen: false)
            return [.gaveBack]
        case .busy(var current):
            guard !current.hasPolled else { throw .invalidStateTransition }
            if current.delivered, current.ending == nil, current.brokenOff == nil { throw .invalidStateTransition }
            // An event for an initialised environment does not wait for extensions: they have it too.
            if self.isHeldByExtensions, current.delivered || current.initialising {
                current.hasPolled = true
                self.phase = .busy(current)
                return []
            }
            return self.goOn(current, now: now)
        case .ending, .ended:
            throw .invalidStateTransition
        }
    }

    private mutating func becomeReady(since: UInt64, now: UInt64) -> [Action] {
        self.phase = .idle(since: now, frozen: false)
        return self.retiring ? self.end(now: now) : [.ready(initNanoseconds: now &- since)]
    }

    /// What a poll means within an invocation: its event is to come, or it is over.
    private mutating func goOn(_ current: Current, now: UInt64) -> [Action] {
        var current = current
        current.hasPolled = false
        if !current.delivered {
            let wasInitialising = current.initialising
            current.delivered = true
            current.initialising = false
            self.phase = .busy(current)
            return wasInitialising ? [.ready(initNanoseconds: now &- self.startedAt), .deliver] : [.deliver]
        }
        guard let ending = current.ending ?? current.brokenOff else { return [] }
        self.polled = true
        self.phase = .idle(since: now, frozen: false)
        let finished = Action.finish(ending, nanoseconds: now &- current.since)
        return self.retiring || now >= self.retireAt ? [finished] + self.end(now: now) : [finished]
    }

    /// Extensions have gone to work, or all of them wait for events.
    package mutating func extensions(areQuiet: Bool, now: UInt64) -> [Action] {
        self.isHeldByExtensions = !areQuiet
        guard areQuiet else { return [] }
        switch self.phase {
        case .starting(let since) where self.polled: return self.becomeReady(since: since, now: now)
        case .busy(let current) where current.hasPolled: return self.goOn(current, now: now)
        default: return []
        }
    }

    /// Whether extensions may register.
    package var isInitialising: Bool {
        switch self.phase {
        case .starting: true
        case .busy(let current): current.initialising
        default: false
        }
    }

    /// The runtime's process has ended; its extensions have not.
    package mutating func runtimeExited(_ status: ExitStatus, now: UInt64) -> [Action] {
        self.fail(.exited(status), .exited(status), now: now)
    }

    /// An extension has reported an error or has ended before its time: the environment is of no use any more.
    package mutating func extensionFailed(_ payload: [UInt8], type: String, now: UInt64) -> [Action] {
        self.fail(.reported(payload), .reported(payload, type: type), now: now)
    }

    private mutating func fail(_ ending: Ending, _ failure: InitFailure, now: UInt64) -> [Action] {
        switch self.phase {
        case .starting(let since):
            return [.initFailed(failure, nanoseconds: now &- since)] + self.end(now: now, .failure)
        case .idle, .givingBack: return self.end(now: now, .failure)
        case .busy(let current):
            let finished = Action.finish(current.ending ?? ending, nanoseconds: now &- current.since)
            return [finished] + self.end(now: now, .failure)
        case .ending, .ended: return []
        }
    }

    /// All extensions that were to be told have cleaned up.
    package mutating func shutdownDone(now: UInt64) -> [Action] {
        guard case .ending(.some) = self.phase, self.hasExtensions else { return [] }
        self.hasExtensions = false
        self.phase = .ending(killAt: now &+ self.settings.endGraceNanoseconds)
        return [.terminate]
    }

    /// The connection on which the poll waited has closed.
    package mutating func pollLost() {
        self.polled = false
        if case .busy(var current) = self.phase {
            current.hasPolled = false
            self.phase = .busy(current)
        }
    }

    /// The runtime posts the result of the invocation `requestID`.
    package mutating func answer(_ ending: Ending, requestID: String) throws(Refusal) {
        guard case .busy(var current) = self.phase, current.requestID == requestID, current.delivered else {
            throw .invalidRequestID
        }
        guard current.ending == nil, current.brokenOff == nil, !current.isStreaming else {
            throw .invalidStateTransition
        }
        current.ending = ending
        self.phase = .busy(current)
    }

    /// The runtime begins to stream the result of the invocation `requestID`.
    package mutating func beginStream(requestID: String) throws(Refusal) {
        guard case .busy(var current) = self.phase, current.requestID == requestID, current.delivered else {
            throw .invalidRequestID
        }
        guard current.ending == nil, current.brokenOff == nil, !current.isStreaming else {
            throw .invalidStateTransition
        }
        current.isStreaming = true
        self.phase = .busy(current)
    }

    /// The runtime has sent the whole of the result that it streams.
    package mutating func endStream(_ ending: Ending) {
        guard case .busy(var current) = self.phase, current.isStreaming else { return }
        current.isStreaming = false
        current.ending = ending
        self.phase = .busy(current)
    }

    /// The connection on which the result came has closed before its end. How the invocation ends is still open: the process may
    /// have died, of which an exit tells; if it polls, it is `ending`.
    package mutating func streamLost(_ ending: Ending) {
        guard case .busy(var current) = self.phase, current.isStreaming else { return }
        current.isStreaming = false
        current.brokenOff = ending
        self.phase = .busy(current)
    }

    /// The runtime reports that it could not initialise.
    package mutating func initError(_ payload: [UInt8], type: String?, now: UInt64) throws(Refusal) -> [Action] {
        switch self.phase {
        case .starting(let since):
            return [.initFailed(.reported(payload, type: type), nanoseconds: now &- since)] + self.end(now: now)
        case .busy(let current) where current.initialising:
            return [.finish(.reported(payload), nanoseconds: now &- current.since)] + self.end(now: now)
        default:
            throw .invalidStateTransition
        }
    }

    /// The process could not be started; its exit follows. `ending`: what that is to an invocation within which it was started.
    package mutating func startFailed(
        _ failure: StartFailure, ending: Ending = .exited(.status(127)), now: UInt64
    ) -> [Action] {
        switch self.phase {
        case .starting(let since):
            self.phase = .ending(killAt: nil)
            return [.initFailed(.notStarted(failure), nanoseconds: now &- since)]
        case .busy(let current):
            self.phase = .ending(killAt: nil)
            return [.finish(current.ending ?? ending, nanoseconds: now &- current.since)]
        default:
            return []
        }
    }

    package mutating func exited(_ status: ExitStatus, now: UInt64) -> [Action] {
        let before = self.phase
        self.phase = .ended
        self.polled = false
        switch before {
        case .starting(let since):
            return [.initFailed(.exited(status), nanoseconds: now &- since), .gone]
        case .busy(let current):
            return [.finish(current.ending ?? .exited(status), nanoseconds: now &- current.since), .gone]
        case .idle, .givingBack, .ending:
            return [.gone]
        case .ended:
            return []
        }
    }

    /// Takes no further event: ends at once when idle, otherwise after what it runs.
    package mutating func retire(now: UInt64) -> [Action] {
        self.retiring = true
        switch self.phase {
        case .idle, .givingBack: return self.end(now: now)
        default: return []
        }
    }

    /// Ends whatever it does: the server stops.
    package mutating func stop(now: UInt64) -> [Action] {
        switch self.phase {
        case .ending, .ended: return []
        case .starting(let since):
            return [.initFailed(.exited(.signal(15)), nanoseconds: now &- since)] + self.end(now: now)
        case .idle, .givingBack: return self.end(now: now)
        case .busy(let current):
            let finished = Action.finish(current.ending ?? .exited(.signal(15)), nanoseconds: now &- current.since)
            return [finished] + self.end(now: now)
        }
    }

    /// Time has passed.
    package mutating func tick(now: UInt64) -> [Action] {
        guard let deadline = self.deadline, now >= deadline else { return [] }
        switch self.phase {
        case .starting(let since):
            return [.initFailed(.timedOut, nanoseconds: now &- since)] + self.cutOff(now: now)
        case .idle(let since, let frozen):
            if now >= self.idleEnd(since) { return self.end(now: now) }
            if !frozen {
                self.phase = .idle(since: since, frozen: true)
                return [.freeze]
            }
            self.polled = false
            self.givingBack.begin(now: now)
            self.phase = .givingBack(idleSince: since, until: now &+ self.settings.giveBackLimitNanoseconds)
            return [.thaw, .giveBack]
        case .givingBack:
            return self.cutOff(now: now)
        case .busy(let current):
            let finished = Action.finish(current.ending ?? .timedOut, nanoseconds: now &- current.since)
            return [finished] + self.cutOff(now: now)
        case .ending:
            self.phase = .ending(killAt: nil)
            return [.kill]
        case .ended:
            return []
        }
    }

    /// Time has run out: it is killed at once, or once its extensions have been told.
    private mutating func cutOff(now: UInt64) -> [Action] {
        guard !self.hasExtensions else { return self.end(now: now, .timeout) }
        self.phase = .ending(killAt: nil)
        return [.kill]
    }

    private mutating func end(now: UInt64, _ reason: ShutdownReason = .spindown) -> [Action] {
        var frozen = false
        if case .idle(_, true) = self.phase { frozen = true }
        self.polled = false
        guard self.hasExtensions else {
            self.phase = .ending(killAt: now &+ self.settings.endGraceNanoseconds)
            return frozen ? [.terminate, .thaw] : [.terminate]
        }
        self.phase = .ending(killAt: now &+ self.settings.shutdownNanoseconds)
        return frozen ? [.thaw, .shutdown(reason)] : [.shutdown(reason)]
    }
}
