internal import ApusWire
internal import NIOCore
internal import NIOHTTP2

/// Bodies that are sent in parts, each in frames of its own. One part of a stream is on its way at a time: the next is asked for
/// when the peer's windows and the socket have taken the last, so that a peer who takes nothing holds its source back, and is let
/// go by the sweep.
extension HTTP2Handler {
    /// The header was written.
    func beginBody(_ source: any BodySource, on stream: UInt64) {
        self.bodies[stream] = source
        self.machine.waits(on: stream, now: self.loop.now)
        if self.isDraining { source.wrapUp() }
        self.pullLater(stream)
    }

    /// Asks for the next part, in a turn of the loop of its own: frames must not be written while one is, and a source that
    /// always has a part must leave the other connections their turns.
    private func pullLater(_ stream: UInt64) {
        self.loop.eventLoop.assumeIsolated().execute {
            self.bodies[stream]?.next { part in self.deliver(part, of: stream) }
        }
    }

    func take(_ part: BodyPart, of stream: UInt64) {
        guard let context = self.context, self.bodies[stream] != nil else { return }
        switch part {
        case .bytes(let bytes):
            if bytes.isEmpty { return self.pullLater(stream) }
            self.machine.sends(on: stream, now: self.loop.now)
            let written: EventLoopPromise<Void> = context.eventLoop.makePromise()
            written.futureResult.assumeIsolated().whenSuccess {
                self.machine.waits(on: stream, now: self.loop.now)
                self.pullLater(stream)
            }
            self.write(bytes, on: stream, ends: false, promise: written, context)
        case .end:
            self.bodies[stream] = nil
            self.machine.sends(on: stream, now: self.loop.now)
            let sent = self.machine.isCutShort(stream) ? self.promiseToStop(stream, context) : nil
            self.write([], on: stream, ends: true, promise: sent, context)
        case .failure:
            // Other streams go on: what is cut off is this answer.
            self.bodies[stream] = nil
            self.write(.rstStream(.internalError), on: stream)
        }
        if !self.isReading, !self.loop.flushLater(self) { self.flush() }
    }

    private func write(
        _ bytes: [UInt8], on stream: UInt64, ends: Bool, promise: EventLoopPromise<Void>?,
        _ context: ChannelHandlerContext
    ) {
        let data = IOData.byteBuffer(context.channel.allocator.buffer(bytes: bytes))
        self.write(.data(.init(data: data, endStream: ends)), on: stream, promise: promise)
    }

    /// The peer is gone.
    func cancelBodies() {
        let bodies = self.bodies
        self.bodies = [:]
        for source in bodies.values { source.cancel() }
    }
}
