import ApusBase
import ApusLogs
import ApusService
import ApusTestSupport
import Testing

@Suite struct PutLogEventsTests {
    @Test func `events come back in the order of their times`() throws {
        let bench = TestBench()
        try bench.createGroup()
        try bench.put(["c", "d"], seconds: 10)
        try bench.put(["a", "b"], seconds: -10)
        let output = try bench.run(
            GetLogEvents.self, GetLogEventsInput(logStreamName: "s", logGroupName: "g", startFromHead: true))
        #expect(output.events?.map(\.message) == ["a", "b", "c", "d"])
    }

    @Test func `a batch out of order is refused as a whole`() throws {
        let bench = TestBench()
        try bench.createGroup()
        let now = Int(bench.clock.now.milliseconds)
        let error = #expect(throws: ServiceError.self) {
            try bench.run(PutLogEvents.self, PutLogEventsInput(
                logGroupName: "g", logStreamName: "s",
                logEvents: [InputLogEvent(timestamp: now, message: "b"), InputLogEvent(timestamp: now - 1, message: "a")]))
        }
        #expect(code(error) == "InvalidParameterException")
        #expect(message(error) == "Log events in a single PutLogEvents request must be in chronological order.")
        #expect(try bench.filter().isEmpty)
    }

    @Test func `a batch over 24 hours is refused`() throws {
        let bench = TestBench()
        try bench.createGroup()
        let now = Int(bench.clock.now.milliseconds)
        let error = #expect(throws: ServiceError.self) {
            try bench.run(PutLogEvents.self, PutLogEventsInput(
                logGroupName: "g", logStreamName: "s",
                logEvents: [
                    InputLogEvent(timestamp: now - 86_400_001, message: "a"), InputLogEvent(timestamp: now, message: "b"),
                ]))
        }
        #expect(code(error) == "InvalidParameterException")
    }

    @Test func `events older than 14 days or more than 2 hours ahead are rejected and named`() throws {
        let bench = TestBench()
        try bench.createGroup()
        let day: Int64 = 86_400
        #expect(try bench.put(["old"], seconds: -14 * day - 1).rejectedLogEventsInfo?.tooOldLogEventEndIndex == 1)
        let output = try bench.put(["soon", "late"], seconds: 7_199)
        #expect(output.rejectedLogEventsInfo == nil)
        #expect(try bench.put(["soon", "x", "late"], seconds: 7_199).rejectedLogEventsInfo?.tooNewLogEventStartIndex == 2)
        #expect(try bench.filter().contains("late") == true)
    }

    @Test func `a batch of 10,000 events is taken`() throws {
        let bench = TestBench()
        try bench.createGroup()
        try bench.put((0..<10_000).map(String.init), seconds: -10_000)
        #expect(try bench.filter().count == 10_000)
    }

    @Test func `a missing group and a missing stream are told apart`() throws {
        let bench = TestBench()
        let noGroup = #expect(throws: ServiceError.self) { try bench.put(["a"]) }
        #expect(message(noGroup) == "The specified log group does not exist.")
        try bench.createGroup(stream: nil)
        let noStream = #expect(throws: ServiceError.self) { try bench.put(["a"]) }
        #expect(code(noStream) == "ResourceNotFoundException")
        #expect(message(noStream) == "The specified log stream does not exist.")
    }

    @Test func `the demand names the stream`() throws {
        let authorizer = RecordingAuthorizer()
        let bench = TestBench { $0.authorizer = authorizer }
        try bench.createGroup()
        try bench.put(["a"])
        #expect(authorizer.demands.last?.action == "logs:PutLogEvents")
        #expect(authorizer.demands.last?.resource == "arn:aws:logs:eu-west-1:123456789012:log-group:g:log-stream:s")
    }

    @Test func `the window takes what is in between`() {
        let now = Timestamp(seconds: 100 * 86_400 as Int64)
        let times = [-20, -5, -1, 0].map { now + Int64($0) * 86_400_000 } + [now + 7_200_001]
        let window = EventWindow(times: times, now: now, retentionDays: 3)
        #expect(window.accepted == 2..<4)
        #expect(window.tooOldEnd == 1)
        #expect(window.expiredEnd == 2)
        #expect(window.tooNewStart == 4)
    }
}
