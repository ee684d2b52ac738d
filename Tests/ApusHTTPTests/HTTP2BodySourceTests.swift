import ApusBase
import ApusHTTP
import ApusWire
import Glibc
import Testing

/// Bodies in parts over HTTP/2. Frames and their flags are RFC 9113's.
@Suite(.serialized)
struct HTTP2BodySourceTests {
    private static let internalError = 2

    private func with(_ body: TestBody, _ test: (TestServer) async throws -> Void) async throws {
        let handler = TestHandler { request, exchange in
            if request.path == "/parts" {
                exchange.reply(HTTPResponse(status: 200, source: body))
            } else {
                exchange.reply(HTTPResponse(status: 200, body: Array(request.path.utf8)))
            }
        }
        try await TestServer.with(handler, test)
    }

    /// Begins the answer in parts; the frame of its header.
    private func open(_ client: HTTP2Client) throws -> (stream: Int, header: HTTP2Client.Frame) {
        let stream = try client.open(HTTP2Client.fields("GET", "/parts"), ends: true)
        return (stream, try client.next(.headers))
    }

    private func waitUntilHeldBack(_ body: TestBody) {
        waitUntil("no more parts are asked for") {
            let before = body.asked
            usleep(50_000)
            return before > 1 && body.asked == before
        }
    }

    @Test func `each part is a frame, and the end an empty one`() async throws {
        let body = TestBody()
        try await self.with(body) { server in
            let client = try HTTP2Client(port: server.port)
            let (stream, header) = try self.open(client)
            #expect(!header.isLast)
            for text in ["first", "second"] {
                body.give(text)
                let frame = try client.next(.data)
                #expect(String(decoding: frame.payload, as: UTF8.self) == text)
                #expect(!frame.isLast && frame.stream == stream)
            }
            body.give(.bytes([]))
            body.give(.end)
            let last = try client.next(.data)
            #expect(last.payload.isEmpty && last.isLast)
            let answer = try client.answer(stream)
            #expect(answer.status == 200 && answer.text == "firstsecond" && answer.reset == nil)
            #expect(answer["content-length"] == nil && answer["transfer-encoding"] == nil)
            #expect(try client.answer(client.open(HTTP2Client.fields("GET", "/next"), ends: true)).text == "/next")
            #expect(!body.isCancelled)
        }
    }

    @Test func `other streams are answered while a part is waited for`() async throws {
        let body = TestBody()
        try await self.with(body) { server in
            let client = try HTTP2Client(port: server.port)
            let (stream, _) = try self.open(client)
            #expect(try client.answer(client.open(HTTP2Client.fields("GET", "/next"), ends: true)).text == "/next")
            body.give("late")
            body.give(.end)
            #expect(try client.answer(stream).text == "late")
        }
    }

    @Test func `a body that fails resets its stream and leaves the connection`() async throws {
        let body = TestBody()
        try await self.with(body) { server in
            let client = try HTTP2Client(port: server.port)
            let (stream, _) = try self.open(client)
            body.give("a")
            body.give(.failure)
            let answer = try client.answer(stream)
            #expect(answer.text == "a" && answer.reset == Self.internalError)
            #expect(try client.answer(client.open(HTTP2Client.fields("GET", "/next"), ends: true)).text == "/next")
        }
    }

    @Test func `a window that is used up holds the source back until it opens`() async throws {
        let body = TestBody(endless: [UInt8](repeating: 0x78, count: 1_000))
        try await self.with(body) { server in
            // SETTINGS_INITIAL_WINDOW_SIZE is 4: room for three parts and a half.
            let client = try HTTP2Client(port: server.port, settings: [(4, 3_500)])
            client.opensWindows = false
            let (stream, _) = try self.open(client)
            self.waitUntilHeldBack(body)
            #expect(body.asked == 4)
            try client.send(.windowUpdate, 0, stream, HTTP2Client.big(2_000, 4))
            waitUntil("two parts more are asked for") { body.asked == 6 }
            self.waitUntilHeldBack(body)
            #expect(body.asked == 6)
            // CANCEL.
            try client.send(.rstStream, 0, stream, HTTP2Client.big(8, 4))
            waitUntil("the body is cancelled") { body.isCancelled }
        }
    }

    @Test func `a socket that is full holds the source back, and its end cancels it`() async throws {
        let body = TestBody(endless: [UInt8](repeating: 0x78, count: 1 << 20))
        try await self.with(body) { server in
            let most = 0x7FFF_FFFF
            let client = try HTTP2Client(port: server.port, settings: [(4, UInt32(most))])
            try client.send(.windowUpdate, 0, 0, HTTP2Client.big(most - 65_535, 4))
            _ = try self.open(client)
            self.waitUntilHeldBack(body)
            #expect(body.asked < 64)
            client.connection.disconnect()
            waitUntil("the body is cancelled") { body.isCancelled }
        }
    }

    @Test func `a client who opens no window for too long is let go`() async throws {
        let body = TestBody(endless: [UInt8](repeating: 0x78, count: 1_000))
        try await self.with(body) { server in
            let client = try HTTP2Client(port: server.port, settings: [(4, 3_500)])
            client.opensWindows = false
            _ = try self.open(client)
            self.waitUntilHeldBack(body)
            waitUntil("the body is cancelled") {
                server.clock.advance(milliseconds: 1_000)
                return body.isCancelled
            }
            #expect(server.counters.connectionsTimedOut == 1)
        }
    }

    @Test func `a client waits for a part for as long as it likes`() async throws {
        let body = TestBody()
        try await self.with(body) { server in
            let client = try HTTP2Client(port: server.port)
            let (stream, _) = try self.open(client)
            body.give("first")
            #expect(try client.next(.data).payload.count == 5)
            for _ in 0..<200 {
                server.clock.advance(milliseconds: 10_000)
                usleep(1_000)
            }
            body.give(.end)
            #expect(try client.answer(stream).text == "first")
            #expect(server.counters.connectionsTimedOut == 0)
        }
    }

    @Test func `a HEAD request asks for no part`() async throws {
        let body = TestBody()
        try await self.with(body) { server in
            let client = try HTTP2Client(port: server.port)
            let stream = try client.open(HTTP2Client.fields("HEAD", "/parts"), ends: true)
            #expect(try client.next(.headers).isLast)
            #expect(try client.answer(stream).status == 200)
            #expect(body.asked == 0)
        }
    }

    @Test func `a server that stops tells the body, and waits for its end`() async throws {
        let body = TestBody()
        try await self.with(body) { server in
            let client = try HTTP2Client(port: server.port)
            let (stream, _) = try self.open(client)
            let cutOff = beside { await server.server.shutdownGracefully(deadline: .seconds(20)) }
            waitUntil("the body is told") { body.isWrappingUp }
            #expect(HTTP2Client.number(try client.next(.goAway).payload[..<4]) == stream)
            body.give("last")
            body.give(.end)
            #expect(try client.answer(stream).text == "last")
            #expect(client.end()?.errorCode == 0)
            #expect(await cutOff.value == 0)
        }
    }
}
