internal import ApusWire
internal import NIOCore
internal import NIOWebSocket

/// From a request to a WebSocket.
extension ConnectionHandler {
    /// A request that asks for a WebSocket and is claimed: what it must have for that, or why it is refused.
    func offer(of head: RequestHead) throws(Refusal) -> WebSocketOffer? {
        guard let acceptor = self.pipeline.webSockets, WebSocketOffer.isMade(by: head), acceptor.claims(head.request)
        else { return nil }
        return try WebSocketOffer(head)
    }

    /// Has the acceptor decide.
    func open(_ request: HTTPRequest, _ exchange: ConnectionExchange) {
        guard let acceptor = self.pipeline.webSockets, let upgrade = self.upgrade else {
            preconditionFailure("A request is handed over that nobody claimed.")
        }
        acceptor.open(request, WebSocketUpgrade(exchange, upgrade.decision))
    }

    /// Keeps what a hasty client sent behind its request; a client has to wait for the answer (RFC 6455 §4.1), so not much.
    func keep(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        self.early += bytes
        if self.early.count > Self.earlyBytes { self.close() }
    }
    private static let earlyBytes = 262_144

    /// After the answer 101 was written: the connection is a WebSocket's from here on.
    func handOver(_ context: ChannelHandlerContext) {
        guard let acceptance = self.upgrade?.decision.acceptance else {
            preconditionFailure("A connection is handed over that nobody accepted.")
        }
        let operations = context.pipeline.syncOperations
        let early = self.early
        self.early = []
        do {
            let socket = WebSocketHandler(loop: self.loop, pipeline: self.pipeline, listener: acceptance.listener)
            try operations.addHandler(socket, position: .after(self))
            let decoder = WebSocketFrameDecoder(maxFrameSize: self.pipeline.limits.webSocketMessageBytes)
            try operations.addHandler(ByteToMessageHandler(decoder), position: .after(self))
            try operations.addHandler(WebSocketFrameEncoder(), position: .after(self))
            self.passRetirement(to: socket)
        } catch {
            return context.close(promise: nil)
        }
        if !early.isEmpty {
            context.fireChannelRead(NIOAny(context.channel.allocator.buffer(bytes: early)))
            context.fireChannelReadComplete()
        }
        self.readAlways(context)
        operations.removeHandler(self, promise: nil)
    }
}
