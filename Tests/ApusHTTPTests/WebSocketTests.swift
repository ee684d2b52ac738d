import ApusBase
import ApusHTTP
import ApusWire
import Glibc
import Synchronization
import Testing

/// WebSockets through an acceptor that echoes.
@Suite(.serialized)
struct WebSocketTests {
    /// The handshake of RFC 6455 §1.3 with its answer.
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    private static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

    private static func handshake(_ path: String = "/chat", _ more: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(Self.key)\r\n\(more)\r\n"
    }

    /// A frame of a client, masked.
    private static func frame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
        let mask: [UInt8] = [1, 2, 3, 4]
        let length: [UInt8] =
            switch payload.count {
            case ...125: [0x80 | UInt8(payload.count)]
            case ...65_535: [0x80 | 126] + HTTP2Client.big(payload.count, 2)
            default: [0x80 | 127] + HTTP2Client.big(payload.count, 8)
            }
        return [(isFinal ? 0x80 : 0) | opcode] + length + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    /// The next frame of the server, which masks none.
    private static func receive(_ client: LoopbackClient) throws -> (opcode: UInt8, payload: [UInt8]) {
        let head = try client.take(2)
        #expect(head[1] & 0x80 == 0)
        let count: Int =
            switch head[1] {
            case 126: HTTP2Client.number(try client.take(2))
            case 127: HTTP2Client.number(try client.take(8))
            default: Int(head[1])
            }
        return (head[0] & 15, try client.take(count))
    }

    private static func open(_ server: TestServer, _ more: String = "") throws -> LoopbackClient {
        let client = server.client
        try client.send(Self.handshake("/chat", more))
        let answer = try client.receive()
        #expect(answer.status == 101)
        #expect(answer["upgrade"] == "websocket")
        #expect(answer["connection"] == "Upgrade")
        #expect(answer["sec-websocket-accept"] == Self.accept)
        #expect(answer["content-length"] == nil)
        return client
    }

    @Test func `messages go both ways after the handshake of the RFC`() async throws {
        let acceptor = EchoAcceptor()
        try await TestServer.with(echo, webSockets: acceptor) { server in
            let client = try Self.open(server)
            try client.send(Self.frame(1, Array("hello".utf8)))
            var frame = try Self.receive(client)
            #expect(frame == (1, Array("hello".utf8)))
            let long = [UInt8](repeating: 7, count: 100_000)
            try client.send(Self.frame(2, Array(long[..<40_000]), isFinal: false))
            try client.send(Self.frame(9, [1, 2]))
            frame = try Self.receive(client)
            #expect(frame == (10, [1, 2]))
            try client.send(Self.frame(0, Array(long[40_000...])))
            frame = try Self.receive(client)
            #expect(frame.opcode == 2)
            #expect(frame.payload == long)
            #expect(server.counters.bodyBytesHeld == 0)
            try client.send(Self.frame(8, [0x03, 0xE8]))
            frame = try Self.receive(client)
            #expect(frame == (8, [0x03, 0xE8]))
            #expect(try client.isClosedByServer())
            waitUntil("nothing is left") { server.counters.connectionsOpen == 0 && acceptor.ends == [1000] }
        }
    }

    @Test func `a frame that comes with the handshake is not lost, nor one before the decision`() async throws {
        let acceptor = EchoAcceptor(decides: .later)
        try await TestServer.with(echo, webSockets: acceptor) { server in
            let client = server.client
            try client.send("GET /first HTTP/1.1\r\nHost: h\r\n\r\n" + Self.handshake())
            try client.send(Self.frame(1, Array("early".utf8)))
            #expect(try client.receive().text == "GET /first\n")
            waitUntil("the acceptor was asked") { acceptor.isAsked }
            acceptor.decide()
            #expect(try client.receive().status == 101)
            let frame = try Self.receive(client)
            #expect(frame == (1, Array("early".utf8)))
        }
    }

    @Test func `a subprotocol is answered if it was offered`() async throws {
        try await TestServer.with(echo, webSockets: EchoAcceptor(subprotocol: "b")) { server in
            let client = server.client
            try client.send(Self.handshake("/chat", "Sec-WebSocket-Protocol: a, b\r\n"))
            #expect(try client.receive()["sec-websocket-protocol"] == "b")
            let other = server.client
            try other.send(Self.handshake("/chat", "Sec-WebSocket-Protocol: a\r\n"))
            #expect(try other.receive()["sec-websocket-protocol"] == nil)
        }
    }

    @Test func `what nobody claims is answered as a plain request, and the connection goes on`() async throws {
        for acceptor in [nil, EchoAcceptor()] {
            try await TestServer.with(echo, webSockets: acceptor) { server in
                let client = server.client
                for _ in 0..<2 {
                    try client.send(Self.handshake("/plain"))
                    let answer = try client.receive()
                    #expect(answer.status == 200)
                    #expect(answer.text == "GET /plain\n")
                }
            }
        }
    }

    @Test func `an acceptor may refuse, now or later, and a dropped handshake is answered`() async throws {
        for decision in EchoAcceptor.Decision.allCases where decision != .atOnce {
            let acceptor = EchoAcceptor(decides: decision)
            try await TestServer.with(echo, webSockets: acceptor) { server in
                let client = server.client
                try client.send(Self.handshake())
                if decision == .later {
                    waitUntil("the acceptor was asked") { acceptor.isAsked }
                    acceptor.refuse()
                }
                let answer = try client.receive()
                #expect(answer.status == (decision == .never ? 500 : 403))
                #expect(answer["connection"] == "close")
                #expect(try client.isClosedByServer())
            }
        }
    }

    @Test(arguments: [
        ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8", 426),
        ("Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Key: short", 400),
        ("Sec-WebSocket-Key: \(key)", "X-Key: 1", 400),
        ("Host: h", "Host: h\r\nContent-Length: 1", 400),
    ])
    func `a wrong handshake is refused`(right: String, wrong: String, status: Int) async throws {
        try await TestServer.with(echo, webSockets: EchoAcceptor()) { server in
            let client = server.client
            let parts = Self.handshake().split(separator: right, maxSplits: 1)
            try client.send(parts[0] + wrong + parts[1])
            let answer = try client.receive()
            #expect(answer.status == status)
            #expect(answer["sec-websocket-version"] == (status == 426 ? "13" : nil))
        }
    }

    @Test func `broken rules end the socket with their code`() async throws {
        let acceptor = EchoAcceptor()
        try await TestServer.with(echo, webSockets: acceptor) { server in
            var masked = Self.frame(1, [65])
            masked[1] &= 0x7F
            masked.removeSubrange(2..<6)
            let cases: [([UInt8], UInt16)] = [
                (masked, 1002), ([0xC1, 0x81, 0, 0, 0, 0, 65], 1002), (Self.frame(3, []), 1002),
                (Self.frame(2, [UInt8](repeating: 1, count: 131_073)), 1009), (Self.frame(1, [0xFF]), 1007),
            ]
            for (bytes, code) in cases {
                let client = try Self.open(server)
                try? client.send(bytes)
                let frame = try Self.receive(client)
                #expect(frame.opcode == 8)
                #expect(HTTP2Client.number(frame.payload.prefix(2)) == Int(code))
                try? client.send(Self.frame(8, Array(frame.payload.prefix(2))))
                client.disconnect()
            }
            waitUntil("nothing is left") {
                server.counters.connectionsOpen == 0 && acceptor.ends.count == cases.count
            }
            #expect(server.counters.bodyBytesHeld == 0)
            #expect(acceptor.ends.sorted() == cases.map(\.1).sorted())
        }
    }

    @Test func `a silent peer is let go, and one that does not say goodbye too`() async throws {
        let acceptor = EchoAcceptor()
        try await TestServer.with(echo, webSockets: acceptor) { server in
            let client = try Self.open(server)
            waitUntil("the socket is open") { acceptor.opened == 1 }
            server.clock.advance(milliseconds: 600_000)
            let frame = try Self.receive(client)
            #expect(frame.opcode == 8)
            #expect(frame.payload.starts(with: [0x03, 0xE9]))
            usleep(20_000)
            server.clock.advance(milliseconds: 5_000)
            #expect(try client.isClosedByServer())
            waitUntil("the listener knows") { acceptor.ends == [1001] }
        }
    }

    @Test func `a peer that takes nothing makes send refuse, and a broken connection ends with 1006`() async throws {
        let acceptor = EchoAcceptor()
        try await TestServer.with(echo, webSockets: acceptor) { server in
            let client = try Self.open(server)
            waitUntil("the socket is open") { acceptor.opened == 1 }
            let chunk = WebSocketMessage.binary([UInt8](repeating: 1, count: 100_000))
            var sent = 0
            while acceptor.send(chunk) { sent += 1 }
            #expect((10...1_000).contains(sent))
            client.disconnect()
            waitUntil("the listener knows") { acceptor.ends == [1006] }
            #expect(!acceptor.send(chunk) || server.counters.connectionsOpen == 0)
        }
    }

    @Test func `shutdown says goodbye`() async throws {
        let acceptor = EchoAcceptor()
        try await TestServer.with(echo, webSockets: acceptor) { server in
            let client = try Self.open(server)
            waitUntil("the socket is open") { acceptor.opened == 1 }
            async let cutOff: Int = server.server.shutdownGracefully(deadline: .seconds(20))
            let goodbye = try await offPool { try Self.receive(client).payload }
            #expect(goodbye.starts(with: [0x03, 0xE9]))
            try client.send(Self.frame(8, [0x03, 0xE9]))
            #expect(await cutOff == 0)
        }
    }
}

/// Claims `/chat`, sends back what it gets, and remembers how sockets ended.
private final class EchoAcceptor: WebSocketAcceptor, WebSocketListener {
    enum Decision: CaseIterable { case atOnce, later, never, refusal }
    private struct State {
        var handshake: (any WebSocketHandshake)?
        var peer: (any WebSocketPeer)?
        var opened = 0
        var ends: [UInt16] = []
    }
    private let state = Mutex(State())
    private let decides: Decision
    private let subprotocol: String?

    init(decides: Decision = .atOnce, subprotocol: String? = nil) {
        self.decides = decides
        self.subprotocol = subprotocol
    }

    var isAsked: Bool { self.state.withLock { $0.handshake != nil } }
    var opened: Int { self.state.withLock { $0.opened } }
    var ends: [UInt16] { self.state.withLock { $0.ends } }
    func decide() { self.state.withLock { $0.handshake }?.accept(subprotocol: nil, listener: self) }
    func refuse() { self.state.withLock { $0.handshake }?.refuse(HTTPResponse(status: 403)) }
    func send(_ message: WebSocketMessage) -> Bool { self.state.withLock { $0.peer }?.send(message) ?? false }

    func claims(_ request: HTTPRequest) -> Bool { request.path == "/chat" }

    func open(_ request: HTTPRequest, _ handshake: any WebSocketHandshake) {
        switch self.decides {
        case .atOnce: handshake.accept(subprotocol: self.subprotocol, listener: self)
        case .later: self.state.withLock { $0.handshake = handshake }
        case .never: break
        case .refusal: handshake.refuse(HTTPResponse(status: 403))
        }
    }

    func opened(_ peer: any WebSocketPeer) {
        self.state.withLock {
            $0.opened += 1
            $0.peer = peer
        }
    }
    func received(_ message: WebSocketMessage, from peer: any WebSocketPeer) { peer.send(message) }
    func closed(code: UInt16) { self.state.withLock { $0.ends.append(code) } }
}
