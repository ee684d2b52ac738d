import ApusBase
import ApusHTTP
import ApusWire
import Glibc
import Testing

@Suite(.serialized)
struct RequestTests {
    @Test func `a request reaches the handler whole, with names in lower case`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send(
                "POST /a%20b/c?x=1&y=%2F? HTTP/1.1\r\nHost: localhost:4566\r\nX-Amz-Target:  T.Op \r\nX-Twice: 1\r\nx-twice: 2\r\nContent-Length: 5\r\n\r\nhello"
            )
            let visit: Visit = handler.take()[0]
            #expect(visit.request.method == "POST")
            #expect(visit.request.path == "/a%20b/c")
            #expect(visit.request.query == "x=1&y=%2F?")
            #expect(visit.request.headers["host"] == "localhost:4566")
            #expect(visit.request.headers["x-amz-target"] == "T.Op")
            #expect(visit.request.headers.fields.filter { $0.name == "x-twice" }.map(\.value) == ["1", "2"])
            #expect(visit.request.body == Array("hello".utf8))
            #expect(visit.request.remoteAddress == "127.0.0.1")
            #expect(!visit.request.isSecure)
            visit.exchange.reply(HTTPResponse(status: 200))
            #expect(try client.receive().status == 200)
        }
    }

    @Test func `an answer carries its length and the date`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            try client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = try client.receive()
            #expect(answer["content-length"] == "7")
            #expect(answer["date"] == "Fri, 02 Jan 2026 03:04:05 GMT")
            #expect(answer["content-type"] == "text/plain")
            #expect(answer["connection"] == nil)
            #expect(answer["server"] == nil)
            server.clock.advance(milliseconds: 322)
            try client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive()["date"] == "Fri, 02 Jan 2026 03:04:06 GMT")
        }
    }

    @Test func `a chunked body arrives in one piece`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            try client.send("PUT /o HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n")
            try client.send("2\r\nde\r\n0\r\nx-trailer: 1\r\n\r\n")
            #expect(try client.receive().text == "PUT /o\nabcde")
            try client.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive().text == "GET /next\n")
        }
    }

    @Test func `a body of a megabyte that comes in pieces arrives whole`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            let body: [UInt8] = (0..<1_048_576).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            try client.send("PUT /o HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.count)\r\n\r\n")
            try client.send(body)
            let answer = try client.receive()
            #expect(Array(answer.body.dropFirst(7)) == body)
        }
    }

    @Test func `a client that expects 100 Continue is told to send its body`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            try client.send("PUT /o HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.receive().status == 100)
            try client.send("ok")
            #expect(try client.receive().text == "PUT /o\nok")
        }
    }

    @Test func `100 Continue waits for the answers before it`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n")
            let first: Visit = handler.take()[0]
            try client.send("PUT /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            first.exchange.reply(HTTPResponse(status: 201))
            #expect(try client.receive().status == 201)
            #expect(try client.receive().status == 100)
        }
    }

    @Test func `the answer to HEAD has the length and no body`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            try client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\nOPTIONS /y HTTP/1.1\r\nHost: h\r\n\r\n")
            let head = try client.receive(isHead: true)
            #expect(head.status == 200)
            #expect(head["content-length"] == "8")
            #expect(try client.receive().text == "OPTIONS /y\n")
        }
    }

    @Test func `a client that asks for it has its connection closed after the answer`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            try client.send(
                "GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /ignored HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive()["connection"] == "close")
            #expect(try client.isClosedByServer())
        }
    }

    @Test func `HTTP 1.0 closes unless it asks to keep the connection`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            try client.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try client.receive()["connection"] == "keep-alive")
            try client.send("GET /x HTTP/1.0\r\n\r\n")
            #expect(try client.receive()["connection"] == "close")
            #expect(try client.isClosedByServer())
        }
    }

    @Test func `an absolute request target is taken as its path`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            try client.send("GET http://h:1/a?b HTTP/1.1\r\nHost: h\r\n\r\nGET HTTP://h HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive().text == "GET /a?b\n")
            #expect(try client.receive().text == "GET /\n")
        }
    }

    @Test func `an offer to upgrade is overlooked`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            try client.send(
                "GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
            )
            let answer = try client.receive()
            #expect(answer.text == "GET /x\n")
            #expect(answer["connection"] == nil)
            try client.send("GET /y HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive().text == "GET /y\n")
        }
    }

    @Test func `a Unix socket serves like a port`() async throws {
        let path = "/tmp/apus-http-test-\(getpid()).socket"
        let configuration = HTTPServerConfiguration(listeners: [
            .unixSocket(path: path), .tcp(host: "127.0.0.1", port: 0),
        ])
        let server = HTTPServer(configuration: configuration, handler: echo, clock: SystemClock())
        let bound: [BoundAddress] = try await server.start()
        #expect(bound[0] == .unixSocket(path: path))
        for client in [LoopbackClient(path: path), LoopbackClient(port: bound[1].port!)] {
            try client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive().text == "GET /x\n")
        }
        await server.shutdownGracefully(deadline: .seconds(5))
        unlink(path)
    }
}
