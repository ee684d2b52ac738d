package import ApusStore
internal import Synchronization

/// What is told to those who listen at this moment. It lies in memory only: who does not listen misses it, a server that dies
/// forgets it, and nobody waits for it. For views of what happens now; what must arrive goes through the store.
package final class Broadcasts: Sendable {
    /// Names a listener, to end it.
    package struct Token: Hashable, Sendable { fileprivate let number: UInt64 }

    private struct Listener {
        var channels: [Channel]
        var receive: @Sendable (any Sendable) -> Void
    }
    private struct State {
        var listeners: [UInt64: Listener] = [:]
        var byChannel: [Channel: Set<UInt64>] = [:]
        var lastToken: UInt64 = 0
    }
    private let state = Mutex(State())
    /// The number of listeners, so that nobody pays for what nobody hears.
    private let count = Atomic<Int>(0)

    package init() {}

    /// Has `receive` called with all that is told on `channels` from now on, on the teller's thread: it must be quick and must
    /// bound what it keeps. Nil where `quota` has as many listeners as it may have; the quota's channel counts as one that is
    /// listened on.
    package func listen(
        on channels: [Channel], quota: (channel: Channel, count: Int),
        _ receive: @escaping @Sendable (any Sendable) -> Void
    ) -> Token? {
        let token: Token? = self.state.withLock { state in
            if state.byChannel[quota.channel, default: []].count >= quota.count { return nil }
            state.lastToken += 1
            state.listeners[state.lastToken] = Listener(channels: channels + [quota.channel], receive: receive)
            for channel in channels + [quota.channel] { state.byChannel[channel, default: []].insert(state.lastToken) }
            return Token(number: state.lastToken)
        }
        if token != nil { self.count.add(1, ordering: .relaxed) }
        return token
    }

    /// Ends a listener; without effect the second time. What is being told at that moment may still come.
    package func end(_ token: Token) {
        let isKnown: Bool = self.state.withLock { state in
            guard let listener = state.listeners.removeValue(forKey: token.number) else { return false }
            for channel in listener.channels {
                state.byChannel[channel]?.remove(token.number)
                if state.byChannel[channel]?.isEmpty == true { state.byChannel[channel] = nil }
            }
            return true
        }
        if isKnown { self.count.subtract(1, ordering: .relaxed) }
    }

    /// Whether anybody listens on the channel. Costs next to nothing while nobody listens at all.
    package func isHeard(on channel: @autoclosure () -> Channel) -> Bool {
        if self.count.load(ordering: .relaxed) == 0 { return false }
        let channel = channel()
        return self.state.withLock { $0.byChannel[channel] != nil }
    }

    /// Tells those who listen on the channel. From any thread.
    package func tell(_ message: any Sendable, on channel: Channel) {
        let listeners: [Listener] = self.state.withLock { state in
            (state.byChannel[channel] ?? []).compactMap { state.listeners[$0] }
        }
        for listener in listeners { listener.receive(message) }
    }
}
