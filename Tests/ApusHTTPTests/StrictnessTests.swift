import ApusBase
import ApusHTTP
import ApusWire
import Testing

/// What a peer may not send (RFC 9112), and what it is told.
@Suite(.serialized)
struct StrictnessTests {
    struct Case: CustomTestStringConvertible {
        var name: String
        var bytes: String
        var status = 400
        var testDescription: String { self.name }
    }

    static let cases: [Case] = [
        Case(
            name: "Content-Length and Transfer-Encoding",
            bytes: "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Case(
            name: "Transfer-Encoding and Content-Length",
            bytes: "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"),
        Case(
            name: "two Content-Lengths",
            bytes: "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
        Case(name: "a list as Content-Length", bytes: "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 3\r\n\r\nabc"),
        Case(name: "a signed Content-Length", bytes: "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +3\r\n\r\nabc"),
        Case(name: "a negative Content-Length", bytes: "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -3\r\n\r\nabc"),
        Case(
            name: "a Content-Length past 64 bits",
            bytes: "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\nabc"),
        Case(
            name: "a Transfer-Encoding we cannot undo",
            bytes: "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", status: 501),
        Case(
            name: "a Transfer-Encoding that is not last",
            bytes: "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
        Case(
            name: "Transfer-Encoding twice",
            bytes:
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        Case(
            name: "Transfer-Encoding in HTTP/1.0",
            bytes: "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Case(
            name: "a chunk size that is none",
            bytes: "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        Case(
            name: "a chunk longer than its size",
            bytes: "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n"),
        Case(name: "no Host", bytes: "GET / HTTP/1.1\r\n\r\n"),
        Case(name: "two Hosts", bytes: "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        Case(name: "a space before the colon", bytes: "GET / HTTP/1.1\r\nHost: h\r\nX-A : 1\r\n\r\n"),
        Case(name: "a field without a name", bytes: "GET / HTTP/1.1\r\nHost: h\r\n: 1\r\n\r\n"),
        Case(name: "a folded field", bytes: "GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n 2\r\n\r\n"),
        Case(name: "a NUL in a value", bytes: "GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\u{0}2\r\n\r\n"),
        Case(name: "a bare line feed in the header", bytes: "GET / HTTP/1.1\nHost: h\n\n"),
        Case(name: "a bare line feed between fields", bytes: "GET / HTTP/1.1\r\nHost: h\nX-A: 1\r\n\r\n"),
        Case(
            name: "a bare line feed after a chunk's size",
            bytes: "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n"),
        Case(
            name: "a chunk size past 64 bits",
            bytes: "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n"),
        Case(
            name: "a field without a colon in the trailers",
            bytes: "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nnone\r\n\r\n"),
        Case(
            name: "a line without an end after a chunk's size",
            bytes: "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;"
                + String(repeating: "x", count: 5_000)),
        Case(name: "a control character in a value", bytes: "GET / HTTP/1.1\r\nHost: h\r\nX-A: \u{1}\r\n\r\n"),
        Case(name: "a method in lower case", bytes: "get / HTTP/1.1\r\nHost: h\r\n\r\n"),
        Case(name: "a bare carriage return in a value", bytes: "GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\rX-B: 2\r\n\r\n"),
        Case(name: "a space in the target", bytes: "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"),
        Case(name: "a fragment", bytes: "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n"),
        Case(name: "a target of another form", bytes: "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"),
        Case(name: "CONNECT", bytes: "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n"),
        Case(name: "an unknown method", bytes: "BREW / HTTP/1.1\r\nHost: h\r\n\r\n"),
        Case(name: "HTTP/2.0", bytes: "GET / HTTP/2.0\r\nHost: h\r\n\r\n", status: 505),
        Case(name: "HTTP/0.9", bytes: "GET /\r\n\r\n", status: 505),
        Case(name: "TLS on a plain port", bytes: "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}"),
        Case(
            name: "an expectation we do not know", bytes: "GET / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\n\r\n",
            status: 417),
    ]

    @Test(arguments: Self.cases)
    func `a malformed request is refused and its connection closed`(_ example: Case) async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send(example.bytes)
            let answer = try client.receive()
            #expect(answer.status == example.status, "\(answer.text)")
            #expect(answer["connection"] == "close")
            #expect(try client.isClosedByServer())
            #expect(handler.count == 0)
            #expect(server.counters.requestsRefused == 1)
        }
    }

    @Test(arguments: UInt64(1)...4)
    func `whatever bytes come, the server goes on`(seed: UInt64) async throws {
        let random = SeededEntropy(seed: seed)
        let valid: [[UInt8]] = [
            "POST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-Amz-Date: 20260102T030405Z\r\n\r\nhello",
            "PUT http://h/a%20b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "HEAD / HTTP/1.0\r\nConnection: keep-alive, Upgrade\r\nUpgrade: h2c\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
        ].map { Array($0.utf8) }
        try await TestServer.with(echo) { server in
            for round in 0..<150 {
                var bytes: [UInt8] = valid[round % valid.count]
                for _ in 0...random.below(3) {
                    let index = Int(random.below(UInt64(bytes.count)))
                    switch random.below(4) {
                    case 0: bytes[index] = UInt8(truncatingIfNeeded: random.nextUInt64())
                    case 1: bytes.remove(at: index)
                    case 2: bytes.insert(bytes[Int(random.below(UInt64(bytes.count)))], at: index)
                    default: bytes.replaceSubrange(index..<index, with: bytes[..<index])
                    }
                }
                let client = server.client
                try client.send(bytes)
                client.disconnect()
            }
            waitUntil("all connections are gone") { server.counters.connectionsOpen == 0 }
            let client = server.client
            try client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive().text == "GET /x\n")
        }
    }

    @Test func `a refusal comes after the answers to the requests before it`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send(
                "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\n\r\n")
            handler.take()[0].exchange.reply(HTTPResponse(status: 200, body: Array("one".utf8)))
            #expect(try client.receive().text == "one")
            #expect(try client.receive().status == 400)
            #expect(try client.isClosedByServer())
            #expect(handler.count == 0)
        }
    }

    @Test func `too large a header is refused`() async throws {
        try await TestServer.with(echo) { server in
            for field in [
                "X: " + String(repeating: "a", count: 70_000), String(repeating: "X: 1\r\n", count: 300) + "Y: 1",
            ] {
                let client = server.client
                try client.send("GET / HTTP/1.1\r\nHost: h\r\n\(field)\r\n\r\n")
                #expect(try client.receive().status == 431)
                #expect(try client.isClosedByServer())
            }
            let client = server.client
            try client.send("GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive().status == 414)
        }
    }

    @Test func `too large a body is refused in the client's own protocol, even while it sends`() async throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 1_000_000
        let handler = TestHandler()
        try await TestServer.with(handler, limits: limits) { server in
            let json = server.client
            try json.send(
                "POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: AmazonSQS.SendMessage\r\nContent-Length: 4000000\r\n\r\n")
            try json.send([UInt8](repeating: 65, count: 4_000_000))
            let answer = try json.receive()
            #expect(answer.status == 413)
            #expect(answer["connection"] == "close")
            #expect(answer["x-amzn-errortype"] == "RequestEntityTooLarge")
            #expect(
                answer.text
                    == #"{"__type":"RequestEntityTooLarge","message":"The request body exceeds the maximum of 1000000 bytes."}"#
            )
            #expect(try json.isClosedByServer())

            let query = server.client
            try query.send(
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            for _ in 0..<20 { try query.send("10000\r\n" + String(repeating: "b", count: 65_536) + "\r\n") }
            try query.send("0\r\n\r\n")
            let second = try query.receive()
            #expect(second.status == 413)
            #expect(
                second.text.hasPrefix("<ErrorResponse><Error><Type>Sender</Type><Code>RequestEntityTooLarge</Code>"))
            #expect(handler.count == 0)
        }
    }

    @Test func `a client that expects 100 Continue for too large a body is not told to send it`() async throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 10
        try await TestServer.with(echo, limits: limits) { server in
            let client = server.client
            try client.send("PUT /o HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.receive().status == 413)
            #expect(try client.isClosedByServer())
        }
    }

    @Test func `bodies of all connections together are bounded, and free what they held when answered`() async throws {
        var limits = HTTPLimits()
        limits.allBodiesBytes = 1_000
        let handler = TestHandler()
        try await TestServer.with(handler, limits: limits) { server in
            let first = server.client
            try first.send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 800\r\n\r\n")
            try first.send([UInt8](repeating: 1, count: 800))
            let visits = handler.take()
            waitUntil("the body of a running request is held") { server.counters.bodyBytesHeld == 800 }
            for head in ["Content-Length: 300", "Transfer-Encoding: chunked"] {
                let second = server.client
                try second.send("PUT /b HTTP/1.1\r\nHost: h\r\n\(head)\r\n\r\n")
                if head.hasPrefix("T") { try second.send("12C\r\n" + String(repeating: "x", count: 300)) }
                let answer = try second.receive()
                #expect(answer.status == 503)
                #expect(answer["x-amzn-errortype"] == "SlowDown")
                #expect(try second.isClosedByServer())
            }
            visits[0].exchange.reply(HTTPResponse(status: 200))
            #expect(try first.receive().status == 200)
            waitUntil("the body of an answered request is free") { server.counters.bodyBytesHeld == 0 }
            try first.send("PUT /c HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n")
            try first.send([UInt8](repeating: 1, count: 400))
            waitUntil("the half of a body is there") { server.counters.bodyBytesHeld == 400 }
            first.disconnect()
            waitUntil("what a gone peer held is free") { server.counters.bodyBytesHeld == 0 }
        }
    }

    @Test func `one connection too many is answered 503`() async throws {
        var limits = HTTPLimits()
        limits.connections = 1
        try await TestServer.with(echo, limits: limits) { server in
            let first = server.client
            try first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try first.receive().status == 200)
            let second = server.client
            #expect(try second.receive().status == 503)
            #expect(try second.isClosedByServer())
        }
    }
}
