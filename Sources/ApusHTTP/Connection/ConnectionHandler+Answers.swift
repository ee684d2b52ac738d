internal import ApusWire
internal import NIOCore

/// The way of a request to the handler and of its answer to the socket.
extension ConnectionHandler {
    func run(_ dispatch: ConnectionMachine.Dispatch) {
        let exchange = ConnectionExchange(connection: self, sequence: dispatch.sequence)
        if dispatch.persistence == .handOver {
            LoopCounters.add(1, to: self.loop.counters.requests)
            self.open(dispatch.request, exchange)
        } else {
            self.loop.arrived(dispatch.request, exchange)
        }
    }

    func watch(_ sequence: UInt64, _ exchange: ConnectionExchange) {
        if self.context == nil {
            exchange.disconnected()
        } else {
            self.watchers.add(sequence, exchange)
        }
    }

    func answer(_ sequence: UInt64, with response: HTTPResponse) {
        if !self.watchers.isEmpty { self.watchers.remove(sequence) }
        guard self.context != nil, self.machine.answer(sequence, with: response) else { return }
        self.pump()
        self.reportBodies()
        if !self.isInReadBurst, !self.isPumping, !self.loop.flushLater(self) { self.flush() }
    }

    /// Moves what can move: answers whose turn it is to the outbox, waiting requests to the handler. A handler that answers
    /// at once comes back here; the outer call goes on for it, so that a long queue does not become a deep stack.
    func pump() {
        if self.isPumping { return }
        self.isPumping = true
        repeat {
            while var answer = self.machine.nextAnswer() {
                if answer.form.persistence == .handOver {
                    self.acceptUpgrade()
                    continue
                }
                AnswerCompression.apply(to: &answer.response, form: answer.form)
                self.withOutbox(reserving: 256 + answer.response.body.count) { outbox in
                    ResponseSerializer.write(answer.response, form: answer.form, date: self.loop.date, into: &outbox)
                }
                if let source = answer.response.source, answer.form.hasBody { self.beginBody(source) }
            }
            if self.machine.takeContinue() {
                self.withOutbox(reserving: 32) { _ = $0.writeStaticString(ResponseSerializer.continueLine) }
            }
            guard self.machine.ending == nil, let dispatch = self.machine.nextDispatch() else { break }
            self.run(dispatch)
        } while true
        self.isPumping = false
    }

    private func acceptUpgrade() {
        guard let upgrade = self.upgrade else { preconditionFailure("A request is accepted that asked for nothing.") }
        let subprotocol = upgrade.decision.acceptance?.subprotocol
        self.withOutbox(reserving: 256) { upgrade.offer.writeAcceptance(subprotocol: subprotocol, into: &$0) }
    }

    func withOutbox(reserving bytes: Int, _ body: (inout ByteBuffer) -> Void) {
        var outbox: ByteBuffer = self.outbox ?? ByteBufferAllocator().buffer(capacity: bytes)
        self.outbox = nil
        body(&outbox)
        self.outbox = outbox
    }

    /// Takes what is to be written now.
    func takeOutbox() -> ByteBuffer? {
        guard let outbox = self.outbox else { return nil }
        self.outbox = nil
        self.bytesWritten += UInt64(outbox.readableBytes)
        LoopCounters.add(outbox.readableBytes, to: self.loop.counters.bytesSent)
        return outbox
    }

    /// Writes the outbox, ends the connection after the last answer, reads again if there is room.
    func flush() {
        guard let context = self.context else { return }
        if let outbox = self.takeOutbox() {
            if let ending = self.machine.ending, !self.isEnding {
                self.isEnding = true
                self.end(ending, after: outbox, context)
                return
            }
            context.writeAndFlush(Self.wrapOutboundOut(outbox), promise: nil)
        }
        self.readAgain()
        if self.wantsPart { self.pullBody() }
    }

    private func end(_ ending: ConnectionMachine.Ending, after outbox: ByteBuffer, _ context: ChannelHandlerContext) {
        switch ending {
        case .close:
            let written: EventLoopPromise<Void> = context.eventLoop.makePromise()
            written.futureResult.assumeIsolated().whenComplete { _ in self.close() }
            context.writeAndFlush(Self.wrapOutboundOut(outbox), promise: written)
        case .handOver:
            context.writeAndFlush(Self.wrapOutboundOut(outbox), promise: nil)
            self.handOver(context)
        case .linger:
            self.machine.progress.lingeringSince = self.loop.now
            context.writeAndFlush(Self.wrapOutboundOut(outbox), promise: nil)
            context.close(mode: .output, promise: nil)
            self.readAgain()
        }
    }
}
