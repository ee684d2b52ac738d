import ApusBase
import ApusLogs
import ApusService
import ApusTestSupport
import Testing

@Suite struct GetLogEventsTests {
    func page(
        _ bench: TestBench, _ token: String? = nil, limit: Int? = nil, head: Bool? = nil, start: Int? = nil, end: Int? = nil
    ) throws -> GetLogEventsOutput {
        try bench.run(GetLogEvents.self, GetLogEventsInput(
            logStreamName: "s", logGroupName: "g", startTime: start, endTime: end, nextToken: token, limit: limit,
            startFromHead: head))
    }

    func filled() throws -> TestBench {
        let bench = TestBench()
        try bench.createGroup()
        try bench.put((0..<10).map(String.init))
        return bench
    }

    @Test func `without a start the latest events come, oldest first`() throws {
        #expect(try self.page(self.filled(), limit: 3).events?.map(\.message) == ["7", "8", "9"])
    }

    @Test func `from the head the first events come`() throws {
        #expect(try self.page(self.filled(), limit: 3, head: true).events?.map(\.message) == ["0", "1", "2"])
    }

    @Test func `the forward token goes on after the last event and stays at the end`() throws {
        let bench = try self.filled()
        let first = try self.page(bench, limit: 6, head: true)
        let second = try self.page(bench, first.nextForwardToken, limit: 6)
        #expect(second.events?.map(\.message) == ["6", "7", "8", "9"])
        let third = try self.page(bench, second.nextForwardToken)
        #expect(third.events?.isEmpty == true)
        #expect(third.nextForwardToken == second.nextForwardToken)
        try bench.put(["10"], seconds: 20)
        #expect(try self.page(bench, third.nextForwardToken).events?.map(\.message) == ["10"])
    }

    @Test func `the backward token goes back before the first event`() throws {
        let bench = try self.filled()
        let last = try self.page(bench, limit: 4)
        #expect(last.events?.map(\.message) == ["6", "7", "8", "9"])
        let before = try self.page(bench, last.nextBackwardToken, limit: 4)
        #expect(before.events?.map(\.message) == ["2", "3", "4", "5"])
    }

    @Test func `start and end bound the events, the end excluded`() throws {
        let bench = try self.filled()
        let now = Int(bench.clock.now.milliseconds)
        #expect(try self.page(bench, start: now + 2000, end: now + 5000).events?.map(\.message) == ["2", "3", "4"])
    }

    @Test func `a token that is none is refused`() throws {
        let bench = try self.filled()
        let error = #expect(throws: ServiceError.self) { try self.page(bench, "f/xyz") }
        #expect(message(error) == "The specified nextToken is invalid.")
    }

    @Test func `a page ends before its bytes exceed the limit`() throws {
        let bench = TestBench()
        try bench.createGroup()
        let large = String(repeating: "x", count: 400_000)
        try bench.put([large, large])
        try bench.put([large, large], seconds: 10)
        #expect(try self.page(bench, head: true).events?.count == 2)
    }
}
