import ApusBase
import ApusHTTP
import ApusWire
import Glibc
import Testing

@Suite(.serialized)
struct LifecycleTests {
    @Test func `shutdown closes what is idle and lets what runs be answered`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let idle = server.client
            let busy = server.client
            try idle.send("GET /idle HTTP/1.1\r\nHost: h\r\n\r\n")
            handler.take()[0].exchange.reply(HTTPResponse(status: 200))
            #expect(try idle.receive().status == 200)
            try busy.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n")
            let visits: [Visit] = handler.take(2)
            let cutOff = beside { await server.server.shutdownGracefully(deadline: .seconds(20)) }
            #expect(try idle.isClosedByServer())
            visits[0].exchange.reply(HTTPResponse(status: 200))
            #expect(try busy.receive()["connection"] == nil)
            visits[1].exchange.reply(HTTPResponse(status: 200))
            #expect(try busy.receive()["connection"] == "close")
            #expect(try busy.isClosedByServer())
            #expect(await cutOff.value == 0)
        }
    }

    @Test func `shutdown waits for a body that is coming in`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            try client.send("PUT /o HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab")
            waitUntil("the request began") { server.counters.bytesReceived > 0 }
            let cutOff = beside { await server.server.shutdownGracefully(deadline: .seconds(20)) }
            try client.send("cd")
            let answer = try client.receive()
            #expect(answer.text == "PUT /o\nabcd")
            #expect(await cutOff.value == 0)
        }
    }

    @Test func `shutdown cuts off what is not answered in time`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let visit: Visit = handler.take()[0]
            #expect(await server.server.shutdownGracefully(deadline: .milliseconds(10)) == 1)
            #expect(try client.isClosedByServer())
            visit.exchange.reply(HTTPResponse(status: 200))
            Task(executorPreference: visit.exchange.executor) {}
        }
    }

    @Test func `a server that retires answers on, and ends each connection with its next answer`() async throws {
        try await TestServer.with(echo) { server in
            let kept = server.client
            let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
            try kept.send(request)
            #expect(try kept.receive()["connection"] == nil)
            let retired = beside { await server.server.retire(patience: .seconds(60)) }
            let copies = await server.server.duplicateListeners()
            // Until all connections are asked to retire, one may be served as before.
            waitUntil("an answer ends its connection") {
                let other = server.client
                return (try? other.send(request)) != nil && (try? other.receive())?["connection"] == "close"
            }
            try kept.send(request)
            #expect(try kept.receive()["connection"] == "close")
            #expect(try kept.isClosedByServer())
            await retired.value
            for copy in copies { close(copy) }
        }
    }

    @Test func `a server that retires does not wait for connections without a request`() async throws {
        try await TestServer.with(echo) { server in
            let idle = server.client
            try idle.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try idle.receive()
            await server.server.retire(patience: .milliseconds(10))
            await server.server.shutdownGracefully(deadline: .seconds(20))
            #expect(try idle.isClosedByServer())
        }
    }

    @Test func `connections that come between two servers on one socket are served by the second`() async throws {
        try await TestServer.with(echo) { server in
            let copies = await server.server.duplicateListeners()
            try #require(copies.count == 1)
            #expect(ListeningSocket.problem(with: copies[0]) == nil)
            await server.server.shutdownGracefully(deadline: .seconds(20))
            let early = server.client
            try early.send("GET /early HTTP/1.1\r\nHost: h\r\n\r\n")
            let configuration = HTTPServerConfiguration(listeners: [.inherited(descriptor: copies[0])])
            let second = HTTPServer(configuration: configuration, handler: echo, clock: SystemClock())
            #expect(try await second.start() == [.tcp(host: "127.0.0.1", port: server.port)])
            #expect(try early.receive().text == "GET /early\n")
            await second.shutdownGracefully(deadline: .seconds(20))
        }
    }

    @Test func `a connection that was just made is served by a server that shuts down`() async throws {
        try await TestServer.with(echo) { server in
            let fresh = server.client
            waitUntil("the connection is there") { server.counters.connectionsOpen == 1 }
            let cutOff = beside { await server.server.shutdownGracefully(deadline: .seconds(20)) }
            try fresh.send("GET /fresh HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try fresh.receive().status == 200)
            #expect(try fresh.isClosedByServer())
            #expect(await cutOff.value == 0)
        }
    }

    @Test func `only a stream socket that listens can be inherited`() throws {
        #expect(ListeningSocket.problem(with: 1_000_000) == "is not open")
        let file = open("/dev/null", O_RDONLY)
        defer { close(file) }
        #expect(ListeningSocket.problem(with: file) == "is not a socket")
        let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(silent) }
        #expect(ListeningSocket.problem(with: silent)?.hasPrefix("does not listen") == true)
        let datagrams = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(datagrams) }
        #expect(ListeningSocket.problem(with: datagrams) == "is not a stream socket")
    }

    @Test func `a server that was not started, or is shut down, can be shut down`() async throws {
        let server = HTTPServer(
            configuration: HTTPServerConfiguration(host: "127.0.0.1", port: 0), handler: echo, clock: SystemClock())
        #expect(await server.shutdownGracefully(deadline: .seconds(1)) == 0)
        #expect(await server.shutdownGracefully(deadline: .seconds(1)) == 0)
        await #expect(throws: HTTPServerError.self) { try await server.start() }
    }

    @Test func `a port in use is named in the error`() async throws {
        try await TestServer.with(echo) { server in
            let configuration = HTTPServerConfiguration(host: "127.0.0.1", port: server.port)
            let second = HTTPServer(configuration: configuration, handler: echo, clock: SystemClock())
            do throws(HTTPServerError) {
                _ = try await second.start()
                Issue.record("two servers listen on one port")
            } catch {
                #expect(
                    error.description.hasPrefix("Cannot listen on 127.0.0.1:\(server.port): Address already in use."))
            }
        }
    }

    @Test func `a header that takes too long is answered 408`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            try client.send("GET / HTTP/1.1\r\nHo")
            waitUntil("the bytes came") { server.counters.bytesReceived > 0 }
            server.clock.advance(milliseconds: 10_000)
            let answer = try client.receive()
            #expect(answer.status == 408)
            #expect(answer["connection"] == "close")
            client.disconnect()
            waitUntil("the connection is closed") { server.counters.connectionsOpen == 0 }
            #expect(server.counters.connectionsTimedOut == 1)
        }
    }

    @Test func `a body that stops coming is answered 408`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc")
            waitUntil("the bytes came") { server.counters.bytesReceived > 0 }
            server.clock.advance(milliseconds: 30_000)
            #expect(try client.receive().status == 408)
            #expect(handler.count == 0)
        }
    }

    @Test func `an idle connection is closed in silence`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receive().status == 200)
            server.clock.advance(milliseconds: 75_000)
            #expect(try client.isClosedByServer())
        }
    }

    @Test func `a peer that does not read its answer is let go`() async throws {
        let handler = TestHandler { _, exchange in
            exchange.reply(HTTPResponse(status: 200, body: [UInt8](repeating: 65, count: 64 << 20)))
        }
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            waitUntil("the answer is under way") { server.counters.bytesSent > 0 }
            // A sweep has to see the stall before it can last.
            for _ in 0..<10_000 where server.counters.connectionsOpen == 1 {
                server.clock.advance(milliseconds: 1_000)
                usleep(2_000)
            }
            #expect(server.counters.connectionsOpen == 0)
            #expect(server.counters.connectionsTimedOut == 1)
            _ = client
        }
    }

    @Test func `a handler may take as long as it likes`() async throws {
        let handler = TestHandler()
        try await TestServer.with(handler) { server in
            let client = server.client
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let visit: Visit = handler.take()[0]
            for _ in 0..<20 {
                server.clock.advance(milliseconds: 60_000)
                usleep(6_000)
            }
            visit.exchange.reply(HTTPResponse(status: 200))
            #expect(try client.receive().status == 200)
        }
    }

    @Test func `the server counts what it does`() async throws {
        try await TestServer.with(echo) { server in
            let client = server.client
            let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
            for _ in 0..<3 {
                try client.send(request)
                _ = try client.receive()
            }
            let counters: HTTPServerCounters = server.counters
            #expect(counters.connectionsAccepted == 1)
            #expect(counters.connectionsOpen == 1)
            #expect(counters.requests == 3)
            #expect(counters.requestsRefused == 0)
            #expect(counters.bytesReceived == 3 * request.utf8.count)
            #expect(counters.bytesSent > 0)
        }
    }
}
