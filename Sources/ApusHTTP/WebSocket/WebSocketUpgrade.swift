internal import ApusWire
internal import Synchronization

/// The way back for one request that asks for a WebSocket: an exchange whose answer may be 101.
final class WebSocketUpgrade: WebSocketHandshake {
    /// What was decided; the connection looks at it when the answer's turn comes. Apart from the handshake, so that the
    /// connection does not keep alive what an acceptor lets go of.
    final class Decision: Sendable {
        struct Acceptance: Sendable {
            var subprotocol: String?
            var listener: any WebSocketListener
        }
        private let state = Mutex<Acceptance?>(nil)

        var acceptance: Acceptance? { self.state.withLock { $0 } }
        fileprivate func take(_ acceptance: Acceptance) { self.state.withLock { $0 = acceptance } }
    }

    private let exchange: ConnectionExchange
    private let decision: Decision

    init(_ exchange: ConnectionExchange, _ decision: Decision) {
        self.exchange = exchange
        self.decision = decision
    }

    func accept(subprotocol: String?, listener: any WebSocketListener) {
        self.decision.take(Decision.Acceptance(subprotocol: subprotocol, listener: listener))
        self.exchange.reply(HTTPResponse(status: 101))
    }

    func refuse(_ response: HTTPResponse) {
        precondition(response.status != 101, "A WebSocket is refused with the answer that accepts it.")
        self.exchange.reply(response)
    }

    var executor: any TaskExecutor { self.exchange.executor }
}
