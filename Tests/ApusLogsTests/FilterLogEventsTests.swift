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

    @Test(
        arguments: [
            ("ERROR", ["ERROR one", "ERROR WARN two"]),
            ("ERROR -WARN", ["ERROR one"]),
            ("?ERROR ?INFO", ["ERROR one", "ERROR WARN two", "INFO three"]),
            ("\"INFO three\"", ["INFO three"]),
            ("%x(y)%", nil),
            ("%^INFO|two$%", ["ERROR WARN two", "INFO three"]),
            ("{ $.level = FATAL && $.ms > 10 }", [#"{"level":"FATAL","ms":11}"#]),
            ("[level=INFO, number]", ["INFO three"]),
            ("", ["ERROR one", "ERROR WARN two", "INFO three", #"{"level":"FATAL","ms":11}"#]),
            ("error", []),
        ] as [(String, [String]?)])
    func `a pattern of each form selects events`(pattern: String, expected: [String]?) throws {
        let bench = TestBench()
        try bench.createGroup()
        try bench.put(["ERROR one", "ERROR WARN two", "INFO three", #"{"level":"FATAL","ms":11}"#])
        guard let expected else {
            let error = #expect(throws: ServiceError.self) { try bench.filter(pattern) }
            #expect(code(error) == "InvalidParameterException")
            return
        }
        #expect(try bench.filter(pattern) == expected)
    }

    @Test(arguments: [
        ("\"open", "Invalid filter pattern"), ("a=b", "Invalid character(s) in term 'a=b'"),
        ("{ $.a = 1", "If a filter pattern starts with '{' it must end with '}'"),
    ]) func `a bad pattern is refused in AWS's words`(pattern: String, expected: String) throws {
        let bench = TestBench()
        try bench.createGroup()
        let error = #expect(throws: ServiceError.self) { try bench.filter(pattern) }
        #expect(code(error) == "InvalidParameterException")
        #expect(message(error) == expected)
    }

    @Test func `a call that has matched many bytes answers what it found with a token`() throws {
        let bench = TestBench()
        try bench.createGroup()
        let large = String(repeating: "x", count: 1_000_000)
        for second in 0..<18 { try bench.put([large], seconds: Int64(second)) }
        try bench.put(["found"], seconds: 20)
        let first = try bench.run(
            FilterLogEvents.self, FilterLogEventsInput(logGroupName: "g", filterPattern: "found"))
        #expect(first.events?.isEmpty == true)
        let token = try #require(first.nextToken)
        let second = try bench.run(
            FilterLogEvents.self, FilterLogEventsInput(logGroupName: "g", filterPattern: "found", nextToken: token))
        #expect(second.events?.map(\.message) == ["found"])
        #expect(second.nextToken == nil)
    }

    /// What `aws logs tail --follow` does: again from the time of the last event, with `interleaved`, leaving out ids it knows.
    @Test func `following a group shows each event once`() throws {
        let bench = try self.filled()
        var known: Set<String> = []
        var shown: [String?] = []
        var start = 0
        func look() throws {
            var token: String?
            repeat {
                let page = try bench.run(
                    FilterLogEvents.self,
                    FilterLogEventsInput(
                        logGroupName: "g", startTime: start, nextToken: token, limit: 3, interleaved: true))
                for event in page.events ?? [] where known.insert(event.eventId!).inserted {
                    shown.append(event.message)
                    start = max(start, event.timestamp!)
                }
                token = page.nextToken
            } while token != nil
        }
        try look()
        try bench.put(["e"], seconds: 1)
        try bench.put(["f"], seconds: 2, stream: "t")
        try look()
        try look()
        #expect(shown.count == 6)
        #expect(shown.suffix(2) == ["e", "f"])
    }
}
