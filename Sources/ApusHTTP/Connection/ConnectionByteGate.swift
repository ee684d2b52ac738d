internal import NIOCore

/// Stands before the parser: tells the connection that bytes came (the parser tells only of whole headers, too late for a
/// deadline) and drops those that come after the last request, which the parser would take for errors.
final class ConnectionByteGate: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: ConnectionHandler

    init(_ connection: ConnectionHandler) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if self.connection.receiveBytes(Self.unwrapInboundIn(data).readableBytes) { context.fireChannelRead(data) }
    }
}
