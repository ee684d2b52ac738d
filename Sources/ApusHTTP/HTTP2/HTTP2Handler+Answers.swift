internal import ApusWire
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// The way of answers to frames.
extension HTTP2Handler {
    func watch(_ sequence: UInt64, _ exchange: ConnectionExchange) {
        if self.context == nil || !self.machine.contains(sequence) {
            exchange.disconnected()
        } else {
            self.watchers.add(sequence, exchange)
        }
    }

    func answer(_ sequence: UInt64, with response: HTTPResponse) {
        if !self.watchers.isEmpty { self.watchers.remove(sequence) }
        guard self.context != nil, let (form, end) = self.machine.answer(sequence, now: self.loop.now) else { return }
        self.send(response, form: form, on: sequence, end: end)
        self.reportBodies()
        if !self.isReading, !self.loop.flushLater(self) { self.flush() }
    }

    func flush() {
        guard self.hasUnflushed else { return }
        self.hasUnflushed = false
        self.context?.flush()
        self.forgetWritten()
    }

    /// Answers a request that the handler never sees.
    func refuse(_ refusal: Refusal, on stream: UInt64) {
        guard let (form, end) = self.machine.answer(stream, now: self.loop.now) else { return }
        LoopCounters.add(1, to: self.loop.counters.requestsRefused)
        self.send(refusal.response(to: HTTPFields()), form: form, on: stream, end: end)
    }

    /// The same for one whose header is wrong.
    func refuseHead(_ refusal: Refusal, _ fields: HTTPFields, on stream: UInt64, end: StreamMachine.RequestEnd) {
        LoopCounters.add(1, to: self.loop.counters.requestsRefused)
        self.machine.refused(stream, end: end, now: self.loop.now)
        self.send(refusal.response(to: fields), form: AnswerForm(), on: stream, end: end)
    }

    /// Writes header and body. Where the request has not come whole, its sender is then told to stop (RFC 9113 §8.1): after the
    /// answer is out, since a reset takes with it what waits for a window.
    private func send(
        _ response: HTTPResponse, form: AnswerForm, on stream: UInt64, end: StreamMachine.RequestEnd
    ) {
        guard let context = self.context else { return }
        var response = response
        AnswerCompression.apply(to: &response, form: form)
        let block = HTTP2Answer.block(response, form: form, date: self.loop.dateText)
        let body = HTTP2Answer.body(response, form: form)
        let source = HTTP2Answer.mayHaveBody(response, form: form) ? response.source : nil
        var sent: EventLoopPromise<Void>?
        if let source {
            self.write(block, on: stream, ends: false)
            return self.beginBody(source, on: stream)
        }
        if end == .cutShort { sent = self.promiseToStop(stream, context) }
        self.write(block, on: stream, ends: body == nil, promise: body == nil ? sent : nil)
        if let body {
            let data = IOData.byteBuffer(context.channel.allocator.buffer(bytes: body))
            self.write(.data(.init(data: data, endStream: true)), on: stream, promise: sent)
        }
    }

    /// To be kept when the answer is out.
    func promiseToStop(_ stream: UInt64, _ context: ChannelHandlerContext) -> EventLoopPromise<Void> {
        let sent: EventLoopPromise<Void> = context.eventLoop.makePromise()
        sent.futureResult.assumeIsolated().whenSuccess { self.stop(stream) }
        return sent
    }

    private func stop(_ stream: UInt64) {
        guard self.machine.isCutShort(stream) else { return }
        self.write(.rstStream(.noError), on: stream)
        self.flush()
    }

    // MARK: Frames

    func write(_ block: HPACKHeaders, on stream: UInt64, ends: Bool, promise: EventLoopPromise<Void>? = nil) {
        self.write(.headers(.init(headers: block, endStream: ends)), on: stream, promise: promise)
    }

    func write(_ payload: HTTP2Frame.FramePayload, on stream: UInt64, promise: EventLoopPromise<Void>? = nil) {
        guard let context = self.context else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        self.hasUnflushed = true
        let frame = HTTP2Frame(streamID: HTTP2StreamID(Int(stream)), payload: payload)
        context.write(Self.wrapOutboundOut(frame), promise: promise)
    }
}
