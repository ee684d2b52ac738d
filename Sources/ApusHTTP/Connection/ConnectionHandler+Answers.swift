internal import ApusWire
internal import NIOCore

/// The way of a request to the handler and of its answer to the socket.
extension ConnectionHandler {
    func run(_ dispatch: ConnectionMachine.Dispatch) {
        LoopCounters.add(1, to: self.loop.counters.requests)
        self.handler.handle(dispatch.request, ConnectionExchange(connection: self, sequence: dispatch.sequence))
    }

    /// From any thread: on the loop it is done at once, from elsewhere through the mailbox.
    func deliver(_ response: HTTPResponse, to sequence: UInt64) {
        if self.loop.eventLoop.inEventLoop {
            self.answer(sequence, with: response)
        } else {
            _ = self.loop.post(.answer(self, sequence, response))
        }
    }

    /// From any thread.
    func deliverWatch(_ exchange: ConnectionExchange, of sequence: UInt64) {
        if self.loop.eventLoop.inEventLoop {
            self.watch(sequence, exchange)
        } else if !self.loop.post(.watch(self, sequence, exchange)) {
            exchange.disconnected()
        }
    }

    func watch(_ sequence: UInt64, _ exchange: ConnectionExchange) {
        if self.context == nil {
            exchange.disconnected()
        } else {
            self.watchers.removeAll { $0.exchange.value == nil }
            self.watchers.append((sequence, WeakExchange(exchange)))
        }
    }

    func answer(_ sequence: UInt64, with response: HTTPResponse) {
        if !self.watchers.isEmpty { self.watchers.removeAll { $0.sequence == sequence } }
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
            while let answer = self.machine.nextAnswer() {
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
        case .linger:
            self.machine.progress.lingeringSince = self.loop.now
            context.writeAndFlush(Self.wrapOutboundOut(outbox), promise: nil)
            context.close(mode: .output, promise: nil)
            self.readAgain()
        }
    }
}

/// A handler that drops an exchange must not be kept from that by the connection's interest in it.
struct WeakExchange {
    weak var value: ConnectionExchange?
    init(_ value: ConnectionExchange) { self.value = value }
}
