/// The way back for one request. Replies to pipelined requests leave in the order in which the requests came.
package protocol Exchange: AnyObject, Sendable {
    /// Sends the answer. Called exactly once, from any thread; ignored when the peer is gone. A body in parts is asked for once
    /// the answers before it have left.
    func reply(_ response: HTTPResponse)

    /// Runs `action` once if the peer goes away before the answer was sent (at once if it is gone already), so that a long
    /// poll does not take messages for nobody. Called at most once per exchange.
    func onDisconnect(_ action: @escaping @Sendable () -> Void)

    /// Runs the jobs of a task on the connection's event loop, so that a procedure hops no thread.
    var executor: any TaskExecutor { get }
}

/// Receives each whole request. Called on an event loop: must not block.
package protocol RequestHandler: Sendable {
    func handle(_ request: HTTPRequest, _ exchange: any Exchange)
}
