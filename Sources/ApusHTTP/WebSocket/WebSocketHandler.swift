internal import ApusWire
internal import NIOCore
internal import NIOWebSocket
internal import Synchronization

/// Joins the frames of one WebSocket, a `WebSocketMachine` and a listener.
///
/// SAFETY: as a peer it is used from any thread; all that is used there is `loop`, `unsent` and the mailbox. The rest is
/// touched on the channel's event loop.
final class WebSocketHandler: ChannelInboundHandler, LoopConnection, WebSocketPeer, @unchecked Sendable {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    let loop: LoopContext
    var index: Int?
    var isRetiring = false
    private let limits: HTTPLimits
    private let timeouts: HTTPTimeouts
    private let listener: any WebSocketListener
    private var machine: WebSocketMachine
    private var context: ChannelHandlerContext?
    /// Bytes of messages that `send` took and that are not on the wire.
    private let unsent = Atomic<Int>(0)
    private var lastReceived: UInt64
    /// When we said goodbye. From then on nothing is sent, and the peer has a few seconds to say it too.
    private var closingSince: UInt64?
    /// What the listener is told in the end.
    private var endCode: UInt16 = 1006
    private var lastUnsent = 0
    private var stalledSince: UInt64
    private var reportedBytes = 0

    init(loop: LoopContext, pipeline: ConnectionPipeline, listener: any WebSocketListener) {
        self.loop = loop
        self.limits = pipeline.limits
        self.timeouts = pipeline.timeouts
        self.listener = listener
        self.machine = WebSocketMachine(messageBytes: pipeline.limits.webSocketMessageBytes)
        self.lastReceived = loop.now
        self.stalledSince = loop.now
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.loop.register(self)
        self.lastReceived = self.loop.now
        self.listener.opened(self)
        if self.loop.phase != .open { self.drain() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.disconnect()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.disconnect() }

    private func disconnect() {
        guard self.context != nil else { return }
        self.context = nil
        self.loop.bodies.add(-self.reportedBytes)
        self.loop.unregister(self)
        self.listener.closed(code: self.endCode)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = Self.unwrapInboundIn(data)
        self.loop.refreshTime()
        self.lastReceived = self.loop.now
        if self.loop.bodies.isExceeded(by: frame.length) {
            return self.sayGoodbye(1013, "too much is under way", tells: 1013)
        }
        let step = self.machine.receive(WebSocketMachine.Frame(frame))
        self.loop.bodies.add(self.machine.heldBytes - self.reportedBytes)
        self.reportedBytes = self.machine.heldBytes
        self.perform(step)
    }

    private func perform(_ step: WebSocketMachine.Step) {
        switch step {
        case .nothing: return
        case .deliver(let message): self.listener.received(message, from: self)
        case .pong(let bytes): if self.closingSince == nil { self.write(.pong, bytes) }
        case .goodbye(let code):
            self.endCode = code ?? 1005
            if self.closingSince == nil { self.write(.connectionClose, code.map(Self.bytes) ?? []) }
            self.context?.close(promise: nil)
        case .fail(let code, let reason): self.sayGoodbye(code, reason, tells: code)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error as? NIOWebSocketError {
        case .invalidFrameLength?: self.sayGoodbye(1009, "the frame is too long", tells: 1009)
        case .fragmentedControlFrame?, .multiByteControlFrameLength?:
            self.sayGoodbye(1002, "a control frame is too long or in pieces", tells: 1002)
        case nil: context.close(promise: nil)
        }
    }

    // MARK: Peer

    @discardableResult
    func send(_ message: WebSocketMessage) -> Bool {
        let count = message.byteCount
        let waiting = self.unsent.add(count, ordering: .relaxed).newValue
        guard waiting <= self.limits.webSocketUnsentBytes else {
            self.unsent.subtract(count, ordering: .relaxed)
            return false
        }
        if self.loop.eventLoop.inEventLoop {
            self.transmit(message)
            return true
        }
        if self.loop.post(.message(self, message)) { return true }
        self.unsent.subtract(count, ordering: .relaxed)
        return false
    }

    func close(code: UInt16, reason: String) {
        let code = WebSocketMachine.mayBeSent(code) ? code : 1000
        if self.loop.eventLoop.inEventLoop {
            self.sayGoodbye(code, reason, tells: code)
        } else {
            _ = self.loop.post(.goodbye(self, code, reason))
        }
    }

    var executor: any TaskExecutor { self.loop }

    /// On the loop; `send` has counted the message.
    func transmit(_ message: WebSocketMessage) {
        let count = message.byteCount
        guard let context = self.context, self.closingSince == nil else {
            self.unsent.subtract(count, ordering: .relaxed)
            return
        }
        let written: EventLoopPromise<Void> = context.eventLoop.makePromise()
        written.futureResult.assumeIsolated().whenComplete { _ in self.unsent.subtract(count, ordering: .relaxed) }
        switch message {
        case .text(let text): self.write(.text, Array(text.utf8), promise: written)
        case .binary(let bytes): self.write(.binary, bytes, promise: written)
        }
    }

    // MARK: Frames

    private func write(_ opcode: WebSocketOpcode, _ bytes: [UInt8], promise: EventLoopPromise<Void>? = nil) {
        guard let context = self.context else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        LoopCounters.add(bytes.count, to: self.loop.counters.bytesSent)
        let frame = WebSocketFrame(fin: true, opcode: opcode, data: context.channel.allocator.buffer(bytes: bytes))
        context.writeAndFlush(Self.wrapOutboundOut(frame), promise: promise)
    }

    /// The first goodbye counts. The peer's own ends the connection; if it does not come, `checkTime` does.
    func sayGoodbye(_ code: UInt16, _ reason: String, tells endCode: UInt16) {
        guard self.context != nil, self.closingSince == nil else { return }
        self.closingSince = self.loop.now
        self.endCode = endCode
        var bytes = Self.bytes(code) + Array(reason.utf8.prefix(123))
        // Cut at a whole character.
        while String(validating: bytes[2...], as: UTF8.self) == nil { bytes.removeLast() }
        self.write(.connectionClose, bytes)
    }

    private static func bytes(_ code: UInt16) -> [UInt8] { [UInt8(code >> 8), UInt8(truncatingIfNeeded: code)] }

    // MARK: Loop

    func checkTime() {
        let now = self.loop.now
        let unsent = self.unsent.load(ordering: .relaxed)
        if unsent == 0 || unsent < self.lastUnsent { self.stalledSince = now }
        self.lastUnsent = unsent
        if let closingSince {
            if Self.isPast(closingSince, self.timeouts.lingerIdleSeconds, now) { self.close() }
        } else if Self.isPast(self.stalledSince, self.timeouts.writeStallSeconds, now) {
            LoopCounters.add(1, to: self.loop.counters.connectionsTimedOut)
            self.close()
        } else if Self.isPast(self.lastReceived, self.timeouts.webSocketIdleSeconds, now) {
            LoopCounters.add(1, to: self.loop.counters.connectionsTimedOut)
            self.sayGoodbye(1001, "nothing was sent for too long", tells: 1001)
        }
    }

    private static func isPast(_ since: UInt64, _ seconds: Int, _ now: UInt64) -> Bool {
        now > since && now - since >= UInt64(seconds) * 1_000_000_000
    }

    /// A socket has no next answer to end with: its goodbye is the word.
    func retire() { self.drain() }
    func drain() { self.sayGoodbye(1001, "the server stops", tells: 1001) }
    func close() { self.context?.close(promise: nil) }
    func flush() {}
    func answer(_ sequence: UInt64, with response: HTTPResponse) {}
    func take(_ part: BodyPart, of sequence: UInt64) {}
    func watch(_ sequence: UInt64, _ exchange: ConnectionExchange) { exchange.disconnected() }
}

extension WebSocketMessage {
    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .binary(let bytes): bytes.count
        }
    }
}

extension WebSocketMachine.Frame {
    fileprivate init(_ frame: WebSocketFrame) {
        self.opcode =
            switch frame.opcode {
            case .continuation: .continuation
            case .text: .text
            case .binary: .binary
            case .connectionClose: .close
            case .ping: .ping
            case .pong: .pong
            default: .reserved
            }
        self.isFinal = frame.fin
        self.isMasked = frame.maskKey != nil
        self.hasReservedBits = !frame.reservedBits.isEmpty
        self.payload = Array(frame.unmaskedData.readableBytesView)
    }
}
