internal import ApusBase
internal import NIOCore
internal import NIOPosix

/// Hands on an environment's questions for names to the host's nameservers, and their answers to who asked. Confined to the relay's
/// event loop.
///
/// A question gets another number outside, by chance, so that nobody can foresee what an answer must look like. Whoever asks the
/// same again has had no answer, and the next nameserver is asked.
final class NameRelay: @unchecked Sendable {
    // SAFETY: all state is touched on the relay's event loop only.

    private static let maximumQuestions = 256
    private static let patience = TimeAmount.seconds(10)
    /// Of a DNS message's head (RFC 1035, section 4.1.1).
    private static let headBytes = 12

    private struct Question {
        var number: UInt16
        var asker: SocketAddress
        var nameserver: Int
        var order: UInt64
    }

    private let relay: OutsideRelay
    private var inside: (any Channel)?
    private var outside: EventLoopFuture<any Channel>?
    /// By their numbers outside.
    private var questions: [UInt16: Question] = [:]
    private var lastOrder: UInt64 = 0
    private var hasEnded = false

    init(relay: OutsideRelay) { self.relay = relay }

    func end() {
        self.hasEnded = true
        self.inside = nil
        self.outside?.whenSuccess { $0.close(promise: nil) }
        self.questions.removeAll()
    }

    private func ask(_ message: ByteBuffer, by asker: SocketAddress, through channel: any Channel) {
        guard !self.hasEnded, message.readableBytes >= Self.headBytes, self.questions.count < Self.maximumQuestions,
            let number = message.getInteger(at: message.readerIndex, as: UInt16.self)
        else { return }
        self.inside = channel
        var nameserver = 0
        for (earlier, question) in self.questions where question.number == number && question.asker == asker {
            nameserver = (question.nameserver + 1) % self.relay.nameservers.count
            self.questions[earlier] = nil
        }
        var chosen = self.relay.number()
        while self.questions[chosen] != nil { chosen = self.relay.number() }
        self.lastOrder += 1
        let order = self.lastOrder
        self.questions[chosen] = Question(number: number, asker: asker, nameserver: nameserver, order: order)
        self.relay.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) {
            if self.questions[chosen]?.order == order { self.questions[chosen] = nil }
        }
        var changed = message
        changed.setInteger(chosen, at: changed.readerIndex)
        let envelope = AddressedEnvelope(remoteAddress: self.relay.nameservers[nameserver], data: changed)
        self.socket().whenSuccess { $0.writeAndFlush(envelope, promise: nil) }
    }

    private func answered(_ message: ByteBuffer, by nameserver: SocketAddress) {
        guard message.readableBytes >= Self.headBytes,
            let chosen = message.getInteger(at: message.readerIndex, as: UInt16.self),
            let question = self.questions[chosen], self.relay.nameservers[question.nameserver] == nameserver
        else { return }
        self.questions[chosen] = nil
        var changed = message
        changed.setInteger(question.number, at: changed.readerIndex)
        self.inside?.writeAndFlush(AddressedEnvelope(remoteAddress: question.asker, data: changed), promise: nil)
    }

    /// What nameservers are asked through. It is made when there is something to ask.
    private func socket() -> EventLoopFuture<any Channel> {
        if let outside = self.outside { return outside }
        let isV6 = self.relay.nameservers.contains { $0.protocol == .inet6 }
        let made = DatagramBootstrap(group: self.relay.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Outside(self)) }
            }
            .bind(host: isV6 ? "::" : "0.0.0.0", port: 0)
        self.outside = made
        return made
    }

    /// On the environment's socket.
    final class Inside: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        private let names: NameRelay
        init(_ names: NameRelay) { self.names = names }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = self.unwrapInboundIn(data)
            self.names.ask(envelope.data, by: envelope.remoteAddress, through: context.channel)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {}
    }

    /// On the host's socket.
    private final class Outside: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        private let names: NameRelay
        init(_ names: NameRelay) { self.names = names }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = self.unwrapInboundIn(data)
            self.names.answered(envelope.data, by: envelope.remoteAddress)
        }

        /// A nameserver that is not there: whoever asked asks again.
        func errorCaught(context: ChannelHandlerContext, error: any Error) {}
    }
}
