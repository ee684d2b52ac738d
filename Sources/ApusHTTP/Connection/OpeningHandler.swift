internal import ApusWire
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Finds out what a new connection speaks, then makes way for the handlers of that.
///
/// Its first bytes tell: 0x16 begins TLS (where the server has a certificate), `PRI * HTTP/2.0` HTTP/2 with prior knowledge
/// (RFC 9113 §3.4), all else is HTTP/1.1. Within TLS the handshake says which HTTP it is (ALPN).
///
/// SAFETY: touched on the channel's event loop only.
final class OpeningHandler: ChannelInboundHandler, RemovableChannelHandler, LoopConnection, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private enum Phase {
        case sniffing
        case handshaking
        /// Another handler has the connection.
        case over
    }

    let loop: LoopContext
    var index: Int?
    var isRetiring = false
    private let pipeline: ConnectionPipeline
    private var phase: Phase = .sniffing
    private var context: ChannelHandlerContext?
    /// The connection's first bytes, at most a few: it is decided as soon as they differ from a preface.
    private var first: ByteBuffer?
    private var openedAt: UInt64
    private var firstByteAt: UInt64?

    init(loop: LoopContext, pipeline: ConnectionPipeline) {
        self.loop = loop
        self.pipeline = pipeline
        self.openedAt = loop.now
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.loop.register(self)
        self.openedAt = self.loop.now
        if self.loop.phase == .draining { self.drain() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.leave() }

    private func leave() {
        if self.phase == .handshaking { LoopCounters.add(1, to: self.loop.counters.handshakesFailed) }
        self.phase = .over
        self.context = nil
        self.first = nil
        self.loop.unregister(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.phase == .sniffing else { return context.fireChannelRead(data) }
        self.loop.refreshTime()
        var bytes = Self.unwrapInboundIn(data)
        if var first = self.first {
            first.writeBuffer(&bytes)
            self.first = first
        } else {
            self.first = bytes
        }
        if self.firstByteAt == nil { self.firstByteAt = self.loop.now }
        switch FirstBytes.verdict(self.first, hasTLS: self.pipeline.identity != nil) {
        case .undecided: return
        case .tls: self.startTLS(context)
        case .http1: self.makeWay(for: .http1, in: context, isSecure: false)
        case .http2: self.makeWay(for: .http2, in: context, isSecure: false)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if self.phase == .handshaking, case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent {
            // HTTP/2 over TLS is spoken only where it was negotiated (RFC 9113 §3.2).
            self.makeWay(for: negotiated == "h2" ? .http2 : .http1, in: context, isSecure: true)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// A handshake that fails ends the connection; NIOSSL has sent the alert.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    // MARK: Decision

    private func startTLS(_ context: ChannelHandlerContext) {
        guard let identity = self.pipeline.identity else { preconditionFailure("TLS begins without a certificate.") }
        self.phase = .handshaking
        let tls = NIOSSLServerHandler(context: identity.context)
        do {
            try context.pipeline.syncOperations.addHandler(tls, position: .before(self))
        } catch {
            return context.close(promise: nil)
        }
        guard let first = self.first else { return }
        self.first = nil
        // From the head, so that it passes the handler that was just put in.
        context.pipeline.syncOperations.fireChannelRead(NIOAny(first))
        context.pipeline.syncOperations.fireChannelReadComplete()
    }

    private func makeWay(for version: ConnectionPipeline.Version, in context: ChannelHandlerContext, isSecure: Bool) {
        self.phase = .over
        let first = self.first
        self.first = nil
        do {
            let admission = try self.pipeline.add(
                version, after: self, in: context, loop: self.loop, isSecure: isSecure)
            // Before anything is answered, so that the connection is never counted twice.
            self.leave()
            if admission == .served, let first { context.fireChannelRead(Self.wrapInboundOut(first)) }
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    // MARK: Loop

    /// A peer that says nothing is idle; one that has begun must get through its first bytes and the handshake in the time
    /// that a header may take, or less while the server ends.
    func checkTime() {
        let timeouts = self.pipeline.timeouts
        let (since, seconds) =
            self.firstByteAt.map { ($0, timeouts.headSeconds) } ?? (self.openedAt, timeouts.keepAliveSeconds)
        let patience = self.loop.phase == .draining ? min(seconds, timeouts.drainSeconds) : seconds
        guard self.loop.now > since, self.loop.now - since >= UInt64(patience) * 1_000_000_000 else { return }
        LoopCounters.add(1, to: self.loop.counters.connectionsTimedOut)
        self.close()
    }

    /// What comes after it is told by the loop's phase.
    func retire() {}

    /// The first request is probably on the way, and would be lost.
    func drain() {
        self.loop.eventLoop.scheduleTask(in: LoopContext.firstRequestPatience) {
            if self.phase == .sniffing { self.close() }
        }
    }
    func close() { self.context?.close(promise: nil) }
    func flush() {}
    func answer(_ sequence: UInt64, with response: HTTPResponse) {}
    func take(_ part: BodyPart, of sequence: UInt64) {}
    func watch(_ sequence: UInt64, _ exchange: ConnectionExchange) { exchange.disconnected() }
}

/// What the first bytes of a connection say.
enum FirstBytes {
    enum Verdict { case undecided, tls, http1, http2 }

    /// The beginning of HTTP/2's preface, as far as it differs from every HTTP/1.1 request.
    private static let http2: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    /// The record type of a TLS handshake.
    private static let handshake: UInt8 = 0x16

    static func verdict(_ bytes: ByteBuffer?, hasTLS: Bool) -> Verdict {
        guard let bytes, let first = bytes.readableBytesView.first else { return .undecided }
        if first == Self.handshake, hasTLS { return .tls }
        let count = min(bytes.readableBytes, Self.http2.utf8CodeUnitCount)
        let preface = UnsafeBufferPointer(start: Self.http2.utf8Start, count: count)
        guard bytes.readableBytesView.prefix(count).elementsEqual(preface) else { return .http1 }
        return count == Self.http2.utf8CodeUnitCount ? .http2 : .undecided
    }
}
