internal import ApusBase
internal import ApusService
internal import CApusSandbox
internal import NIOCore

/// One connection of a runtime client: bytes to requests, requests to the environment, answers in order.
///
/// While a poll waits, nothing more is read from the parser. The answer to a response that came together with the next poll is
/// held back and leaves with the event: the client has asked for both, and is woken once.
///
/// A client that sends without reading, or far more than it may, is not read from: what the server holds for it is bounded.
final class RuntimeConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What may come behind a waiting poll before nothing more is read.
    private static let heldBehindPoll = 64 * 1024

    private let environment: Environment
    private var parser = RuntimeRequestParser()
    private var context: ChannelHandlerContext?
    private var output = ByteBuffer()
    private var waiting = false
    private var closing = false
    private var closesAfterEvent = false
    private var readIsHeld = false
    /// What the parser holds, as the environment knows it.
    private var heldBytes = 0

    init(environment: Environment) { self.environment = environment }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        // Another environment can reach this port too; it may not speak for this one.
        guard let user = self.environment.confinement?.user else { return }
        var owner: UInt32 = 0
        let local = UInt16(context.localAddress?.port ?? 0)
        let peer = UInt16(context.remoteAddress?.port ?? 0)
        if apus_peer_user(local, peer, &owner) != 0 || owner != user { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = self.unwrapInboundIn(data)
        guard !self.closing else { return }
        buffer.withUnsafeReadableBytes { self.parser.append($0) }
        self.process()
        self.tellHeldBytes()
    }

    func read(context: ChannelHandlerContext) {
        let isFull = !context.channel.isWritable || (self.waiting && self.parser.heldBytes > Self.heldBehindPoll)
        if isFull { self.readIsHeld = true } else { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { self.advance() }
        self.resumeReading()
        context.fireChannelWritabilityChanged()
    }

    private func resumeReading() {
        guard self.readIsHeld, let context = self.context else { return }
        self.readIsHeld = false
        self.read(context: context)
    }

    /// The environment may hold only so much over all its connections.
    private func tellHeldBytes() {
        let held = self.parser.heldBytes
        guard held != self.heldBytes else { return }
        let fits = self.environment.holds(held - self.heldBytes)
        self.heldBytes = held
        if !fits { self.close() }
    }

    func channelReadComplete(context: ChannelHandlerContext) { self.advance() }

    func channelInactive(context: ChannelHandlerContext) {
        self.closing = true
        if self.waiting {
            self.waiting = false
            self.environment.pollLost(self)
        }
        _ = self.environment.holds(-self.heldBytes)
        self.heldBytes = 0
        self.environment.connectionClosed(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Answers the waiting poll.
    func deliver(_ request: InvocationRequest, deadline: Timestamp) {
        precondition(self.waiting, "an event for a connection that does not wait for one")
        self.waiting = false
        self.output.writeString(RuntimeReply.eventHead(request, deadline: deadline))
        self.output.writeBytes(request.payload)
        self.flush()
        if self.closesAfterEvent { return self.endAfterFlush() }
        self.advance()
        self.resumeReading()
    }

    func close() { self.context?.close(promise: nil) }

    /// Handles requests and sends answers until one has to wait, or the client has to read.
    private func advance() {
        while true {
            self.process()
            if self.waiting { return }
            let isFull = self.output.readableBytes >= Self.heldBehindPoll
            self.flush()
            guard isFull, !self.closing, self.context?.channel.isWritable == true else { return }
        }
    }

    /// Handles requests until one has to wait, or there is enough to send.
    private func process() {
        while !self.waiting, !self.closing, self.output.readableBytes < Self.heldBehindPoll,
            let event = self.parser.next()
        {
            switch event {
            case .expectsContinue: self.write(RuntimeReply.continued)
            case .malformed: self.refuse()
            case .request(let request): self.handle(request)
            }
        }
    }

    private func refuse() {
        self.write(RuntimeReply.malformed)
        self.endAfterFlush()
    }

    private func handle(_ request: RuntimeRequest) {
        switch request.call {
        case .next:
            self.waiting = true
            self.closesAfterEvent = !request.keepAlive
            if !self.environment.poll(self) {
                self.waiting = false
                self.write(RuntimeReply.invalidStateTransition("the current invocation has not been answered"))
            }
        case .response(let requestID): self.write(self.environment.response(request.body, requestID: requestID))
        case .error(let requestID): self.write(self.environment.error(request.body, requestID: requestID))
        case .initError: self.write(self.environment.initError(request.body, type: request.errorType))
        case .unknown(.path): self.write(RuntimeReply.notFound)
        case .unknown(.method): self.write(RuntimeReply.methodNotAllowed)
        }
        if !request.keepAlive, !self.waiting { self.endAfterFlush() }
    }

    private func endAfterFlush() {
        self.closing = true
        self.flush()
        self.context?.close(mode: .all, promise: nil)
    }

    private func write(_ bytes: [UInt8]) { self.output.writeBytes(bytes) }

    private func flush() {
        guard self.output.readableBytes > 0, let context = self.context else { return }
        let answers = self.output
        // Before the write: that may call back into `advance`.
        self.output = ByteBuffer()
        context.writeAndFlush(self.wrapOutboundOut(answers), promise: nil)
    }
}
