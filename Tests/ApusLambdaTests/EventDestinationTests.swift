import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import Testing

/// Settings of asynchronous invocation at work: retries, age, destinations.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
@Suite struct EventDestinationTests {
    private static let arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"
    private let throttled = LambdaError.tooManyRequests("Rate Exceeded.")

    private func deliver(
        _ config: EventInvokeRecord, on bench: TestBench, payload: String = #"{"n":1}"#, deadLetterARN: String? = nil,
        _ invoker: ScriptedInvoker
    ) throws -> AsyncInvocations {
        let function = try bench.makeFunction(deadLetterARN: deadLetterARN)
        let events = AsyncInvocations(invoker: invoker)
        events.start(host: bench.host)
        try bench.transact { (call) throws(ServiceError) in
            try call.put(EventInvokeKey(function: function.record.id, qualifier: "$LATEST"), config)
            try events.enqueue(
                IncomingEvent(payload: Array(payload.utf8), requestID: "request"), for: try call.target("f"), in: &call)
        }
        return events
    }

    private func told(_ bench: TestBench, _ queue: String) throws -> [StoredMessage] {
        try bench.transact { (call) throws(ServiceError) in
            try call.page(StoredMessageKey.all(StoredQueues.arn(queue)), limit: 100).map(\.value)
        }
    }

    private func config(_ bench: TestBench, success: String? = nil, failure: String? = nil) -> EventInvokeRecord {
        EventInvokeRecord(
            onSuccess: success.map(StoredQueues.arn), onFailure: failure.map(StoredQueues.arn),
            lastModified: bench.clock.now)
    }

    @Test func `a success is told with the documented record`() throws {
        let bench = TestBench.lambda()
        let invoker = ScriptedInvoker { _, _ in .success(#"{"ok":true}"#) }
        let now = bench.clock.now
        let events = try self.deliver(self.config(bench, success: "good", failure: "bad"), on: bench, invoker)
        let expected: JSONValue = [
            "version": "1.0", "timestamp": .string(now.iso8601),
            "requestContext": [
                "requestId": "request", "functionArn": .string(Self.arn + ":$LATEST"), "condition": "Success",
                "approximateInvokeCount": 1,
            ],
            "requestPayload": ["n": 1], "responseContext": ["statusCode": 200, "executedVersion": "$LATEST"],
            "responsePayload": ["ok": true],
        ]
        let message = try #require(try self.told(bench, "good").first)
        #expect(try JSONValue(parsing: message.body) == expected)
        #expect(try self.told(bench, "bad").isEmpty)
        #expect(events.counts == AsyncCounts(delivered: 1))
    }

    @Test func `what fails for good is told, beside the dead-letter queue`() throws {
        let bench = TestBench.lambda()
        let invoker = ScriptedInvoker { _, _ in .functionError(#"{"errorMessage":"no"}"#) }
        let events = try self.deliver(
            self.config(bench, success: "good", failure: "bad"), on: bench, deadLetterARN: StoredQueues.arn("dead"),
            invoker)
        bench.advance(seconds: 600)
        let record = try JSONValue(parsing: try #require(try self.told(bench, "bad").first).body)
        #expect(record["requestContext"]?["condition"] == "RetriesExhausted")
        #expect(record["requestContext"]?["approximateInvokeCount"] == 3)
        #expect(record["responseContext"]?["functionError"] == "Unhandled")
        #expect(record["responsePayload"] == ["errorMessage": "no"])
        #expect(try self.told(bench, "dead").map(\.body) == [#"{"n":1}"#])
        #expect(try self.told(bench, "good").isEmpty)
        #expect(events.counts == AsyncCounts(retried: 2, deadLettered: 1))
    }

    @Test(arguments: [0, 1, 2]) func `a function error is tried again as often as is set`(retries: Int) throws {
        let bench = TestBench.lambda()
        let invoker = ScriptedInvoker { _, _ in .functionError("{}") }
        var config = self.config(bench, failure: "bad")
        config.maximumRetryAttempts = retries
        let events = try self.deliver(config, on: bench, invoker)
        defer { withExtendedLifetime(events) {} }
        bench.advance(seconds: 3600)
        #expect(invoker.invocations.count == retries + 1)
        #expect(try self.told(bench, "bad").count == 1)
    }

    @Test func `an event that grows too old is given up, without an answer to show`() throws {
        let bench = TestBench.lambda()
        let throttled = self.throttled
        let invoker = ScriptedInvoker { _, _ in .failure(throttled) }
        var config = self.config(bench, failure: "bad")
        config.maximumEventAgeSeconds = 60
        let events = try self.deliver(config, on: bench, invoker)
        defer { withExtendedLifetime(events) {} }
        bench.advance(seconds: 3600)
        let record = try JSONValue(parsing: try #require(try self.told(bench, "bad").first).body)
        #expect(record["requestContext"]?["condition"] == "EventAgeExceeded")
        #expect(record["requestPayload"] == ["n": 1])
        #expect(record["responseContext"] == nil)
        #expect(record["responsePayload"] == nil)
        let last = try #require(invoker.invocations.last)
        #expect(last.at - invoker.invocations[0].at <= 60_000)
    }

    @Test func `an event that grew too old while the server was down is not run`() throws {
        let bench = TestBench.lambda()
        var config = self.config(bench, failure: "bad")
        config.maximumEventAgeSeconds = 60
        let events = try self.deliver(config, on: bench, ScriptedInvoker { _, _ in .hang })
        defer { withExtendedLifetime(events) {} }
        bench.clock.advance(milliseconds: 3_600_000)
        let next = TestBench.lambda(seed: 2, after: bench)
        let invoker = ScriptedInvoker()
        let later = AsyncInvocations(invoker: invoker)
        later.start(host: next.host)
        next.driver.settle()
        #expect(invoker.invocations.isEmpty)
        let record = try JSONValue(parsing: try #require(try self.told(next, "bad").first).body)
        #expect(record["requestContext"]?["condition"] == "EventAgeExceeded")
        #expect(record["requestContext"]?["approximateInvokeCount"] == 0)
    }

    @Test func `a destination that refuses drops the record and ends the event`() throws {
        let bench = TestBench.lambda(authorizer: RecordingAuthorizer(refusing: ["sqs:SendMessage"]))
        let events = try self.deliver(self.config(bench, success: "good"), on: bench, ScriptedInvoker())
        #expect(try self.told(bench, "good").isEmpty)
        #expect(events.counts == AsyncCounts(delivered: 1))
    }

    @Test func `an answer that is no JSON is told as a text`() throws {
        let bench = TestBench.lambda()
        let invoker = ScriptedInvoker { _, _ in .success("plain \"text\"") }
        let events = try self.deliver(self.config(bench, success: "good"), on: bench, invoker)
        defer { withExtendedLifetime(events) {} }
        let record = try JSONValue(parsing: try #require(try self.told(bench, "good").first).body)
        #expect(record["responsePayload"] == "plain \"text\"")
    }

    @Test(arguments: 1...20) func `each end is told once, whatever step a crash comes after`(seed: UInt64) throws {
        var bench = TestBench.lambda(seed: seed)
        let config = self.config(bench, success: "good", failure: "bad")
        let script: @Sendable (ScriptedInvoker.Invocation, Int) -> ScriptedInvoker.Answer = { invocation, _ in
            invocation.payload == "3" ? .functionError("{}") : .success("null")
        }
        let events = try self.deliver(config, on: bench, payload: "0", ScriptedInvoker(script))
        for number in 1..<6 {
            try bench.transact { (call) throws(ServiceError) in
                let event = IncomingEvent(payload: Array("\(number)".utf8), requestID: "request")
                try events.enqueue(event, for: try call.target("f"), in: &call)
            }
        }
        for round in 0..<3 {
            bench = TestBench.lambda(seed: seed &* 31 &+ UInt64(round), after: bench)
            let events = AsyncInvocations(invoker: ScriptedInvoker(script))
            defer { withExtendedLifetime(events) {} }
            events.start(host: bench.host)
            for _ in 0..<Int(bench.entropy.below(30)) { _ = bench.driver.runOne() }
        }
        bench = TestBench.lambda(seed: seed &* 37, after: bench)
        let last = AsyncInvocations(invoker: ScriptedInvoker(script))
        defer { withExtendedLifetime(last) {} }
        last.start(host: bench.host)
        bench.advance(seconds: 600)
        func payloads(_ queue: String) throws -> [String] {
            try self.told(bench, queue).map { try JSONValue(parsing: $0.body)["requestPayload"]?.text ?? "" }.sorted()
        }
        #expect(try payloads("good") == ["0", "1", "2", "4", "5"])
        #expect(try payloads("bad") == ["3"])
    }
}
