internal import ApusBase
internal import ApusService
internal import CApusSandbox
internal import NIOCore

/// One connection of a runtime client: bytes to requests, requests to the environment, answers in order.
///
/// While a poll waits, nothing more is read from the parser. The answer to a response that came together with the next poll is
/// held back and leaves with the event: the client has asked for both, and is woken once.
final class RuntimeConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let environment: Environment
    private var parser = RuntimeRequestParser()
    private var context: ChannelHandlerContext?
    private var output = ByteBuffer()
    private var waiting = false
    private var closing = false
    private var closesAfterEvent = false

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
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !self.waiting { self.flush() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.closing = true
        if self.waiting {
            self.waiting = false
            self.environment.pollLost(self)
        }
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
        self.process()
        if !self.waiting { self.flush() }
    }

    func close() { self.context?.close(promise: nil) }

    /// Handles requests until one has to wait.
    private func process() {
        while !self.waiting, !self.closing, let event = self.parser.next() {
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
        context.writeAndFlush(self.wrapOutboundOut(self.output), promise: nil)
        self.output = ByteBuffer()
    }
}
