import ApusBase
import ApusHTTP
import ApusWire
import Glibc
import Synchronization
import Testing

@Suite(.serialized)
struct HTTP2Tests {
    @Test func `a request reaches the handler whole`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let client = try HTTP2Client(port: server.port)
            let stream = try client.open(
                [(":method", "POST"), (":scheme", "http"), (":path", "/a%20b?x=1&y=%2F?"), (":authority", "host:1")]
                    + [
                        ("x-amz-target", "T.Op"), ("x-twice", "1"), ("x-twice", "2"), ("cookie", "a=1"),
                        ("cookie", "b=2"),
                    ],
                ends: false)
            try client.sendBody(Array("hel".utf8), stream, ends: false)
            try client.sendBody(Array("lo".utf8), stream)
            let visit = handler.take()[0]
            #expect(visit.request.method == "POST")
            #expect(visit.request.path == "/a%20b")
            #expect(visit.request.query == "x=1&y=%2F?")
            #expect(visit.request.headers["host"] == "host:1")
            #expect(visit.request.headers["x-amz-target"] == "T.Op")
            #expect(visit.request.headers.fields.filter { $0.name == "x-twice" }.map(\.value) == ["1", "2"])
            #expect(visit.request.headers["cookie"] == "a=1; b=2")
            #expect(visit.request.body == Array("hello".utf8))
            #expect(visit.request.remoteAddress == "127.0.0.1")
            #expect(!visit.request.isSecure)
            visit.exchange.reply(
                HTTPResponse(
                    status: 200, headers: HTTPFields(["x-Kind": "a", "connection": "close", "x-bad": " a\r\nb "]),
                    body: Array("yes".utf8)))
            let answer = try client.answer(stream)
            #expect(answer.status == 200)
            #expect(answer.text == "yes")
            #expect(answer["content-length"] == "3")
            #expect(answer["date"] == "Fri, 02 Jan 2026 03:04:05 GMT")
            #expect(answer["x-kind"] == "a")
            #expect(answer["x-bad"] == "a  b")
            #expect(answer["connection"] == nil)
        }
    }

    @Test func `requests run side by side and are answered in any order`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let client = try HTTP2Client(port: server.port)
            let streams = try (0..<50).map { try client.open(HTTP2Client.fields("GET", "/\($0)"), ends: true) }
            for visit in handler.take(50).reversed() {
                visit.exchange.reply(HTTPResponse(status: 200, body: Array(visit.request.path.utf8)))
            }
            for (index, stream) in streams.enumerated() { #expect(try client.answer(stream).text == "/\(index)") }
            #expect(server.counters.connectionsOpen == 1)
            #expect(server.counters.requests == 50)
        }
    }

    @Test func `large bodies pass both ways, as far as windows allow`() async throws {
        try await TestServer.with(echo) { server in
            let client = try HTTP2Client(port: server.port)
            let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
            let stream = try client.open(HTTP2Client.fields("PUT", "/o"), ends: false)
            var window = 65_535
            var connectionWindow = 65_535
            var sent = 0
            while sent < body.count {
                let room = min(window, connectionWindow, 16_384, body.count - sent)
                if room > 0 {
                    try client.sendBody(Array(body[sent..<sent + room]), stream, ends: sent + room == body.count)
                    sent += room
                    window -= room
                    connectionWindow -= room
                    continue
                }
                let frame = try client.readFrame()
                switch frame.kind {
                case .settings where frame.flags == 0: window += HTTPLimits().streamWindowBytes - 65_535
                case .windowUpdate where frame.stream == 0: connectionWindow += HTTP2Client.number(frame.payload)
                case .windowUpdate: window += HTTP2Client.number(frame.payload)
                default: break
                }
            }
            let answer = try client.answer(stream)
            #expect(answer.body == Array("PUT /o\n".utf8) + body)
            #expect(server.counters.bodyBytesHeld == 0)
        }
    }

    @Test func `HEAD, 204 and an empty answer have no body`() async throws {
        let handler = TestHandler { request, exchange in
            let status = request.path == "/204" ? 204 : 200
            exchange.reply(HTTPResponse(status: status, body: request.path == "/empty" ? [] : [1, 2, 3]))
        }
        try await TestServer.with(handler) { server in
            let client = try HTTP2Client(port: server.port)
            let head = try client.answer(client.open(HTTP2Client.fields("HEAD", "/"), ends: true))
            #expect(head["content-length"] == "3")
            #expect(head.body.isEmpty)
            let none = try client.answer(client.open(HTTP2Client.fields("GET", "/204"), ends: true))
            #expect(none.status == 204)
            #expect(none["content-length"] == nil)
            #expect(try client.answer(client.open(HTTP2Client.fields("GET", "/empty"), ends: true)).body.isEmpty)
        }
    }

    @Test func `a client that expects it is told to go on`() async throws {
        try await TestServer.with(echo) { server in
            let client = try HTTP2Client(port: server.port)
            let fields = HTTP2Client.fields("PUT", "/o", [("expect", "100-continue"), ("content-length", "4")])
            let stream = try client.open(fields, ends: false)
            _ = try client.next(.headers)
            try client.sendBody(Array("abcd".utf8), stream)
            let answer = try client.answer(stream)
            #expect(answer.interim == [100])
            #expect(answer.text == "PUT /o\nabcd")
        }
    }

    @Test func `trailers end a request and are dropped`() async throws {
        try await TestServer.with(echo) { server in
            let client = try HTTP2Client(port: server.port)
            let stream = try client.open(HTTP2Client.fields("PUT", "/o"), ends: false)
            try client.sendBody(Array("ab".utf8), stream, ends: false)
            try client.sendHeaders([("x-trailer", "1")], stream, ends: true)
            #expect(try client.answer(stream).text == "PUT /o\nab")
        }
    }

    @Test func `a reset stream tells its handler and frees what it held`() async throws {
        let handler = TestHandler()
        let isGone = Atomic<Bool>(false)
        try await TestServer.with(handler) { server in
            let client = try HTTP2Client(port: server.port)
            let running = try client.open(HTTP2Client.fields("PUT", "/1"), ends: false)
            try client.sendBody([1, 2, 3], running)
            let visit = handler.take()[0]
            visit.exchange.onDisconnect { isGone.store(true, ordering: .relaxed) }
            let coming = try client.open(HTTP2Client.fields("PUT", "/2"), ends: false)
            try client.sendBody([1, 2], coming, ends: false)
            waitUntil("both bodies are held") { server.counters.bodyBytesHeld == 5 }
            for stream in [running, coming] { try client.send(.rstStream, 0, stream, HTTP2Client.big(8, 4)) }
            waitUntil("nothing is held") { server.counters.bodyBytesHeld == 0 && isGone.load(ordering: .relaxed) }
            visit.exchange.reply(HTTPResponse(status: 200))
            let next = try client.open(HTTP2Client.fields("GET", "/3"), ends: true)
            handler.take()[0].exchange.reply(HTTPResponse(status: 201))
            #expect(try client.answer(next).status == 201)
        }
    }

    @Test func `answers are compressed for whoever asks, where they may be`() async throws {
        let text = String(repeating: "compress me ", count: 200)
        let handler = TestHandler { request, exchange in
            var response = HTTPResponse(status: 200, body: Array(text.utf8))
            if request.path == "/api" { response.compression = .whereAccepted }
            exchange.reply(response)
        }
        try await TestServer.with(handler) { server in
            let client = try HTTP2Client(port: server.port)
            let gzip = [("accept-encoding", "br, gzip;q=0.5")]
            let packed = try client.answer(client.open(HTTP2Client.fields("GET", "/api", gzip), ends: true))
            #expect(packed["content-encoding"] == "gzip")
            #expect(packed["vary"] == "accept-encoding")
            #expect(Gzip.inflate(packed.body, limit: 100_000) == Array(text.utf8))
            #expect(try client.answer(client.open(HTTP2Client.fields("GET", "/own", gzip), ends: true)).text == text)
            #expect(try client.answer(client.open(HTTP2Client.fields("GET", "/api"), ends: true)).text == text)
        }
    }

    @Test func `shutdown says which streams it takes and lets them be answered`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let idle = try HTTP2Client(port: server.port)
            let busy = try HTTP2Client(port: server.port)
            let stream = try busy.open(HTTP2Client.fields("GET", "/1"), ends: true)
            let visit = handler.take()[0]
            waitUntil("both connections are there") { server.counters.connectionsOpen == 2 }
            async let cutOff: Int = server.server.shutdownGracefully(deadline: .seconds(20))
            let (idleCode, lastStream) = try await offPool {
                (idle.end()?.errorCode, HTTP2Client.number(try busy.next(.goAway).payload[..<4]))
            }
            #expect(idleCode == 0)
            #expect(lastStream == stream)
            visit.exchange.reply(HTTPResponse(status: 200, body: Array("last".utf8)))
            let answer = try await offPool {
                defer { _ = busy.end() }
                return try busy.answer(stream).text
            }
            #expect(answer == "last")
            #expect(await cutOff == 0)
        }
    }

    @Test func `a server that retires says so at once, and waits for what runs`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let busy = try HTTP2Client(port: server.port)
            let stream = try busy.open(HTTP2Client.fields("GET", "/1"), ends: true)
            let visit = handler.take()[0]
            let retired = beside { await server.server.retire(patience: .seconds(60)) }
            #expect(HTTP2Client.number(try busy.next(.goAway).payload[..<4]) == stream)
            visit.exchange.reply(HTTPResponse(status: 200, body: Array("last".utf8)))
            #expect(try busy.answer(stream).text == "last")
            #expect(busy.end()?.errorCode == 0)
            await retired.value
        }
    }

    @Test func `a connection that turns out to be HTTP_2 while the server retires is waited for`() async throws {
        try await TestServer.with(echo) { server in
            let fresh = server.client
            waitUntil("the connection is there") { server.counters.connectionsOpen == 1 }
            let retired = beside { await server.server.retire(patience: .seconds(60)) }
            try fresh.send(HTTP2Client.preface + HTTP2Client.bytes(.settings, 0, 0, []))
            // It had no request yet, so it has a moment for its first.
            #expect(try fresh.take(9)[3] == HTTP2Client.Kind.settings.rawValue)
            await retired.value
            #expect(server.counters.connectionsOpen == 0)
        }
    }

    @Test func `a request that comes slowly does not keep a server from ending`() async throws {
        try await TestServer.with(echo) { server in
            let client = try HTTP2Client(port: server.port)
            let stream = try client.open(HTTP2Client.fields("PUT", "/slow", [("content-length", "10")]), ends: false)
            try client.sendBody([1], stream, ends: false)
            waitUntil("the body began") { server.counters.bodyBytesHeld == 1 }
            let cutOff = beside { await server.server.shutdownGracefully(deadline: .seconds(20)) }
            _ = try client.next(.goAway)
            server.clock.advance(milliseconds: 2_000)
            #expect(try client.answer(stream).status == 408)
            #expect(await cutOff.value == 0)
        }
    }

    @Test func `a handshake that never ends does not keep a server from ending`() async throws {
        let files = TLSTests.Files(TestCertificates.first)
        try await TestServer.with(echo, tls: files.settings) { server in
            let client = server.client
            // The type of a record of a handshake, and no more.
            try client.send([0x16])
            waitUntil("the byte is read") { server.counters.connectionsOpen == 1 }
            usleep(50_000)
            let cutOff = beside { await server.server.shutdownGracefully(deadline: .seconds(20)) }
            // Until the server waits for the connection, which nothing tells.
            usleep(300_000)
            server.clock.advance(milliseconds: 2_000)
            #expect(await cutOff.value == 0)
        }
    }

    @Test func `a connection that was just made is served by a server that shuts down`() async throws {
        try await TestServer.with(echo) { server in
            let fresh = try HTTP2Client(port: server.port)
            _ = try fresh.next(.settings)
            let cutOff = beside { await server.server.shutdownGracefully(deadline: .seconds(20)) }
            let stream = try fresh.open(HTTP2Client.fields("GET", "/fresh"), ends: true)
            #expect(try fresh.answer(stream).status == 200)
            #expect(fresh.end()?.errorCode == 0)
            #expect(await cutOff.value == 0)
        }
    }

    @Test func `an offer to go over to HTTP_2 is overlooked`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            try client.send(
                "GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n"
            )
            #expect(try client.receive().text == "GET /x\n")
        }
    }

    @Test func `the preface may come byte by byte`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            for byte in HTTP2Client.preface + HTTP2Client.bytes(.settings, 0, 0, []) { try client.send([byte]) }
            #expect(try client.take(9)[3] == HTTP2Client.Kind.settings.rawValue)
            let other = server.client
            try other.send("PR")
            try other.send("OPFIND / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try other.receive().status == 400)
        }
    }
}
