internal import ApusWire
internal import NIOCore
internal import NIOHTTP2

/// Time and the end of a connection.
extension HTTP2Handler {
    func checkTime() {
        guard !self.isClosing else { return }
        switch self.machine.judge(now: self.loop.now) {
        case .inTime: return
        case .close:
            LoopCounters.add(1, to: self.loop.counters.connectionsTimedOut)
            if self.machine.isEmpty { self.say(.noError, thenCloses: true) } else { self.close() }
        case .refuse(let late):
            LoopCounters.add(late.count, to: self.loop.counters.connectionsTimedOut)
            for stream in late { self.refuse(.tooSlow, on: stream) }
            self.reportBodies()
            self.flush()
        }
    }

    /// Ends when what runs is answered. GOAWAY says which requests are, so nothing has to come on the connection first.
    func retire() { self.goAway() }

    func drain() {
        self.machine.isAwaited = true
        self.goAway()
    }

    /// A connection that nothing came on yet has a moment more, as in HTTP/1.1.
    private func goAway() {
        for source in self.bodies.values { source.wrapUp() }
        if self.isDraining { return }
        self.isDraining = true
        guard self.machine.lastStream == 0 else { return self.say(.noError, thenCloses: self.machine.isEmpty) }
        self.loop.eventLoop.scheduleTask(in: LoopContext.firstRequestPatience) {
            self.say(.noError, thenCloses: self.machine.isEmpty)
        }
    }

    /// GOAWAY: which streams were taken; later ones the peer may try elsewhere.
    func say(_ code: HTTP2ErrorCode, thenCloses: Bool) {
        guard let context = self.context, !self.isClosing else { return }
        let last = HTTP2StreamID(Int(self.machine.lastStream))
        let frame = HTTP2Frame(
            streamID: .rootStream, payload: .goAway(lastStreamID: last, errorCode: code, opaqueData: nil))
        guard thenCloses else { return context.writeAndFlush(Self.wrapOutboundOut(frame), promise: nil) }
        self.isClosing = true
        let written: EventLoopPromise<Void> = context.eventLoop.makePromise()
        written.futureResult.assumeIsolated().whenComplete { _ in self.close() }
        context.writeAndFlush(Self.wrapOutboundOut(frame), promise: written)
    }
}
