import ApusBase
import ApusHTTP
import ApusWire
import Glibc
import Synchronization
import Testing

/// A body whose parts the test gives, or that has the same part for ever.
final class TestBody: BodySource {
    private struct State {
        var asked = 0
        var waiting: (@Sendable (BodyPart) -> Void)?
        var isCancelled = false
        var isWrappingUp = false
    }
    private let state = Mutex(State())
    private let endless: [UInt8]?

    init(endless: [UInt8]? = nil) { self.endless = endless }

    var asked: Int { self.state.withLock { $0.asked } }
    var isWaitedFor: Bool { self.state.withLock { $0.waiting != nil } }
    var isCancelled: Bool { self.state.withLock { $0.isCancelled } }
    var isWrappingUp: Bool { self.state.withLock { $0.isWrappingUp } }

    func next(_ deliver: @escaping @Sendable (BodyPart) -> Void) {
        self.state.withLock { state in
            state.asked += 1
            if self.endless == nil { state.waiting = deliver }
        }
        if let endless { deliver(.bytes(endless)) }
    }

    func cancel() { self.state.withLock { $0.isCancelled = true } }
    func wrapUp() { self.state.withLock { $0.isWrappingUp = true } }

    /// Waits until a part is asked for, and gives it.
    func give(_ part: BodyPart) {
        waitUntil("a part is asked for") { self.isWaitedFor }
        let waiting = self.state.withLock { state in
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?(part)
    }
    func give(_ text: String) { self.give(.bytes(Array(text.utf8))) }
}

@Suite(.serialized)
struct BodySourceTests {
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

    @Test func `a body in parts goes out in chunks, and the connection is kept`() async throws {
        let body = TestBody()
        try await self.with(body) { server in
            let client = server.client
            try client.send("GET /parts HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = try client.receive()
            #expect(answer["transfer-encoding"] == "chunked")
            #expect(answer["content-length"] == nil)
            body.give("first")
            #expect(try client.receiveText(10) == "5\r\nfirst\r\n")
            body.give(String(repeating: "x", count: 26))
            #expect(try client.receiveText(32) == "1a\r\n" + String(repeating: "x", count: 26) + "\r\n")
            body.give(.bytes([]))
            body.give(.end)
            #expect(try client.receiveText(5) == "0\r\n\r\n")
            try client.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive().text == "/next")
            #expect(!body.isCancelled)
        }
    }

    @Test func `answers to later requests wait for the body's end`() async throws {
        let body = TestBody()
        try await self.with(body) { server in
            let client = server.client
            try client.send("GET /parts HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try client.receive()
            body.give("a")
            #expect(try client.receiveText(6) == "1\r\na\r\n")
            body.give("b")
            body.give(.end)
            #expect(try client.receiveText(11) == "1\r\nb\r\n0\r\n\r\n")
            #expect(try client.receive().text == "/next")
        }
    }

    @Test func `a client of HTTP-1_0 gets the parts as they are, until the connection ends`() async throws {
        let body = TestBody()
        try await self.with(body) { server in
            let client = server.client
            try client.send("GET /parts HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let answer = try client.receive()
            #expect(answer["transfer-encoding"] == nil)
            #expect(answer["connection"] == "close")
            body.give("one")
            body.give("two")
            body.give(.end)
            #expect(try client.receiveText(6) == "onetwo")
            #expect(try client.isClosedByServer())
        }
    }

    @Test func `a body that fails cuts the connection off before the last chunk`() async throws {
        let body = TestBody()
        try await self.with(body) { server in
            let client = server.client
            try client.send("GET /parts HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try client.receive()
            body.give("a")
            body.give(.failure)
            #expect(try client.receiveText(6) == "1\r\na\r\n")
            #expect(try client.isClosedByServer())
        }
    }

    @Test func `a client who reads nothing holds the source back, and cancels it when it goes`() async throws {
        let body = TestBody(endless: [UInt8](repeating: 0x78, count: 1 << 20))
        try await self.with(body) { server in
            let client = server.client
            try client.send("GET /parts HTTP/1.1\r\nHost: h\r\n\r\n")
            waitUntil("the socket is full") {
                let before = body.asked
                usleep(50_000)
                return before > 1 && body.asked == before
            }
            #expect(body.asked < 64)
            client.disconnect()
            waitUntil("the body is cancelled") { body.isCancelled }
        }
    }

    @Test func `a client who reads nothing for too long is let go`() async throws {
        let body = TestBody(endless: [UInt8](repeating: 0x78, count: 1 << 20))
        try await self.with(body) { server in
            let client = server.client
            try client.send("GET /parts HTTP/1.1\r\nHost: h\r\n\r\n")
            waitUntil("the socket is full") {
                let before = body.asked
                usleep(50_000)
                return before > 1 && body.asked == before
            }
            waitUntil("the body is cancelled") {
                server.clock.advance(milliseconds: 1_000)
                return body.isCancelled
            }
            #expect(server.counters.connectionsTimedOut == 1)
        }
    }

    @Test func `a client who goes while a part is waited for cancels the body`() async throws {
        let body = TestBody()
        try await self.with(body) { server in
            let client = server.client
            try client.send("GET /parts HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try client.receive()
            client.disconnect()
            waitUntil("the body is cancelled") { body.isCancelled }
            body.give("for nobody")
        }
    }

    @Test func `a HEAD request asks for no part`() async throws {
        let body = TestBody()
        try await self.with(body) { server in
            let client = server.client
            try client.send("HEAD /parts HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive(isHead: true).status == 200)
            #expect(try client.receive().text == "/next")
            #expect(body.asked == 0)
        }
    }

    @Test func `a body that begins while the server stops is told at once`() async throws {
        let body = TestBody()
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send("GET /parts HTTP/1.1\r\nHost: h\r\n\r\n")
            let visits: [Visit] = handler.take(1)
            async let cutOff = server.server.shutdownGracefully(deadline: .seconds(20))
            // Told in either order, it ends: whether the answer or the end of the server comes first.
            usleep(50_000)
            visits[0].exchange.reply(HTTPResponse(status: 200, source: body))
            waitUntil("the body is told") { body.isWrappingUp }
            body.give(.end)
            _ = try client.receive()
            #expect(try client.receiveText(5) == "0\r\n\r\n")
            #expect(await cutOff == 0)
        }
    }

    @Test func `a server that stops tells the body, and waits for its end`() async throws {
        let body = TestBody()
        try await self.with(body) { server in
            let client = server.client
            try client.send("GET /parts HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try client.receive()
            let cutOff = beside { await server.server.shutdownGracefully(deadline: .seconds(20)) }
            waitUntil("the body is told") { body.isWrappingUp }
            body.give("last")
            body.give(.end)
            #expect(try client.receiveText(14) == "4\r\nlast\r\n0\r\n\r\n")
            #expect(try client.isClosedByServer())
            #expect(await cutOff.value == 0)
        }
    }
}
