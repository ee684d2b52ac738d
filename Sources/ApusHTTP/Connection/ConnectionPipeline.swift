internal import ApusWire
internal import NIOCore

/// What a new connection goes through. The one place to change for TLS (before the connection), HTTP/2 (another set of
/// handlers, chosen by ALPN) and WebSocket (in place of the connection, after its handshake).
enum ConnectionPipeline {
    enum Admission { case served, refused }

    /// Sets up HTTP/1.1 in clear text. On the channel's loop.
    static func configure(
        _ channel: any Channel, loop: LoopContext, handler: any RequestHandler, configuration: HTTPServerConfiguration,
        admission: Admission
    ) throws {
        let connection = ConnectionHandler(
            loop: loop, handler: handler, limits: configuration.limits, timeouts: configuration.timeouts,
            isSecure: false)
        try channel.pipeline.syncOperations.addHandler(connection)
        if admission == .refused { connection.refuseConnection() }
    }
}
