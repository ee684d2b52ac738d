internal import ApusWire
internal import Synchronization

/// The way back for one request of a connection.
final class ConnectionExchange: Exchange {
    private enum State {
        case open
        case watched(@Sendable () -> Void)
        case answered
        case gone
    }

    private let connection: any LoopConnection
    private let sequence: UInt64
    private let state = Mutex(State.open)

    init(connection: any LoopConnection, sequence: UInt64) {
        self.connection = connection
        self.sequence = sequence
    }

    /// A request whose exchange is dropped without an answer is answered 500: its client must not wait for ever.
    deinit {
        let isUnanswered: Bool = self.state.withLock { state in
            switch state {
            case .open, .watched: true
            case .answered, .gone: false
            }
        }
        if isUnanswered { self.connection.deliver(Refusal.unanswered.response(to: HTTPFields()), to: self.sequence) }
    }

    var executor: any TaskExecutor { self.connection.loop }

    func reply(_ response: HTTPResponse) {
        let isFirst: Bool = self.state.withLock { state in
            switch state {
            case .open, .watched:
                state = .answered
                return true
            case .answered: preconditionFailure("A request was answered twice.")
            case .gone: return false
            }
        }
        if isFirst { self.connection.deliver(response, to: self.sequence) }
    }

    func onDisconnect(_ action: @escaping @Sendable () -> Void) {
        let isGone: Bool = self.state.withLock { state in
            switch state {
            case .open:
                state = .watched(action)
                return false
            case .watched: preconditionFailure("A request's end is watched twice.")
            case .answered: return false
            case .gone: return true
            }
        }
        if isGone { action() } else { self.connection.deliverWatch(self, of: self.sequence) }
    }

    /// The connection ended before the answer. On the event loop.
    func disconnected() {
        let action: (@Sendable () -> Void)? = self.state.withLock { state in
            switch state {
            case .watched(let action):
                state = .gone
                return action
            case .open:
                state = .gone
                return nil
            case .answered, .gone: return nil
            }
        }
        action?()
    }
}
