/// Takes requests that ask for a WebSocket (RFC 6455). Services implement it; handshake, frames, limits and time-outs are the
/// front door's.
package protocol WebSocketAcceptor: Sendable {
    /// Whether the request is for this acceptor, by host, path and fields alone. A request that nobody claims is answered as a
    /// plain one. Called on an event loop: must not block.
    func claims(_ request: HTTPRequest) -> Bool

    /// Decides about a claimed request, now or later: calls one method of `handshake`, once, from any thread. The front door
    /// has checked the request's side of the handshake. Called on an event loop: must not block.
    func open(_ request: HTTPRequest, _ handshake: any WebSocketHandshake)
}

/// The way back for one request that asks for a WebSocket. One that is dropped without a decision is answered 500.
package protocol WebSocketHandshake: AnyObject, Sendable {
    /// Answers 101 and goes over to frames.
    /// - Parameter subprotocol: one of those that the request offers, or nil.
    func accept(subprotocol: String?, listener: any WebSocketListener)

    /// Answers with a plain response and closes the connection.
    func refuse(_ response: HTTPResponse)

    /// Runs the jobs of a task on the connection's event loop.
    var executor: any TaskExecutor { get }
}

/// Hears what comes over one WebSocket, in order, on its event loop: must not block.
package protocol WebSocketListener: AnyObject, Sendable {
    /// Once, before all else.
    func opened(_ peer: any WebSocketPeer)
    func received(_ message: WebSocketMessage, from peer: any WebSocketPeer)
    /// Once, after all else. `code` is the peer's own, or what RFC 6455 §7.4.1 has for its absence: 1005 where it gave none,
    /// 1006 where the connection broke.
    func closed(code: UInt16)
}

/// The other side of one WebSocket, to be used from any thread.
package protocol WebSocketPeer: AnyObject, Sendable {
    /// Sends a message after those before it. Returns false, and sends nothing, where the peer is gone or so slow that too much
    /// waits for it already.
    @discardableResult func send(_ message: WebSocketMessage) -> Bool

    /// Says goodbye and closes. `code` is one of RFC 6455 §7.4; of `reason` as much is sent as fits, 123 bytes.
    func close(code: UInt16, reason: String)

    /// Runs the jobs of a task on the connection's event loop.
    var executor: any TaskExecutor { get }
}

package enum WebSocketMessage: Sendable, Equatable {
    case text(String)
    case binary([UInt8])
}
