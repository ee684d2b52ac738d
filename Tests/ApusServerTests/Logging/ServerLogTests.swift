import ApusBase
import ApusWire
import Glibc
import Logging
import Testing

@testable import ApusServer

@Suite struct ServerLogTests {
    @Test func `an event is one line of text`() throws {
        let lines = try self.lines { log in
            log.logger("store").warning("disk is\nfull", metadata: ["left": "3 MiB", "path": "/data", "empty": ""])
        }
        #expect(
            lines == ["2026-01-02T03:04:05.678Z warning store: disk is\\nfull empty=\"\" left=\"3 MiB\" path=/data"])
    }

    @Test func `an event is one object in JSON`() throws {
        let lines = try self.lines(.json) { log in
            log.logger("store").error("disk \"full\"", metadata: ["left": "3 MiB"])
        }
        #expect(
            lines == [
                #"{"time":"2026-01-02T03:04:05.678Z","level":"error","logger":"store","message":"disk \"full\"","left":"3 MiB"}"#
            ])
    }

    @Test func `a request's line tells what an operator asks first`() throws {
        let lines = try self.lines { $0.request(self.record(status: 200)) }
        #expect(
            lines == [
                "2026-01-02T03:04:05.678Z info  request: SQS.SendMessage status=200 durationMicroseconds=1234 "
                    + "account=000000000000 requestBytes=10 responseBytes=20 requestId=id-1"
            ])
    }

    @Test func `a request's object has the same fields`() throws {
        let lines = try self.lines(.json) { $0.request(self.record(status: 404, code: "QueueDoesNotExist")) }
        let line = try JSONValue(parsing: Array(try #require(lines.first).utf8))
        #expect(line["message"]?.stringValue == "SQS.SendMessage")
        #expect(line["code"]?.stringValue == "QueueDoesNotExist")
        #expect(line["level"]?.stringValue == "info")
    }

    @Test func `a fault of the server is an error, its refusals are not`() throws {
        let lines = try self.lines { log in
            for status in [400, 500, 501, 503] { log.request(self.record(status: status)) }
        }
        #expect(lines.map { $0.contains(" error request") } == [false, true, false, false])
    }

    @Test(arguments: [
        (Configuration.Log.Requests.all, [200, 404, 500]), (.errors, [404, 500]), (.none, []),
    ])
    func `the settings say which requests have lines`(_ requests: Configuration.Log.Requests, _ expected: [Int]) throws
    {
        let lines = try self.lines(requests: requests) { log in
            for status in [200, 404, 500] { log.request(self.record(status: status)) }
        }
        #expect(lines.compactMap { line in expected.first { line.contains("status=\($0)") } } == expected)
        #expect(lines.count == expected.count)
    }

    @Test func `events below the level are not written`() throws {
        let lines = try self.lines(level: .error) { log in
            log.logger("a").info("no")
            log.request(self.record(status: 200))
            log.logger("a").error("yes")
        }
        #expect(lines == ["2026-01-02T03:04:05.678Z error a: yes"])
    }

    @Test(arguments: ["secretAccessKey", "AWS_SESSION_TOKEN", "x-amz-security-token", "Authorization", "password"])
    func `a value whose name speaks of a secret is withheld`(_ name: String) throws {
        let lines = try self.lines { $0.logger("a").info("x", metadata: [name: "hunter2"]) }
        #expect(lines == ["2026-01-02T03:04:05.678Z info  a: x \(name)=(withheld)"])
    }

    @Test func `control characters reach no terminal`() throws {
        let lines = try self.lines { $0.logger("a").info("\u{1B}[2J", metadata: ["b": "\u{7}\r"]) }
        #expect(lines == ["2026-01-02T03:04:05.678Z info  a: \\x1b[2J b=\"\\x07\\r\""])
    }

    @Test func `settings name swift-log's levels`() {
        #expect(Configuration.Log.Level.allCases.map(\.rawValue) == Logger.Level.allCases.map(\.rawValue))
    }

    @Test func `lines that do not fit in memory are dropped, counted and told`() throws {
        let lines = try self.lines { log in
            let big = String(repeating: "x", count: 300_000)
            for _ in 0..<6 { log.logger("a").info("\(big)") }
        }
        let told = lines.filter { $0.contains("lines were dropped") }
        let kept = lines.count - told.count
        #expect(kept >= 4)
        #expect(kept == 6 ? told.isEmpty : told.count == 1)
    }

    // MARK: -

    private func record(status: Int, code: String? = nil) -> RequestRecord {
        RequestRecord(
            requestID: "id-1", service: "SQS", operation: "SendMessage", status: status, errorCode: code,
            account: "000000000000", durationNanoseconds: 1_234_567, requestBytes: 10, responseBytes: 20)
    }

    /// What `body` writes, without the line feeds.
    private func lines(
        _ format: Configuration.Log.Format = .text, level: Configuration.Log.Level = .info,
        requests: Configuration.Log.Requests = .all, _ body: (ServerLog) -> Void
    ) throws -> [String] {
        let path = "/tmp/apus-log-\(getpid())-\(SystemEntropy().nextUInt64())"
        defer { _ = try? Files.removeIfExists(path) }
        let file = try ByteFile(path, .append)
        var settings = Configuration.Log()
        settings.format = format
        settings.level = level
        settings.requests = requests
        let time = try #require(Timestamp(iso8601: "2026-01-02T03:04:05.678Z"))
        let log = ServerLog(settings, clock: ManualClock(time), descriptor: file.descriptor)
        body(log)
        log.stop()
        let text = String(decoding: try Files.readAll(path), as: UTF8.self)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return text.split(separator: "\n").map(String.init)
    }
}
