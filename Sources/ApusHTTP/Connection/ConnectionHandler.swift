internal import ApusWire
internal import NIOCore

/// Joins a channel, a `ConnectionMachine` and the request handler; decides nothing itself.
///
/// SAFETY: exchanges carry a reference to it from thread to thread; all they call there is `deliver…`,
/// which use immutable members only. The rest is touched on the channel's event loop.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler, LoopConnection, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let loop: LoopContext
    var index: Int?
    var machine: ConnectionMachine
    private var parser: RequestParser
    let pipeline: ConnectionPipeline
    private let isSecure: Bool
    private var remoteAddress = "127.0.0.1"
    var context: ChannelHandlerContext?
    var watchers = Watchers()
    /// Answers that are not written yet.
    var outbox: ByteBuffer?
    var bytesWritten: UInt64 = 0
    /// The body that is being sent in parts, whether its next part is to be asked for, and whether that is being done.
    var body: (any BodySource)?
    var wantsPart = false
    var isPulling = false
    var isInReadBurst = false
    var isPumping = false
    private var isReadHeldBack = false
    var isEnding = false
    /// The request that may make this connection a WebSocket, and what came behind it.
    var upgrade: (offer: WebSocketOffer, decision: WebSocketUpgrade.Decision)?
    var early: [UInt8] = []
    var isRetiring = false
    /// What of `machine.heldBytes` the server's budget knows.
    private var reportedBytes = 0

    init(loop: LoopContext, pipeline: ConnectionPipeline, isSecure: Bool) {
        self.loop = loop
        self.pipeline = pipeline
        self.isSecure = isSecure
        self.parser = RequestParser(limits: pipeline.limits, recent: loop.recentFields)
        self.machine = ConnectionMachine(limits: pipeline.limits, timeouts: pipeline.timeouts, now: loop.now)
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.remoteAddress = PeerAddress.text(context.remoteAddress)
        self.loop.register(self)
        self.machine.progress = PeerProgress(now: self.loop.now)
        switch self.loop.phase {
        case .open: break
        case .retiring: self.machine.retire()
        case .draining: self.drain()
        }
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
        self.reportedBytes = 0
        self.loop.unregister(self)
        self.body?.cancel()
        self.body = nil
        for watcher in self.watchers.takeAll() { watcher.value?.disconnected() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = Self.unwrapInboundIn(data)
        self.loop.refreshTime()
        self.isInReadBurst = true
        LoopCounters.add(buffer.readableBytes, to: self.loop.counters.bytesReceived)
        self.machine.receivedBytes(now: self.loop.now)
        buffer.withUnsafeReadableBytes { self.parse($0) }
    }

    /// What a request before it may have ended (`Connection: close`) is dropped unread.
    private func parse(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        do throws(Refusal) {
            while !self.machine.isOver, let part = try self.parser.next(bytes, &offset) {
                switch part {
                case .head(let head): try self.receive(head)
                case .body(let piece): try self.take(piece)
                case .end: if let dispatch = self.machine.receivedEnd() { self.run(dispatch) }
                }
            }
        } catch {
            self.refuse(error, fields: self.parser.fieldsSoFar)
        }
        if self.machine.keepsBytes { self.keep(UnsafeRawBufferPointer(rebasing: bytes[offset...])) }
        self.reportBodies()
    }

    /// Tells the server's budget what this connection holds now.
    func reportBodies() {
        let change = self.machine.heldBytes - self.reportedBytes
        if change == 0 || self.context == nil { return }
        self.loop.bodies.add(change)
        self.reportedBytes += change
    }

    private func take(_ piece: UnsafeRawBufferPointer) throws(Refusal) {
        if let refusal = self.machine.receivedBody(piece) { throw refusal }
        if self.loop.bodies.isExceeded(by: self.machine.heldBytes - self.reportedBytes) { throw .tooManyBodies }
    }

    private func receive(_ head: consuming RequestHead) throws(Refusal) {
        var head: RequestHead = consume head
        if let length = head.contentLength, length > 0, self.loop.bodies.isExceeded(by: length) {
            self.refuse(.tooManyBodies, fields: head.request.headers)
            return
        }
        head.request.remoteAddress = self.remoteAddress
        head.request.isSecure = self.isSecure
        if head.asksToUpgrade, let offer = try self.offer(of: head) {
            self.upgrade = (offer, WebSocketUpgrade.Decision())
            head.form.persistence = .handOver
        }
        let expectsContinue = head.expectsContinue
        self.machine.receivedHead(head, now: self.loop.now)
        if expectsContinue { self.pump() }
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

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    // MARK: Flow and time

    private func isReading(_ context: ChannelHandlerContext) -> Bool {
        self.machine.wantsBytes && (context.channel.isWritable || self.machine.dropsBytes)
    }

    func readAgain() {
        guard self.isReadHeldBack, let context = self.context, self.isReading(context) else { return }
        self.isReadHeldBack = false
        context.read()
    }

    /// Whoever comes next reads whether or not this connection wanted to.
    func readAlways(_ context: ChannelHandlerContext) { if self.isReadHeldBack { context.read() } }

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

    /// Answers a peer that must speak TLS and does not.
    func refusePlainHTTP() {
        self.refuse(.plainHTTP)
        self.flush()
    }

    /// Goes on as before, but ends after the next answer.
    func retire() {
        self.machine.retire()
        self.body?.wrapUp()
    }

    /// Ends when what runs is answered. A connection that nothing came on yet has a moment more: its first request is probably
    /// on the way, and would be lost.
    func drain() {
        self.body?.wrapUp()
        guard self.machine.drain() else { return }
        guard self.machine.isUnused else { return self.close() }
        self.loop.eventLoop.scheduleTask(in: LoopContext.firstRequestPatience) {
            if self.machine.isUnused { self.close() }
        }
    }

    func close() { self.context?.close(promise: nil) }
}
