import ApusHTTP
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// A blocking client that speaks TLS, for bytes that a test chooses. It trusts every certificate and remembers whose it was.
final class TLSClient {
    enum Failure: Error { case closed, late }

    private final class Inbox: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        struct State {
            var bytes: [UInt8] = []
            var protocolName: String?
            var isOpen = false
            var isClosed = false
        }
        let state = NIOLockedValueBox(State())

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = Array(Self.unwrapInboundIn(data).readableBytesView)
            self.state.withLockedValue { $0.bytes += bytes }
        }
        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .handshakeCompleted(let name)? = event as? TLSUserEvent {
                self.state.withLockedValue {
                    $0.isOpen = true
                    $0.protocolName = name
                }
            }
        }
        func channelInactive(context: ChannelHandlerContext) { self.state.withLockedValue { $0.isClosed = true } }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private let channel: any Channel
    private let inbox: Inbox
    private let shown = NIOLockedValueBox<String?>(nil)

    /// - Parameter protocols: what ALPN offers.
    init(port: Int, protocols: [String] = ["http/1.1"], maximum: TLSVersion? = nil) async throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .noHostnameVerification
        configuration.applicationProtocols = protocols
        configuration.maximumTLSVersion = maximum
        let context = try NIOSSLContext(configuration: configuration)
        let inbox = Inbox()
        let shown = self.shown
        self.inbox = inbox
        self.channel = try await ClientBootstrap(group: NIOSingletons.posixEventLoopGroup).channelInitializer {
            channel in
            channel.eventLoop.makeCompletedFuture {
                let tls = try NIOSSLClientHandler(context: context, serverHostname: nil) { chain, promise in
                    shown.withLockedValue { $0 = chain.first.map { String(describing: $0) } }
                    promise.succeed(.certificateVerified)
                }
                try channel.pipeline.syncOperations.addHandlers([tls, inbox])
            }
        }.connect(host: "127.0.0.1", port: port).get()
        waitUntil("the handshake ended") { inbox.state.withLockedValue { $0.isOpen || $0.isClosed } }
        guard inbox.state.withLockedValue({ $0.isOpen }) else { throw Failure.closed }
    }

    /// How the certificate that the server showed describes itself.
    var certificate: String { self.shown.withLockedValue { $0 } ?? "" }
    /// What ALPN chose.
    var protocolName: String? { self.inbox.state.withLockedValue { $0.protocolName } }
    var isClosed: Bool { self.inbox.state.withLockedValue { $0.isClosed } }

    func send(_ text: String) async throws { try await self.send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    /// What has come so far, once `isEnough` says so.
    func receive(until isEnough: ([UInt8]) -> Bool) -> [UInt8] {
        waitUntil("enough came") { self.inbox.state.withLockedValue { isEnough($0.bytes) || $0.isClosed } }
        return self.inbox.state.withLockedValue { state in
            defer { state.bytes = [] }
            return state.bytes
        }
    }

    /// The next answer as text, header and body.
    func answer() -> String {
        let bytes = self.receive { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n"), let field = text.range(of: "content-length: ") else {
                return false
            }
            let length = Int(text[field.upperBound...].prefix { $0.isNumber }) ?? 0
            return text[end.upperBound...].utf8.count >= length
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func close() async throws { try await self.channel.close().get() }
}

extension String {
    fileprivate func range(of part: String) -> Range<String.Index>? { self.firstRange(of: part) }
}

/// Versions by name, so that a test need not import NIOSSL.
enum TLSVersionName {
    case v11, v12, v13

    var version: TLSVersion {
        switch self {
        case .v11: .tlsv11
        case .v12: .tlsv12
        case .v13: .tlsv13
        }
    }
}
