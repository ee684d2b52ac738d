internal import ApusWire
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// Joins the frames of one HTTP/2 connection, a `StreamMachine` and the request handler; decides nothing itself.
///
/// It takes frames from `NIOHTTP2Handler` for all streams at once. SwiftNIO's way, a channel and a pipeline for each stream and a
/// translation into HTTP/1.1's types in it, costs a small request more than all the rest of it.
///
/// SAFETY: exchanges carry a reference to it from thread to thread; all they call there is `deliver…`,
/// which use immutable members only. The rest is touched on the channel's event loop.
final class HTTP2Handler: ChannelInboundHandler, LoopConnection, @unchecked Sendable {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    let loop: LoopContext
    var index: Int?
    var isRetiring = false
    let pipeline: ConnectionPipeline
    var machine: StreamMachine
    private let frames: WrittenFrames
    private let isSecure: Bool
    private var remoteAddress = "127.0.0.1"
    var context: ChannelHandlerContext?
    var watchers = Watchers()
    /// The bodies that are being sent in parts, by their streams.
    var bodies: [UInt64: any BodySource] = [:]
    private var isInReadBurst = false
    /// Whether frames were written since the last flush.
    var hasUnflushed = false
    var isDraining = false
    /// Whether the last word was said.
    var isClosing = false
    /// What of `machine.heldBytes` the server's budget knows.
    private var reportedBytes = 0

    init(loop: LoopContext, pipeline: ConnectionPipeline, frames: WrittenFrames, isSecure: Bool) {
        self.loop = loop
        self.pipeline = pipeline
        self.frames = frames
        self.isSecure = isSecure
        self.machine = StreamMachine(limits: pipeline.limits, timeouts: pipeline.timeouts, now: loop.now)
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.remoteAddress = PeerAddress.text(context.remoteAddress)
        self.loop.register(self)
        self.machine = StreamMachine(
            limits: self.pipeline.limits, timeouts: self.pipeline.timeouts, now: self.loop.now)
    }

    /// All handlers of the connection are in their places, so that frames may be written.
    func begin() { if self.loop.phase != .open { self.drain() } }

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
        self.cancelBodies()
        for watcher in self.watchers.takeAll() { watcher.value?.disconnected() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = Self.unwrapInboundIn(data)
        if !self.isInReadBurst {
            self.isInReadBurst = true
            self.loop.refreshTime()
        }
        switch frame.payload {
        case .headers(let headers): self.receive(headers, on: frame.streamID.sequence)
        case .data(let data): self.receive(data, on: frame.streamID.sequence)
        // The rest NIOHTTP2Handler has seen to; a reset comes as the stream's end.
        default: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.isInReadBurst = false
        self.flush()
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let closed as StreamClosedEvent: self.ended(closed.streamID.sequence)
        case let window as NIOHTTP2WindowUpdatedEvent: self.moved(window)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        LoopCounters.add(1, to: self.loop.counters.requestsRefused)
        if self.frames.takeStreamError() { return }
        if error is NIOHTTP2Errors.StreamError { return }
        // The connection's error: its GOAWAY was written where there is one.
        context.close(promise: nil)
    }

    // MARK: Requests

    private func receive(_ headers: HTTP2Frame.FramePayload.Headers, on stream: UInt64) {
        if self.machine.contains(stream) {
            // Trailers: checked and dropped, as in HTTP/1.1.
            if headers.endStream { self.finish(stream) }
            return
        }
        self.machine.opened(stream)
        var head: RequestHead
        do throws(Refusal) {
            head = try HTTP2Head.read(headers.headers, limits: self.pipeline.limits)
        } catch {
            let fields = HTTPFields(ofRefused: headers.headers)
            return self.refuseHead(error, fields, on: stream, end: headers.endStream ? .whole : .cutShort)
        }
        head.request.remoteAddress = self.remoteAddress
        head.request.isSecure = self.isSecure
        if headers.endStream {
            let request = head.request
            self.machine.receivedWhole(head, on: stream)
            return self.run(request, stream)
        }
        if let length = head.contentLength, length > 0, self.loop.bodies.isExceeded(by: length) {
            return self.refuseHead(.tooManyBodies, head.request.headers, on: stream, end: .cutShort)
        }
        let expectsContinue = head.expectsContinue
        self.machine.receivedHead(head, on: stream, now: self.loop.now)
        if expectsContinue { self.write(HPACKHeaders([(":status", "100")]), on: stream, ends: false) }
    }

    private func receive(_ data: HTTP2Frame.FramePayload.Data, on stream: UInt64) {
        guard case .byteBuffer(let buffer) = data.data else { return }
        let refusal = buffer.withUnsafeReadableBytes { bytes in
            self.machine.receivedBody(bytes, on: stream, now: self.loop.now)
        }
        if let refusal {
            self.refuse(refusal, on: stream)
        } else if self.loop.bodies.isExceeded(by: self.machine.heldBytes - self.reportedBytes) {
            if self.machine.wantsBytes(on: stream) { self.refuse(.tooManyBodies, on: stream) }
        }
        self.reportBodies()
        if data.endStream { self.finish(stream) }
    }

    private func finish(_ stream: UInt64) {
        if let request = self.machine.receivedEnd(on: stream) { self.run(request, stream) }
    }

    private func run(_ request: HTTPRequest, _ stream: UInt64) {
        self.loop.arrived(request, ConnectionExchange(connection: self, sequence: stream))
    }

    /// Tells the server's budget what this connection holds now.
    func reportBodies() {
        let change = self.machine.heldBytes - self.reportedBytes
        if change == 0 || self.context == nil { return }
        self.loop.bodies.add(change)
        self.reportedBytes += change
    }

    // MARK: Streams and windows

    private func ended(_ stream: UInt64) {
        self.machine.closed(stream, now: self.loop.now)
        self.reportBodies()
        self.bodies.removeValue(forKey: stream)?.cancel()
        for watcher in self.watchers.take(stream) { watcher.value?.disconnected() }
        if self.isDraining, self.machine.isEmpty { self.say(.noError, thenCloses: true) }
    }

    /// Lets the peer go on sending when half of a window is used up. The connection's window is given back whatever becomes of
    /// the bytes; a stream's only while its body is wanted.
    private func moved(_ window: NIOHTTP2WindowUpdatedEvent) {
        self.machine.tookBytes(now: self.loop.now)
        guard let size = window.inboundWindowSize else { return }
        let stream = window.streamID.sequence
        let target = stream == 0 ? self.pipeline.limits.connectionWindowBytes : self.pipeline.limits.streamWindowBytes
        guard size <= target / 2, stream == 0 || self.machine.wantsBytes(on: stream) else { return }
        self.write(.windowUpdate(windowSizeIncrement: target - size), on: stream)
    }

    // MARK: End

    func close() { self.context?.close(promise: nil) }

    func forgetWritten() { self.frames.forget() }
    var isReading: Bool { self.isInReadBurst }
}

extension HTTP2StreamID {
    /// As the sequence of an exchange.
    var sequence: UInt64 { UInt64(Int(self)) }
}

extension HTTPFields {
    /// Of a header that was refused, those that tell in which form its sender reads errors.
    fileprivate init(ofRefused block: HPACKHeaders) {
        self.init()
        for name in ["content-type", "x-amz-target"] {
            if let value = block.first(name: name) { self.add(name, value) }
        }
    }
}
