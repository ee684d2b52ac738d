internal import ApusWire
internal import NIOCore

/// Bodies that are sent in parts. One part is on its way at a time: the next is asked for when the socket has taken the last,
/// so that a peer who reads slowly holds its source back, and one who reads nothing is let go by the sweep.
extension ConnectionHandler {
    /// The header was written; parts are asked for once it is flushed.
    func beginBody(_ source: any BodySource) {
        self.body = source
        self.wantsPart = true
        if self.machine.isDraining { source.wrapUp() }
    }

    /// Asks for parts until one is waited for. A source that has all at once comes back here; the outer call goes on for it.
    func pullBody() {
        if self.isPulling { return }
        self.isPulling = true
        while self.wantsPart, self.context != nil, let source = self.body {
            self.wantsPart = false
            // One body at a time: its number does not matter.
            source.next { part in self.deliver(part, of: 0) }
        }
        self.isPulling = false
    }

    func take(_ part: BodyPart, of sequence: UInt64) {
        guard self.context != nil, self.body != nil else { return }
        switch part {
        case .bytes(let bytes): self.send(bytes)
        case .end:
            let isChunked = self.machine.isBodyChunked
            self.withOutbox(reserving: 8) { outbox in
                if isChunked { _ = outbox.writeStaticString(ResponseSerializer.lastChunk) }
            }
            self.body = nil
            self.machine.finishedBody()
            self.pump()
            self.reportBodies()
            if !self.isInReadBurst, !self.isPumping, !self.loop.flushLater(self) { self.flush() }
        case .failure:
            self.body = nil
            self.close()
        }
    }

    private func send(_ bytes: [UInt8]) {
        guard let context = self.context, !bytes.isEmpty else {
            self.wantsPart = true
            return self.pullBody()
        }
        let isChunked = self.machine.isBodyChunked
        self.withOutbox(reserving: bytes.count + 32) { outbox in
            if isChunked { ResponseSerializer.writeChunk(bytes, into: &outbox) } else { outbox.writeBytes(bytes) }
        }
        guard let outbox = self.takeOutbox() else { return }
        let written: EventLoopPromise<Void> = context.eventLoop.makePromise()
        written.futureResult.assumeIsolated().whenSuccess { _ in
            self.wantsPart = true
            self.pullBody()
        }
        context.writeAndFlush(Self.wrapOutboundOut(outbox), promise: written)
    }
}
