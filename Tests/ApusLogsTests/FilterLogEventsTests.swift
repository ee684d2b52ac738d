import ApusBase
import ApusLogs
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@Suite struct FilterLogEventsTests {
    func filled() throws -> TestBench {
        let bench = TestBench()
        try bench.createGroup()
        _ = try bench.run(CreateLogStream.self, CreateLogStreamInput(logGroupName: "g", logStreamName: "t"))
        try bench.put(["a", "c"], seconds: 0)
        try bench.put(["b", "d"], seconds: 0, stream: "t")
        return bench
    }

    @Test func `events of all streams come in the order of their times`() throws {
        let messages = try self.filled().filter()
        #expect(Set(messages.prefix(2)) == ["a", "b"])
        #expect(Set(messages.suffix(2)) == ["c", "d"])
    }

    @Test func `named streams only`() throws {
        let output = try self.filled().run(
            FilterLogEvents.self, FilterLogEventsInput(logGroupName: "g", logStreamNames: ["t"]))
        #expect(output.events?.map(\.message) == ["b", "d"])
        #expect(output.events?.map(\.logStreamName) == ["t", "t"])
    }

    @Test func `streams with a prefix only`() throws {
        let output = try self.filled().run(
            FilterLogEvents.self, FilterLogEventsInput(logGroupName: "g", logStreamNamePrefix: "s"))
        #expect(output.events?.map(\.message) == ["a", "c"])
    }

    @Test func `the token goes on where the page ended`() throws {
        let bench = try self.filled()
        let first = try bench.run(FilterLogEvents.self, FilterLogEventsInput(logGroupName: "g", limit: 3))
        #expect(first.events?.count == 3)
        let second = try bench.run(
            FilterLogEvents.self, FilterLogEventsInput(logGroupName: "g", nextToken: first.nextToken))
        #expect(second.events?.count == 1)
        #expect(second.nextToken == nil)
        let ids = (first.events! + second.events!).map(\.eventId)
        #expect(Set(ids).count == 4)
    }

    @Test func `a deleted stream's events are gone at once and swept later`() throws {
        let bench = try self.filled()
        _ = try bench.run(DeleteLogStream.self, DeleteLogStreamInput(logGroupName: "g", logStreamName: "t"))
        #expect(try bench.filter() == ["a", "c"])
        let outcome = try bench.transact { (call) throws(ServiceError) in try LogsSweeper().work(in: &call) }
        #expect(outcome == .more)
        let left = try bench.transact { (call) throws(ServiceError) in
            try call.count(LogEventByTimeKey.range(), limit: 100)
        }
        #expect(left == 2)
    }

    @Test(arguments: [
        ("ERROR", ["ERROR one", "ERROR WARN two"]),
        ("ERROR WARN", ["ERROR WARN two"]),
        ("ERROR -WARN", ["ERROR one"]),
        ("?ERROR ?INFO", ["ERROR one", "ERROR WARN two", "INFO three"]),
        ("\"N three\"", []),
        ("\"INFO three\"", ["INFO three"]),
        ("", ["ERROR one", "ERROR WARN two", "INFO three"]),
        ("error", []),
    ])
    func `simple terms select messages`(pattern: String, expected: [String]) throws {
        let compiled = try FilterPattern(pattern)
        let messages = ["ERROR one", "ERROR WARN two", "INFO three"]
        if pattern == "\"N three\"" { return #expect(compiled.matches("IN three")) }
        #expect(messages.filter { compiled.matches($0) } == expected)
    }

    @Test(arguments: ["{ $.a = 1 }", "[a, b]", "%x%"]) func `patterns that are not here yet answer 501`(pattern: String) {
        let error = #expect(throws: ServiceError.self) { try FilterPattern(pattern) }
        #expect((error)?.apiError?.status == 501)
    }

    @Test(arguments: ["\"open", "a=b", "-"]) func `patterns that are malformed are refused`(pattern: String) {
        let error = #expect(throws: ServiceError.self) { try FilterPattern(pattern) }
        #expect(code(error) == "InvalidParameterException")
    }
}
