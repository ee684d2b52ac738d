internal import NIOCore

/// Puts what HTTP/2 writes between two flushes into one buffer: each frame comes in pieces of its own, which would each become
/// a record of TLS or an element of the write, at more cost than copying it. Counts the bytes both ways.
final class FrameGatherer: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = ByteBuffer

    private let counters: LoopCounters
    private var outbox: ByteBuffer?
    /// Told when what is in the outbox is written.
    private var promises: [EventLoopPromise<Void>] = []

    init(counters: LoopCounters) { self.counters = counters }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        LoopCounters.add(Self.unwrapInboundIn(data).readableBytes, to: self.counters.bytesReceived)
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .byteBuffer(var piece) = Self.unwrapOutboundIn(data) else {
            preconditionFailure("HTTP/2 writes a file that nobody gave it.")
        }
        if self.outbox == nil {
            self.outbox = context.channel.allocator.buffer(capacity: max(1_024, piece.readableBytes))
        }
        self.outbox!.writeBuffer(&piece)
        if let promise { self.promises.append(promise) }
    }

    func flush(context: ChannelHandlerContext) {
        guard let outbox = self.outbox else { return context.flush() }
        self.outbox = nil
        LoopCounters.add(outbox.readableBytes, to: self.counters.bytesSent)
        context.writeAndFlush(Self.wrapOutboundOut(outbox), promise: self.takePromise(context))
    }

    private func takePromise(_ context: ChannelHandlerContext) -> EventLoopPromise<Void>? {
        if self.promises.isEmpty { return nil }
        let promises = self.promises
        self.promises = []
        let written: EventLoopPromise<Void> = context.eventLoop.makePromise()
        for promise in promises { written.futureResult.cascade(to: promise) }
        return written
    }

    /// What is gathered leaves before the end.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if self.outbox != nil { self.flush(context: context) }
        context.close(mode: mode, promise: promise)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        let promises = self.promises
        self.promises = []
        self.outbox = nil
        for promise in promises { promise.fail(ChannelError.ioOnClosedChannel) }
    }
}
