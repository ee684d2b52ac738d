/// How long the front door waits for a peer. It never limits how long a handler takes to answer.
package struct HTTPTimeouts: Sendable {
    /// From a request's first byte to the end of its header. Past it: 408.
    package var headSeconds: Int = 10
    /// Without a byte of a body that is not complete. Past it: 408.
    package var bodyIdleSeconds: Int = 30
    /// From a request's header to the end of its body. Past it: 408.
    package var bodyTotalSeconds: Int = 600
    /// A connection on which nothing is under way. Past it, it is closed.
    package var keepAliveSeconds: Int = 75
    /// A WebSocket whose peer sends nothing, not even a ping or a pong. API Gateway's is 10 minutes too.
    package var webSocketIdleSeconds: Int = 600
    /// Without a byte taken by a peer that has an answer waiting. Past it, the connection is closed.
    package var writeStallSeconds: Int = 30
    /// After a refusal, what the peer still sends is read and dropped so that it sees the refusal and not a reset: until it
    /// pauses for `lingerIdleSeconds`, and no longer than `lingerTotalSeconds`.
    package var lingerIdleSeconds: Int = 5
    package var lingerTotalSeconds: Int = 30
    /// While the server ends: without progress of a request that is coming in, or of a peer that was refused. Others wait for
    /// the port meanwhile.
    package var drainSeconds: Int = 2
    /// How often each event loop looks for connections past their time: one timer per loop, none per request.
    package var sweepMilliseconds: Int = 1_000

    package init() {}
}
