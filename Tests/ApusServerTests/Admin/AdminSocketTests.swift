import ApusBase
import ApusWire
import Glibc
import Testing

@testable import ApusServer

@Suite struct AdminSocketTests {
    @Test func `a command is answered over the socket in the data directory`() async throws {
        try await self.withServer(commands: [Self.echo]) { path in
            let answer = try AdminClient.ask("POST", "/_apus/echo", body: Array("hello".utf8), in: path)
            #expect(answer == AdminClient.Answer(status: 200, body: Array("hello".utf8)))
        }
    }

    @Test func `health and metrics are answered as on the port`() async throws {
        try await self.withServer(commands: []) { path in
            let health = try AdminClient.ask("GET", "/_apus/health", in: path)
            let metrics = try AdminClient.ask("GET", "/_apus/metrics", in: path)
            #expect(health.status == 200 && metrics.status == 200)
        }
    }

    @Test func `a command that nobody has and a wrong method are refused with a sentence`() async throws {
        try await self.withServer(commands: [Self.echo]) { path in
            let unknown = try AdminClient.ask("POST", "/_apus/nothing", in: path)
            #expect(unknown.status == 404)
            #expect(AdminClient.message(of: unknown) == "There is nothing here.")
            let wrong = try AdminClient.ask("GET", "/_apus/echo", in: path)
            #expect(wrong.status == 405)
            let reset = try AdminClient.ask("POST", "/_apus/reset", in: path)
            #expect(reset.status >= 400)
        }
    }

    @Test func `the folder of the socket is its owner's alone, and the socket goes with the server`() async throws {
        try await self.withServer(commands: []) { path in
            var status = stat()
            #expect(stat(path + "/admin", &status) == 0)
            #expect(status.st_mode & 0o777 == 0o700)
            #expect(Files.exists(path + "/admin/socket"))
        } after: { path in
            #expect(!Files.exists(path + "/admin/socket"))
            let failure = #expect(throws: ServerFailure.self) { try AdminClient.ask("GET", "/_apus/health", in: path) }
            #expect(failure?.kind == .unavailable)
        }
    }

    @Test func `a path longer than a socket's address does not matter`() async throws {
        let name = String(repeating: "long-", count: 40)
        try await self.withServer(name: name, commands: [Self.echo]) { path in
            #expect(path.utf8.count > 200)
            let answer = try AdminClient.ask("POST", "/_apus/echo", body: [65], in: path)
            #expect(answer.body == [65])
        }
    }

    @Test func `an answer that was cut off is none`() {
        let whole = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab"
        #expect(AdminClient.parse(Array(whole.utf8)) == AdminClient.Answer(status: 200, body: [97, 98]))
        for count in 0..<whole.utf8.count { #expect(AdminClient.parse(Array(whole.utf8.prefix(count))) == nil) }
    }

    // MARK: Fixture

    private static let echo = AdminCommand("POST", "/_apus/echo") { HTTPResponse(status: 200, body: $0.body) }

    private func withServer(
        name: String = "data", commands: [AdminCommand], _ body: (String) throws -> Void,
        after: (String) throws -> Void = { _ in }
    ) async throws {
        let folder = "/tmp/apus-admin-\(getpid())-\(SystemEntropy().nextUInt64())"
        try Files.createDirectory(folder)
        defer { try? Files.removeTree(folder) }
        let directory = try ServerDirectory(path: "\(folder)/\(name)", entropy: SystemEntropy())
        defer { directory.close() }
        let pages = AdminResponder(
            configuration: Configuration(), mode: .serve, services: ["sqs"], metrics: Metrics())
        let server = try await AdminServer(
            directory: directory.path, desk: AdminDesk(commands: commands, pages: pages), clock: SystemClock())
        let result = Result { try body(directory.path) }
        await server.stop(graceSeconds: 1)
        try result.get()
        try after(directory.path)
    }
}
