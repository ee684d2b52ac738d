package import ApusBase
internal import Synchronization

/// Who waits for which change. Holds no thread: a waiter is a closure, woken once.
///
/// No wake-up is lost: a waiter registers with the version of the channel that it read *before* it looked at the store, and is
/// woken at once if the version has moved since. One signal wakes one waiter, the oldest; a woken waiter that has no use
/// for its wake-up, or leaves something for others, passes it on with `pass`. On a channel that `wakesAll` it wakes all.
package final class ChangeBoard: Sendable {
    /// Why a waiter was woken.
    package enum Wake: Sendable, Equatable {
        /// The channel changed, or the wake time came.
        case changed
        /// The deadline passed.
        case deadline
    }

    /// Names a registration, to cancel it.
    package struct Token: Hashable, Sendable { fileprivate let number: UInt64 }

    private struct Waiter {
        var channel: Channel
        var deadline: Timestamp
        var wake: @Sendable (Wake) -> Void
    }
    /// Those who wait on one channel, the oldest first. Tokens of waiters that are gone stay until they are half of all.
    private struct Line {
        var tokens: [UInt64] = []
        /// Tokens before this are gone.
        var head = 0
        var live = 0
    }
    private struct State {
        var versions: [UInt64] = Array(repeating: 0, count: ChangeBoard.versionSlots)
        var lines: [Channel: Line] = [:]
        var waiters: [UInt64: Waiter] = [:]
        var alarms = AlarmHeap()
        var lastToken: UInt64 = 0
    }
    /// Channels share version counters by hash: a collision costs a look that finds nothing.
    private static let versionSlots = 4096

    private let state = Mutex(State())
    private let clock: any Clock
    private let step: Step

    /// Registers the step that wakes waiters whose time has come.
    package init(driver: any Driver) {
        self.clock = driver.clock
        let fire = LateStep()
        self.step = Step(name: "waits") { fire.run() }
        fire.attach { [weak self] in self?.fireDue() ?? .idle }
        driver.add(self.step)
    }

    /// The channel's version. Read it before looking at the store.
    package func version(of channel: Channel) -> UInt64 {
        let slot = Self.slot(channel)
        return self.state.withLock { $0.versions[slot] }
    }

    /// The number of waiters, for metrics.
    package var waiting: Int { self.state.withLock { $0.waiters.count } }

    /// Waits until the channel changes, `wakeAt` comes, or `deadline` passes; calls `wake` exactly once, on any thread
    /// (perhaps before this returns), unless cancelled before.
    ///
    /// - Parameter seen: the version from before the look at the store that found nothing.
    /// - Parameter wakeAt: when the store will look different by the passing of time alone.
    @discardableResult
    package func wait(
        on channel: Channel, seen: UInt64, wakeAt: Timestamp?, deadline: Timestamp,
        wake: @escaping @Sendable (Wake) -> Void
    ) -> Token {
        let slot = Self.slot(channel)
        let (token, early, needsAlarm): (Token, Bool, Bool) = self.state.withLock { state in
            state.lastToken += 1
            let number = state.lastToken
            if state.versions[slot] != seen { return (Token(number: number), true, false) }
            state.waiters[number] = Waiter(channel: channel, deadline: deadline, wake: wake)
            state.lines[channel, default: Line()].tokens.append(number)
            state.lines[channel]!.live += 1
            let alarm = min(wakeAt ?? deadline, deadline)
            return (Token(number: number), false, state.alarms.insert(number, at: alarm))
        }
        if early { wake(.changed) } else if needsAlarm { self.step.wake() }
        return token
    }

    /// Forgets a waiter. False when it has been woken already, so that a wake-up is in its hands: it must `pass` it on.
    package func cancel(_ token: Token) -> Bool {
        self.state.withLock { state in Self.take(token.number, &state) != nil }
    }

    /// Says that the channel has changed; wakes the oldest waiter, or all.
    package func signal(_ channel: Channel) {
        let slot = Self.slot(channel)
        let woken = self.state.withLock { state in
            state.versions[slot] &+= 1
            var woken: [Waiter] = []
            while let waiter = Self.takeOldest(channel, &state) {
                woken.append(waiter)
                if !channel.wakesAll { break }
            }
            return woken
        }
        for waiter in woken { waiter.wake(.changed) }
    }

    /// Hands a wake-up on to the oldest waiter; where all were woken there is nothing to hand on.
    package func pass(_ channel: Channel) {
        if channel.wakesAll { return }
        self.state.withLock { Self.takeOldest(channel, &$0) }?.wake(.changed)
    }

    private func fireDue() -> StepOutcome {
        let now = self.clock.now
        let (due, next): ([(Waiter, Wake)], Timestamp?) = self.state.withLock { state in
            var due: [(Waiter, Wake)] = []
            while let number = state.alarms.popDue(now) {
                guard let waiter = Self.take(number, &state) else { continue }
                due.append((waiter, waiter.deadline <= now ? .deadline : .changed))
            }
            return (due, state.alarms.earliest)
        }
        for (waiter, reason) in due { waiter.wake(reason) }
        guard let next else { return .idle }
        return .sleep(until: next)
    }

    private static func slot(_ channel: Channel) -> Int { SlotHash.slot(of: channel.bytes, among: Self.versionSlots) }

    private static func take(_ number: UInt64, _ state: inout State) -> Waiter? {
        guard let waiter = state.waiters.removeValue(forKey: number) else { return nil }
        guard var line = state.lines[waiter.channel] else { return waiter }
        state.lines[waiter.channel] = nil
        line.live -= 1
        if line.live > 0 {
            if line.tokens.count > 2 * line.live + 16 {
                line.tokens.removeAll { state.waiters[$0] == nil }
                line.head = 0
            }
            state.lines[waiter.channel] = line
        }
        return waiter
    }

    private static func takeOldest(_ channel: Channel, _ state: inout State) -> Waiter? {
        guard var head = state.lines[channel]?.head else { return nil }
        while head < state.lines[channel]!.tokens.count {
            let number = state.lines[channel]!.tokens[head]
            head += 1
            guard state.waiters[number] != nil else { continue }
            state.lines[channel]!.head = head
            return Self.take(number, &state)
        }
        return nil
    }
}
