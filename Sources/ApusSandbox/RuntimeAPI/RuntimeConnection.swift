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
    /// The extension that waits here for its event.
    private var waitingExtension: String?
    private var closing = false
    private var closesAfterEvent = false
    private var readIsHeld = false
    /// The response that comes in now, part by part.
    private var streamed: Streamed?
    private struct Streamed {
        /// Its answer, where it was refused: the body is thrown away.
        var refusal: [UInt8]?
        var keepAlive: Bool
        /// Nothing more is taken until its reader has room again.
        var isBlocked = false
    }
    /// What the parser holds, as the environment knows it.
    private var heldBytes = 0

    init(environment: Environment) { self.environment = environment }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        // In the host's network another environment can reach this port too; it may not speak for this one.
        guard self.environment.network == nil, let user = self.environment.confinement?.user else { return }
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
        let isBlocked = self.streamed?.isBlocked == true
        let isFull =
            !context.channel.isWritable || isBlocked || (self.waiting && self.parser.heldBytes > Self.heldBehindPoll)
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
        if let streamed = self.streamed.take(), streamed.refusal == nil { self.environment.streamLost() }
        if let identifier = self.waitingExtension.take() {
            self.waiting = false
            self.environment.extensionLost(identifier, self)
        }
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
        self.goOn()
    }

    /// Answers the waiting poll with the word to give memory back.
    func askToGiveBack() {
        precondition(self.waiting, "a word for a connection that does not wait for one")
        self.waiting = false
        self.output.writeBytes(RuntimeReply.giveBack)
        self.goOn()
    }

    /// Answers the extension that waits.
    func deliver(extensionEvent answer: [UInt8]) {
        guard self.waitingExtension.take() != nil else { return }
        self.waiting = false
        self.output.writeBytes(answer)
        self.goOn()
    }

    /// What waited has its answer.
    private func goOn() {
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
            if self.waiting || self.streamed?.isBlocked == true { return }
            let isFull = self.output.readableBytes >= Self.heldBehindPoll
            self.flush()
            guard isFull, !self.closing, self.context?.channel.isWritable == true else { return }
        }
    }

    /// Handles requests until one has to wait, or there is enough to send.
    private func process() {
        while !self.waiting, !self.closing, self.streamed?.isBlocked != true,
            self.output.readableBytes < Self.heldBehindPoll, let event = self.parser.next()
        {
            switch event {
            case .expectsContinue: self.write(RuntimeReply.continued)
            case .malformed: self.refuse()
            case .request(let request): self.handle(request)
            case .begin(let request, let expectsContinue): self.begin(request, expectsContinue)
            case .part(let bytes): self.take(bytes)
            case .end(let trailers): self.end(trailers)
            }
        }
    }

    // MARK: A response that is streamed

    private func begin(_ request: RuntimeRequest, _ expectsContinue: Bool) {
        if expectsContinue {
            self.write(RuntimeReply.continued)
            self.flush()
        }
        guard case .response(let requestID) = request.call else { return }
        let refusal = self.environment.beginStream(requestID: requestID, contentType: request.contentType)
        self.streamed = Streamed(refusal: refusal, keepAlive: request.keepAlive)
    }

    private func take(_ bytes: [UInt8]) {
        guard self.streamed?.refusal == nil, let eventLoop = self.context?.eventLoop else { return }
        // SAFETY: the connection is touched on its event loop alone.
        nonisolated(unsafe) let connection = self
        let room = self.environment.stream(bytes) { eventLoop.execute { connection.unblock() } }
        if room == .full { self.streamed?.isBlocked = true }
    }

    private func unblock() {
        self.streamed?.isBlocked = false
        self.advance()
        self.tellHeldBytes()
        self.resumeReading()
    }

    private func end(_ trailers: RuntimeRequest.Trailers) {
        guard let streamed = self.streamed.take() else { return }
        self.write(streamed.refusal ?? self.environment.endStream(trailers))
        if !streamed.keepAlive { self.endAfterFlush() }
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
            if !self.environment.poll(self, request) {
                self.waiting = false
                self.write(RuntimeReply.invalidStateTransition("the current invocation has not been answered"))
            }
        case .response(let requestID): self.write(self.environment.response(request.body, requestID: requestID))
        case .error(let requestID): self.write(self.environment.error(request.body, requestID: requestID))
        case .initError: self.write(self.environment.initError(request.body, type: request.errorType))
        case .restoreError: self.write(self.environment.restoreError(request.body, type: request.errorType))
        case .extension(let call): self.handle(call, request)
        case .unknown(.path): self.write(RuntimeReply.notFound)
        case .unknown(.method): self.write(RuntimeReply.methodNotAllowed)
        }
        if !request.keepAlive, !self.waiting { self.endAfterFlush() }
    }

    private func handle(_ call: RuntimeRequest.ExtensionCall, _ request: RuntimeRequest) {
        guard call == .next else { return self.write(self.environment.answer(call, request)) }
        let identifier = request.fields?.identifier ?? ""
        self.waiting = true
        self.waitingExtension = identifier
        self.closesAfterEvent = !request.keepAlive
        // What waits behind answers of requests before this one must not wait for the event.
        self.flush()
        if let refusal = self.environment.extensionPolls(identifier, self) {
            self.waiting = false
            self.waitingExtension = nil
            self.write(refusal)
        }
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
