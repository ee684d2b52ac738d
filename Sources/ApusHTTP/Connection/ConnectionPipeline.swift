internal import ApusWire
internal import NIOCore
internal import NIOHTTP1

/// What a new connection goes through. The one place to change for TLS (before the gate), HTTP/2 (another set of handlers,
/// chosen by ALPN) and WebSocket (in place of parser and connection, after its handshake).
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
        var parserLimits = NIOHTTPDecoderLimitConfiguration()
        parserLimits.maxHeaderFieldSize = configuration.limits.headerBlockBytes
        parserLimits.maxHeaderListSize = configuration.limits.headerBlockBytes
        parserLimits.maxHeaderFieldCount = configuration.limits.headerFields
        let parser = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: parserLimits)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(ConnectionByteGate(connection))
        try pipeline.addHandler(ByteToMessageHandler(parser))
        try pipeline.addHandler(connection)
        if admission == .refused { connection.refuseConnection() }
    }
}
