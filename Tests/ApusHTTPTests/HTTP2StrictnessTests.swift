import ApusBase
import ApusHTTP
import ApusWire
import Glibc
import Testing

/// What an HTTP/2 peer may not send (RFC 9113), and what floods come to.
@Suite(.serialized)
struct HTTP2StrictnessTests {
    private static let protocolError = 1
    private static let enhanceYourCalm = 11

    struct Case: CustomTestStringConvertible {
        var name: String
        var fields: [(String, String)]
        var body: String?
        /// Nil: the stream is reset.
        var status: Int?
        var testDescription: String { self.name }
    }

    private static func request(_ more: [(String, String)]) -> [(String, String)] {
        HTTP2Client.fields("GET", "/", more)
    }

    static let cases: [Case] = [
        Case(name: "Connection", fields: request([("connection", "close")])),
        Case(name: "Keep-Alive", fields: request([("keep-alive", "1")])),
        Case(name: "Proxy-Connection", fields: request([("proxy-connection", "close")])),
        Case(name: "Transfer-Encoding", fields: request([("transfer-encoding", "chunked")]), body: "0\r\n\r\n"),
        Case(name: "Upgrade", fields: request([("upgrade", "websocket")])),
        Case(name: "TE other than trailers", fields: request([("te", "gzip")])),
        Case(name: "a name in upper case", fields: request([("X-A", "1")])),
        Case(name: "a name with a space", fields: request([("x a", "1")])),
        Case(name: "a line break in a value", fields: request([("x-a", "1\r\nx-b: 2")])),
        Case(name: "a NUL in a value", fields: request([("x-a", "1\u{0}2")])),
        Case(name: "a control character in a value", fields: request([("x-a", "1\u{1}")]), status: 400),
        Case(name: "an unknown pseudo-field", fields: request([(":other", "1")])),
        Case(
            name: "a pseudo-field twice",
            fields: [(":method", "GET"), (":path", "/a"), (":path", "/b"), (":scheme", "http")]),
        Case(
            name: "a late pseudo-field",
            fields: [(":method", "GET"), (":path", "/"), ("x-a", "1"), (":scheme", "http")]),
        Case(name: "a status in a request", fields: request([(":status", "200")])),
        Case(name: "no path", fields: [(":method", "GET"), (":scheme", "http"), (":authority", "h")]),
        Case(name: "no method", fields: [(":path", "/"), (":scheme", "http"), (":authority", "h")]),
        Case(name: "no scheme", fields: [(":method", "GET"), (":path", "/"), (":authority", "h")]),
        Case(name: "an empty path", fields: HTTP2Client.fields("GET", "")),
        Case(name: "no host at all", fields: [(":method", "GET"), (":scheme", "http"), (":path", "/")], status: 400),
        Case(name: "a Host that differs from :authority", fields: request([("host", "other")]), status: 400),
        Case(name: "two Hosts", fields: request([("host", "h"), ("host", "h")]), status: 400),
        Case(
            name: "credentials in :authority",
            fields: [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "a@h")], status: 400),
        Case(
            name: "an unknown scheme",
            fields: [(":method", "GET"), (":scheme", "ftp"), (":path", "/"), (":authority", "h")], status: 400),
        Case(name: "a space in the path", fields: HTTP2Client.fields("GET", "/a b")),
        Case(name: "a fragment", fields: HTTP2Client.fields("GET", "/a#b"), status: 400),
        Case(name: "an absolute path", fields: HTTP2Client.fields("GET", "http://h/"), status: 400),
        Case(name: "an unknown method", fields: HTTP2Client.fields("BREW", "/"), status: 400),
        Case(name: "CONNECT", fields: [(":method", "CONNECT"), (":authority", "h:443")], status: 400),
        Case(name: "a body shorter than its length", fields: request([("content-length", "4")]), body: "abc"),
        Case(name: "a body longer than its length", fields: request([("content-length", "2")]), body: "abc"),
        Case(name: "a length without a body", fields: request([("content-length", "2")])),
        Case(
            name: "a length that is no number", fields: request([("content-length", "2, 2")]), body: "ab", status: 400),
        Case(
            name: "two lengths", fields: request([("content-length", "2"), ("content-length", "2")]), body: "ab",
            status: 400),
        Case(name: "an expectation we do not know", fields: request([("expect", "tea")]), status: 417),
    ]

    @Test(arguments: Self.cases)
    func `a malformed request is refused and its connection goes on`(_ example: Case) async throws {
        try await TestServer.with(echo) { server in
            let client = try HTTP2Client(port: server.port)
            let stream = try client.open(example.fields, ends: example.body == nil)
            if let body = example.body { try client.sendBody(Array(body.utf8), stream) }
            let answer = try client.answer(stream)
            if let status = example.status {
                #expect(answer.status == status, "\(answer)")
            } else {
                #expect(answer.reset == Self.protocolError, "\(answer)")
            }
            #expect(server.counters.requests == 0)
            waitUntil("the refusal is counted") { server.counters.requestsRefused == 1 }
            let next = try client.open(HTTP2Client.fields("GET", "/next"), ends: true)
            #expect(try client.answer(next).text == "GET /next\n")
            #expect(server.counters.bodyBytesHeld == 0)
        }
    }

    @Test func `too large a body is refused in the client's own protocol, and the client told to stop`() async throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 20_000
        try await TestServer.with(echo, limits: limits) { server in
            let client = try HTTP2Client(port: server.port)
            let fields = HTTP2Client.fields("POST", "/", [("x-amz-target", "A.B"), ("content-length", "20001")])
            let stated = try client.open(fields, ends: false)
            let refusal = try client.answer(stated)
            #expect(refusal.status == 413)
            #expect(refusal["x-amzn-errortype"] == "RequestEntityTooLarge")
            #expect(refusal.text.hasPrefix(#"{"__type":"RequestEntityTooLarge""#))
            #expect(HTTP2Client.number(try client.next(.rstStream).payload) == 0)
            let silent = try client.open(HTTP2Client.fields("POST", "/"), ends: false)
            try client.sendBody([UInt8](repeating: 1, count: 30_000), silent, ends: false)
            #expect(try client.answer(silent).status == 413)
            #expect(HTTP2Client.number(try client.next(.rstStream).payload) == 0)
            // What is still on its way is dropped, and costs the connection nothing.
            try client.sendBody([UInt8](repeating: 1, count: 1_000), silent)
            let next = try client.open(HTTP2Client.fields("GET", "/next"), ends: true)
            #expect(try client.answer(next).text == "GET /next\n")
            #expect(server.counters.bodyBytesHeld == 0)
        }
    }

    @Test func `bodies of all connections together are bounded`() async throws {
        var limits = HTTPLimits()
        limits.allBodiesBytes = 1_000
        let handler = TestHandler()
        try await TestServer.with(handler, limits: limits) { server in
            let client = try HTTP2Client(port: server.port)
            let first = try client.open(HTTP2Client.fields("PUT", "/a"), ends: false)
            try client.sendBody([UInt8](repeating: 1, count: 800), first)
            let visit = handler.take()[0]
            let second = try client.open(HTTP2Client.fields("PUT", "/b"), ends: false)
            try client.sendBody([UInt8](repeating: 1, count: 300), second)
            let refusal = try client.answer(second)
            #expect(refusal.status == 503)
            #expect(refusal["x-amzn-errortype"] == "SlowDown")
            let third = try client.open(HTTP2Client.fields("PUT", "/c", [("content-length", "201")]), ends: false)
            #expect(try client.answer(third).status == 503)
            visit.exchange.reply(HTTPResponse(status: 200))
            #expect(try client.answer(first).status == 200)
            #expect(server.counters.bodyBytesHeld == 0)
        }
    }

    @Test func `too many fields, and too large a header`() async throws {
        try await TestServer.with(echo) { server in
            let client = try HTTP2Client(port: server.port)
            let many = HTTP2Client.fields("GET", "/", (0..<300).map { ("x-\($0)", "1") })
            #expect(try client.answer(client.open(many, ends: true)).status == 431)
            let long = HTTP2Client.fields("GET", "/" + String(repeating: "a", count: 17_000))
            let block = try client.block(long)
            try client.send(.headers, HTTP2Client.endStream, 101, Array(block[..<10_000]))
            try client.send(.continuation, HTTP2Client.endHeaders, 101, Array(block[10_000...]))
            #expect(try client.answer(101).status == 414)
            // Nothing can be decompressed after a block that was not: the connection ends.
            try client.send(.headers, 0, 103, try client.block(HTTP2Client.fields("GET", "/")))
            for _ in 0..<8 { try? client.send(.continuation, 0, 103, [UInt8](repeating: 0x41, count: 16_000)) }
            #expect(client.end() != nil)
            waitUntil("the connection is gone") { server.counters.connectionsOpen == 0 }
        }
    }

    @Test func `one stream too many ends the connection`() async throws {
        var limits = HTTPLimits()
        limits.concurrentStreams = 3
        let handler = TestHandler()
        try await TestServer.with(handler, limits: limits) { server in
            let client = try HTTP2Client(port: server.port)
            // The limit binds a client from when it acknowledges it.
            _ = try client.next(.settings)
            let streams = try (0..<3).map { _ in try client.open(HTTP2Client.fields("GET", "/"), ends: true) }
            for visit in handler.take(3) { visit.exchange.reply(HTTPResponse(status: 200)) }
            // Until they are answered, they count.
            for stream in streams { _ = try client.answer(stream) }
            for _ in 0..<4 { _ = try client.open(HTTP2Client.fields("GET", "/"), ends: true) }
            #expect(client.end()?.errorCode == Self.protocolError)
            waitUntil("nothing is left") { server.counters.connectionsOpen == 0 }
            // What came before it is handled, though nobody waits for the answers.
            waitUntil("the rest is handled") { server.counters.requests == 6 }
        }
    }

    /// CVE-2023-44487 and those of CVE-2019-9511 to 9518 that a small server can feel.
    enum Flood: String, CaseIterable {
        case resets, pings, settings, priorities, emptyData, continuations, brokenStreams

        func send(_ client: HTTP2Client) throws {
            for round in 0..<2_000 {
                switch self {
                case .resets:
                    let stream = try client.open(HTTP2Client.fields("GET", "/"), ends: true)
                    try client.send(.rstStream, 0, stream, HTTP2Client.big(8, 4))
                case .pings: try client.send(.ping, 0, 0, [UInt8](repeating: 7, count: 8))
                case .settings: try client.send(.settings, 0, 0, HTTP2Client.setting(3, UInt32(round)))
                case .priorities: try client.send(.priority, 0, 1, [0, 0, 0, 3, 1])
                case .emptyData:
                    if round == 0 { _ = try client.open(HTTP2Client.fields("PUT", "/"), ends: false) }
                    try client.send(.data, 0, 1, [])
                case .continuations:
                    if round == 0 { try client.send(.headers, 0, 1, try client.block(HTTP2Client.fields("GET", "/"))) }
                    try client.send(.continuation, 0, 1, [])
                case .brokenStreams:
                    _ = try client.open(HTTP2Client.fields("GET", "/", [("connection", "close")]), ends: true)
                }
            }
        }
    }

    @Test(arguments: Flood.allCases)
    func `a flood ends its connection and leaves nothing behind`(_ flood: Flood) async throws {
        let handler = TestHandler { request, exchange in
            if request.method == "GET" { exchange.reply(HTTPResponse(status: 200)) }
        }
        try await TestServer.with(handler) { server in
            let client = try HTTP2Client(port: server.port)
            try? flood.send(client)
            waitUntil("the connection is ended") { server.counters.connectionsOpen == 0 }
            // A reset may have overtaken it.
            if let farewell = client.end() {
                #expect([Self.enhanceYourCalm, Self.protocolError].contains(farewell.errorCode))
            }
            #expect(server.counters.requests < 1_000)
            #expect(server.counters.bodyBytesHeld == 0)
        }
    }

    @Test(arguments: UInt64(1)...4)
    func `whatever frames come, the server goes on`(seed: UInt64) async throws {
        let random = SeededEntropy(seed: seed)
        try await TestServer.with(echo) { server in
            for _ in 0..<100 {
                let client = try HTTP2Client(port: server.port)
                var bytes: [UInt8] = []
                for stream in [1, 3, 5] {
                    let block = try client.block(HTTP2Client.fields("PUT", "/\(stream)", [("content-length", "3")]))
                    bytes += HTTP2Client.bytes(.headers, HTTP2Client.endHeaders, stream, block)
                    bytes += HTTP2Client.bytes(.data, HTTP2Client.endStream, stream, [1, 2, 3])
                    bytes += HTTP2Client.bytes(.windowUpdate, 0, stream, [0, 0, 0, 9])
                    bytes += HTTP2Client.bytes(.ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])
                }
                for _ in 0...random.below(3) {
                    let index = Int(random.below(UInt64(bytes.count)))
                    switch random.below(3) {
                    case 0: bytes[index] = UInt8(truncatingIfNeeded: random.nextUInt64())
                    case 1: bytes.remove(at: index)
                    default: bytes.insert(UInt8(truncatingIfNeeded: random.nextUInt64()), at: index)
                    }
                }
                try? client.connection.send(bytes)
                client.connection.disconnect()
            }
            waitUntil("all connections are gone") { server.counters.connectionsOpen == 0 }
            #expect(server.counters.bodyBytesHeld == 0)
            let client = try HTTP2Client(port: server.port)
            #expect(try client.answer(client.open(HTTP2Client.fields("GET", "/x"), ends: true)).text == "GET /x\n")
        }
    }

    // MARK: Time

    @Test func `a body that stops coming is answered 408`() async throws {
        try await TestServer.with(echo) { server in
            let client = try HTTP2Client(port: server.port)
            let stream = try client.open(HTTP2Client.fields("PUT", "/"), ends: false)
            try client.sendBody([1], stream, ends: false)
            waitUntil("the byte came") { server.counters.bodyBytesHeld == 1 }
            server.clock.advance(milliseconds: 30_000)
            #expect(try client.answer(stream).status == 408)
            waitUntil("nothing is held") { server.counters.bodyBytesHeld == 0 }
        }
    }

    @Test func `an idle connection is ended with a word, pings or not`() async throws {
        try await TestServer.with(echo) { server in
            let client = try HTTP2Client(port: server.port)
            let stream = try client.open(HTTP2Client.fields("GET", "/"), ends: true)
            #expect(try client.answer(stream).status == 200)
            server.clock.advance(milliseconds: 70_000)
            try client.send(.ping, 0, 0, [UInt8](repeating: 7, count: 8))
            _ = try client.next(.ping)
            server.clock.advance(milliseconds: 5_000)
            #expect(client.end()?.errorCode == 0)
            waitUntil("the connection is gone") { server.counters.connectionsOpen == 0 }
        }
    }

    @Test func `a peer that opens no window for its answer is let go`() async throws {
        let handler = TestHandler { _, exchange in
            exchange.reply(HTTPResponse(status: 200, body: [UInt8](repeating: 65, count: 1_000_000)))
        }
        try await TestServer.with(handler) { server in
            let client = try HTTP2Client(port: server.port)
            client.opensWindows = false
            _ = try client.open(HTTP2Client.fields("GET", "/"), ends: true)
            waitUntil("the answer is under way") { server.counters.bytesSent > 60_000 }
            for _ in 0..<10_000 where server.counters.connectionsOpen == 1 {
                server.clock.advance(milliseconds: 1_000)
                usleep(2_000)
            }
            #expect(server.counters.connectionsOpen == 0)
            #expect(server.counters.connectionsTimedOut == 1)
        }
    }
}
