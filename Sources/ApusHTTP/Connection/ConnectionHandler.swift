internal import ApusWire
internal import NIOCore
internal import NIOHTTP1

/// Joins a channel, a `ConnectionMachine` and the request handler; decides nothing itself.
///
/// SAFETY: exchanges carry a reference to it from thread to thread; all they call there is `deliver` and `deliverWatch`,
/// which use immutable members only. The rest is touched on the channel's event loop.
final class ConnectionHandler: ChannelDuplexHandler, @unchecked Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let loop: LoopContext
    /// Where this connection lies in `loop.connections`.
    var index: Int?
    var machine: ConnectionMachine
    let handler: any RequestHandler
    private let isSecure: Bool
    private var remoteAddress = "127.0.0.1"
    var context: ChannelHandlerContext?
    var watchers: [(sequence: UInt64, exchange: WeakExchange)] = []
    /// Answers that are not written yet.
    var outbox: ByteBuffer?
    var bytesWritten: UInt64 = 0
    var isInReadBurst = false
    var isPumping = false
    private var isReadHeldBack = false
    var isEnding = false

    init(loop: LoopContext, handler: any RequestHandler, limits: HTTPLimits, timeouts: HTTPTimeouts, isSecure: Bool) {
        self.loop = loop
        self.handler = handler
        self.isSecure = isSecure
        self.machine = ConnectionMachine(limits: limits, timeouts: timeouts, now: loop.now)
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.remoteAddress = PeerAddress.text(context.remoteAddress)
        self.loop.register(self)
        self.machine.progress = PeerProgress(now: self.loop.now)
        LoopCounters.add(1, to: self.loop.counters.connectionsAccepted)
        LoopCounters.add(1, to: self.loop.counters.connectionsOpen)
        if self.loop.isDraining { self.drain() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.disconnect()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.disconnect() }

    private func disconnect() {
        guard self.context != nil else { return }
        self.context = nil
        LoopCounters.add(-1, to: self.loop.counters.connectionsOpen)
        self.loop.unregister(self)
        let watchers = self.watchers
        self.watchers = []
        for watcher in watchers { watcher.exchange.value?.disconnected() }
    }

    /// From the byte gate, before the parser sees the bytes. Returns whether it should.
    func receiveBytes(_ count: Int) -> Bool {
        self.loop.refreshTime()
        self.isInReadBurst = true
        LoopCounters.add(count, to: self.loop.counters.bytesReceived)
        self.machine.receivedBytes(now: self.loop.now)
        return !self.machine.dropsBytes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head): self.receive(head)
        case .body(let bytes):
            if let refusal = bytes.withUnsafeReadableBytes({ self.machine.receivedBody($0) }) { self.refuse(refusal) }
        case .end: if let dispatch = self.machine.receivedEnd() { self.run(dispatch) }
        }
    }

    private func receive(_ head: HTTPRequestHead) {
        if self.machine.dropsBytes { return }
        var builder = RequestHeadBuilder(fieldCount: head.headers.count)
        for (name, value) in head.headers { builder.add(name, value) }
        let fields: HTTPFields = builder.fields
        do throws(Refusal) {
            var checked: RequestHead = try builder.finish(
                method: head.method.rawValue, target: head.uri, version: head.version.minor == 0 ? .http10 : .http11,
                persistence: head.isKeepAlive ? .keepAlive : .close, limits: self.machine.limits)
            checked.request.remoteAddress = self.remoteAddress
            checked.request.isSecure = self.isSecure
            self.machine.receivedHead(checked, now: self.loop.now)
            if checked.expectsContinue { self.pump() }
        } catch {
            self.refuse(error, fields: fields)
        }
    }

    func refuse(_ refusal: Refusal, fields: HTTPFields? = nil) {
        if !self.machine.dropsBytes { LoopCounters.add(1, to: self.loop.counters.requestsRefused) }
        self.machine.refuse(refusal, fields: fields)
        self.pump()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.isInReadBurst = false
        self.flush()
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if self.isReading(context) { context.read() } else { self.isReadHeldBack = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.readAgain()
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is ByteToMessageDecoderError: break  // what follows a refused request
        case let error as HTTPParserError:
            if let refusal = Refusal(error) { self.refuse(refusal) }
            if !self.isInReadBurst { self.flush() }
        default: context.close(promise: nil)
        }
    }

    // MARK: Flow and time

    private func isReading(_ context: ChannelHandlerContext) -> Bool {
        self.machine.wantsBytes && (context.channel.isWritable || self.machine.dropsBytes)
    }

    func readAgain() {
        guard self.isReadHeldBack, let context = self.context, self.isReading(context) else { return }
        self.isReadHeldBack = false
        context.read()
    }

    /// Lets a slow peer go. Called by the loop's sweep.
    func checkTime() {
        guard let context = self.context else { return }
        let unsent: Int = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        let lateness: ConnectionMachine.Lateness = self.machine.judge(
            now: self.loop.now, written: self.bytesWritten, unsent: UInt64(unsent), isReading: self.isReading(context))
        if lateness == .inTime { return }
        LoopCounters.add(1, to: self.loop.counters.connectionsTimedOut)
        if lateness == .close {
            self.close()
        } else {
            self.refuse(.tooSlow)
            self.flush()
        }
    }

    /// Answers a connection that is one too many.
    func refuseConnection() {
        self.refuse(.tooManyConnections)
        self.flush()
    }

    func drain() { if self.machine.drain() { self.close() } }

    func close() { self.context?.close(promise: nil) }
}
