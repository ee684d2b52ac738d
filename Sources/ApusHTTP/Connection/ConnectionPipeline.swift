internal import ApusWire
internal import NIOCore
internal import NIOHTTP2

/// What a connection goes through, from its first byte on: an `OpeningHandler` finds out what it speaks and puts the handlers
/// of that in its place. One value for a whole server.
struct ConnectionPipeline: Sendable {
    enum Version { case http1, http2 }
    enum Admission { case served, refused }

    let limits: HTTPLimits
    let timeouts: HTTPTimeouts
    /// Nil where the server has no certificate; then 0x16 is as malformed as any other first byte.
    let identity: TLSIdentity?
    let webSockets: (any WebSocketAcceptor)?

    /// Sets up a connection that was just accepted. On the channel's loop.
    func configure(_ channel: any Channel, loop: LoopContext, admission: Admission) throws {
        LoopCounters.add(1, to: loop.counters.connectionsAccepted)
        guard admission == .refused else {
            return try channel.pipeline.syncOperations.addHandler(OpeningHandler(loop: loop, pipeline: self))
        }
        // What the peer speaks is not known yet, and waiting for it would keep what is one too many. A peer of TLS could not
        // read the answer.
        let connection = self.http1(loop, isSecure: false)
        try channel.pipeline.syncOperations.addHandler(connection)
        if self.identity == nil { connection.refuseConnection() } else { connection.close() }
    }

    /// Adds the handlers of `version` behind `opening`. Returns whether requests are taken: over plain HTTP they may not be.
    func add(
        _ version: Version, after opening: OpeningHandler, in context: ChannelHandlerContext, loop: LoopContext,
        isSecure: Bool
    ) throws -> Admission {
        let operations = context.pipeline.syncOperations
        let isServed = isSecure || self.permitsPlainHTTP(from: context.remoteAddress)
        switch version {
        case .http1:
            let connection = self.http1(loop, isSecure: isSecure)
            try operations.addHandler(connection, position: .after(opening))
            opening.passRetirement(to: connection)
            if !isServed { connection.refusePlainHTTP() }
        case .http2:
            guard isServed else {
                // There is no word for this in HTTP/2 before its settings are exchanged.
                context.close(promise: nil)
                return .refused
            }
            let frames = WrittenFrames()
            let connection = HTTP2Handler(loop: loop, pipeline: self, frames: frames, isSecure: isSecure)
            try operations.addHandler(connection, position: .after(opening))
            let http2 = NIOHTTP2Handler(
                mode: .server, frameDelegate: frames, connectionConfiguration: HTTP2Parameters.connection(self.limits),
                streamConfiguration: HTTP2Parameters.stream(self.limits))
            try operations.addHandler(http2, position: .after(opening))
            try operations.addHandler(FrameGatherer(counters: loop.counters), position: .after(opening))
            opening.passRetirement(to: connection)
            connection.begin()
        }
        return isServed ? .served : .refused
    }

    private func http1(_ loop: LoopContext, isSecure: Bool) -> ConnectionHandler {
        ConnectionHandler(loop: loop, pipeline: self, isSecure: isSecure)
    }

    private func permitsPlainHTTP(from address: SocketAddress?) -> Bool {
        switch self.identity?.settings.plainHTTP {
        case nil, .everyone: return true
        case .nobody: return false
        case .loopback:
            let text = PeerAddress.text(address)
            return text == "::1" || text.hasPrefix("127.")
        }
    }
}
