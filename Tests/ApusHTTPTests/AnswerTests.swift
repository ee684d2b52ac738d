import ApusHTTP
import ApusWire
import Glibc
import Synchronization
import Testing

@Suite(.serialized)
struct AnswerTests {
    @Test func `answers leave in the order of the requests, whatever the order they are given in`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send((0..<5).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
            for visit in handler.take(5).reversed() {
                visit.exchange.reply(HTTPResponse(status: 200, body: Array(visit.request.path.utf8)))
            }
            for number in 0..<5 { #expect(try client.receive().text == "/\(number)") }
        }
    }

    @Test func `at most 64 requests of a connection run at once`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send((0..<1000).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
            var answered = 0
            while answered < 1000 {
                let visits: [Visit] = handler.take(min(64, 1000 - answered))
                #expect(handler.count == 0)
                for visit in visits {
                    visit.exchange.reply(HTTPResponse(status: 200, body: Array(visit.request.path.utf8)))
                }
                for _ in visits {
                    #expect(try client.receive().text == "/\(answered)")
                    answered += 1
                }
            }
        }
    }

    @Test func `a thousand pipelined requests answered on the loop are all answered in order`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            try client.send((0..<5000).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
            for number in 0..<5000 { #expect(try client.receive().text == "GET /\(number)\n") }
        }
    }

    @Test func `a batch of answers from another thread wakes the loop once`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let clients: [LoopbackClient] = (0..<32).map { _ in server.client }
            for client in clients { try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n") }
            let visits: [Visit] = handler.take(32)
            let before: Int = server.counters.mailboxRounds
            server.server.batchReplies {
                for visit in visits {
                    visit.exchange.reply(HTTPResponse(status: 200))
                    usleep(100)
                }
            }
            for client in clients { #expect(try client.receive().status == 200) }
            #expect(server.counters.mailboxRounds == before + 1)
        }
    }

    @Test func `what came in one turn of a loop is all read before any of it is handled`() async throws {
        let entered = Atomic(false)
        let released = Atomic(false)
        let handler = TestHandler { request, exchange in
            if request.path == "/block" {
                entered.store(true, ordering: .sequentiallyConsistent)
                waitUntil("the others have sent") { released.load(ordering: .sequentiallyConsistent) }
            }
            exchange.reply(HTTPResponse(status: 200, body: Array(request.path.utf8)))
        }
        try await TestServer.with(handler, eventLoops: 1) { server in
            let clients: [LoopbackClient] = (0..<17).map { _ in server.client }
            for client in clients {
                try client.send("GET /first HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(try client.receive().text == "/first")
            }
            try clients[0].send("GET /block HTTP/1.1\r\nHost: h\r\n\r\n")
            waitUntil("the loop is blocked") { entered.load(ordering: .sequentiallyConsistent) }
            let before: HTTPServerCounters = server.counters
            for client in clients.dropFirst() { try client.send("GET /then HTTP/1.1\r\nHost: h\r\n\r\n") }
            released.store(true, ordering: .sequentiallyConsistent)
            #expect(try clients[0].receive().text == "/block")
            for client in clients.dropFirst() { #expect(try client.receive().text == "/then") }
            #expect(server.counters.requests == before.requests + 16)
            // One round; on a busy machine the kernel may deliver a straggler a turn later.
            #expect(server.counters.requestRounds <= before.requestRounds + 4)
        }
    }

    @Test func `what a handler puts into a field cannot end the header`() async throws {
        let handler = TestHandler { _, exchange in
            var fields = HTTPFields()
            fields.add("x-user", "a\r\nset-cookie: b\r\n\r\nHTTP/1.1 200 OK")
            fields.add("x bad name", "1")
            fields.add("", "1")
            fields.add("content-length", "999")
            fields.add("transfer-encoding", "chunked")
            fields.add("connection", "close")
            fields.add("x-last", "é\t.")
            exchange.reply(HTTPResponse(status: 99, headers: fields, body: Array("body".utf8)))
        }
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = try client.receive()
            #expect(answer.status == 500)
            #expect(answer.fields.map(\.name) == ["x-user", "x-last", "date", "content-length"])
            #expect(answer["x-user"] == "a  set-cookie: b    HTTP/1.1 200 OK")
            #expect(answer["x-last"] == "é\t.")
            #expect(answer.text == "body")
        }
    }

    @Test func `204 and 304 have neither body nor length`() async throws {
        for status in [204, 304] {
            let handler = TestHandler { _, exchange in
                exchange.reply(HTTPResponse(status: status, body: Array("body".utf8)))
            }
            try await TestServer.with(handler) { server in
                let client = server.client
                try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(try client.receive()["content-length"] == nil)
                #expect(try client.receive().status == status)
            }
        }
    }

    @Test func `a handler may state the length that a HEAD request asks for`() async throws {
        let handler = TestHandler { _, exchange in
            exchange.reply(HTTPResponse(status: 200, headers: HTTPFields(["content-length": "12345"])))
        }
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive(isHead: true)["content-length"] == "12345")
        }
    }

    @Test func `a request that the handler drops is answered 500`() async throws {
        let handler = TestHandler { _, _ in }
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = try client.receive()
            #expect(answer.status == 500)
            #expect(
                answer.text
                    == "<Error><Code>InternalFailure</Code><Message>The request processing has failed because of an unknown error, exception or failure.</Message></Error>"
            )
        }
    }

    @Test func `a task on the exchange's executor runs on the connection's thread`() async throws {
        let handler = TestHandler { _, exchange in
            let loopThread: pthread_t = pthread_self()
            Task(executorPreference: exchange.executor) {
                let before: Bool = currentThread() == loopThread
                await withCheckedContinuation { continuation in
                    // The continuation is resumed from a thread of its own.
                    startThread { continuation.resume() }
                }
                let after: Bool = currentThread() == loopThread
                exchange.reply(HTTPResponse(status: before && after ? 200 : 500))
            }
        }
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive().status == 200)
        }
    }

    @Test func `the handler hears when the peer goes away before the answer`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send(
                "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\n\r\n"
            )
            let visits: [Visit] = handler.take(3)
            let gone = Atomic<Int>(0)
            visits[0].exchange.onDisconnect { Issue.record("this one was answered") }
            visits[0].exchange.reply(HTTPResponse(status: 200))
            #expect(try client.receive().status == 200)
            visits[1].exchange.onDisconnect { gone.add(1, ordering: .relaxed) }
            client.disconnect()
            waitUntil("the peer's going is heard") { gone.load(ordering: .relaxed) == 1 }
            visits[2].exchange.onDisconnect { gone.add(1, ordering: .relaxed) }
            waitUntil("it is heard afterwards too") { gone.load(ordering: .relaxed) == 2 }
            visits[1].exchange.reply(HTTPResponse(status: 200))
            visits[2].exchange.reply(HTTPResponse(status: 200))
            #expect(server.counters.connectionsOpen == 0)
        }
    }
}

private func currentThread() -> pthread_t { pthread_self() }

private func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let context: UnsafeMutableRawPointer = Unmanaged.passRetained(Box(body)).toOpaque()
    pthread_create(
        &thread, nil,
        {
            Unmanaged<Box>.fromOpaque($0!).takeRetainedValue().body(); return nil
        }, context)
    pthread_detach(thread)
}
