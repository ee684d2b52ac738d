import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@Suite struct AsyncInvocationTests {
    private let throttled = LambdaError.tooManyRequests("Rate Exceeded.")

    private func start(_ bench: TestBench, _ invoker: ScriptedInvoker) -> AsyncInvocations {
        let events = AsyncInvocations(invoker: invoker)
        events.start(host: bench.host)
        return events
    }

    private func enqueue(_ payload: String, _ events: AsyncInvocations, on bench: TestBench) throws {
        try bench.transact { (call) throws(ServiceError) in
            let event = IncomingEvent(payload: Array(payload.utf8), requestID: call.requestID)
            try events.enqueue(event, for: try call.target("f"), in: &call)
        }
    }

    private func left(_ bench: TestBench) throws -> Int {
        try bench.transact { (call) throws(ServiceError) in
            try call.count(InvocationKey.range(), limit: 1000) + (try call.count(InvocationDueKey.range(), limit: 1000))
                + (try call.count(InvocationOfFunctionKey.range(), limit: 1000))
        }
    }

    private func dead(_ bench: TestBench) throws -> [StoredMessage] {
        try bench.transact { (call) throws(ServiceError) in
            try call.page(StoredMessageKey.all(StoredQueues.arn("dead")), limit: 100).map(\.value)
        }
    }

    @Test func `an event is delivered with the request id of its Invoke`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker()
        let events = self.start(bench, invoker)
        try self.enqueue(#"{"n":1}"#, events, on: bench)
        #expect(invoker.invocations.map(\.payload) == [#"{"n":1}"#])
        #expect(invoker.invocations.map(\.requestID) == [bench.context().requestID])
        #expect(try self.left(bench) == 0)
        #expect(events.counts == AsyncCounts(delivered: 1))
    }

    @Test func `a function error is tried again after one minute and after two`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker { _, _ in .functionError("{}") }
        let events = self.start(bench, invoker)
        let start = bench.clock.now
        try self.enqueue("{}", events, on: bench)
        bench.advance(seconds: 3600)
        #expect(invoker.invocations.map { $0.at - start } == [0 as Int64, 60_000, 180_000])
        #expect(try self.left(bench) == 0)
        #expect(events.counts == AsyncCounts(retried: 2, dropped: 1))
    }

    @Test func `throttling is tried again for six hours, at most five minutes apart`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let throttled = self.throttled
        let invoker = ScriptedInvoker { _, _ in .failure(throttled) }
        let events = self.start(bench, invoker)
        let start = bench.clock.now
        try self.enqueue("{}", events, on: bench)
        bench.advance(seconds: 8 * 3600)
        let times = invoker.invocations.map { $0.at - start }
        let first: [Int64] = [0, 1000, 3000, 7000, 15_000, 31_000]
        #expect(Array(times.prefix(6)) == first)
        let longest: Int64? = zip(times, times.dropFirst()).map { earlier, later in later - earlier }.max()
        #expect(longest == 300_000)
        let sixHours: Int64 = 21_600_000
        let last = try #require(times.last)
        #expect(last > sixHours - 300_000 && last <= sixHours)
        #expect(try self.left(bench) == 0)
    }

    @Test func `what fails for good goes to the dead-letter queue`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction(deadLetterARN: StoredQueues.arn("dead"))
        let invoker = ScriptedInvoker { _, _ in .functionError(#"{"errorMessage":"no good","errorType":"X"}"#) }
        let events = self.start(bench, invoker)
        try self.enqueue(#"{"n":2}"#, events, on: bench)
        bench.advance(seconds: 600)
        let message = try #require(try self.dead(bench).first)
        #expect(message.body == #"{"n":2}"#)
        #expect(message.attributes["RequestID"] == bench.context().requestID)
        #expect(message.attributes["ErrorCode"] == "200")
        #expect(message.attributes["ErrorMessage"] == "no good")
        #expect(events.counts == AsyncCounts(retried: 2, deadLettered: 1))
    }

    @Test func `a role that may not send drops the event`() throws {
        let bench = TestBench.lambda(authorizer: RecordingAuthorizer(refusing: ["sqs:SendMessage"]))
        try bench.makeFunction(deadLetterARN: StoredQueues.arn("dead"))
        let events = self.start(bench, ScriptedInvoker { _, _ in .functionError("{}") })
        try self.enqueue("{}", events, on: bench)
        bench.advance(seconds: 600)
        #expect(try self.dead(bench).isEmpty)
        #expect(events.counts == AsyncCounts(retried: 2, dropped: 1))
    }

    @Test func `at most 64 run at once and all are delivered`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker { _, _ in .hang }
        let events = self.start(bench, invoker)
        for number in 0..<200 { try self.enqueue("\(number)", events, on: bench) }
        #expect(invoker.invocations.count == 64)
        for _ in 0..<10 {
            invoker.letGo()
            bench.driver.settle()
        }
        #expect(Set(invoker.invocations.map(\.payload)).count == 200)
        #expect(invoker.invocations.count == 200)
        #expect(invoker.mostRunning == 64)
        #expect(try self.left(bench) == 0)
    }

    @Test func `a function that hangs holds up its own events alone`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction("f", id: 7)
        try bench.makeFunction("g", id: 8)
        let invoker = ScriptedInvoker { invocation, _ in invocation.function == "f" ? .hang : .success("null") }
        let events = self.start(bench, invoker)
        for number in 0..<200 { try self.enqueue("\(number)", events, on: bench) }
        try bench.transact { (call) throws(ServiceError) in
            let event = IncomingEvent(payload: [0x31], requestID: "r")
            try events.enqueue(event, for: try call.target("g"), in: &call)
        }
        #expect(invoker.invocations.count == 65)
        #expect(invoker.invocations.last?.function == "g")
        for _ in 0..<10 {
            invoker.letGo()
            bench.driver.settle()
        }
        #expect(invoker.invocations.count == 201)
        #expect(try self.left(bench) == 0)
    }

    @Test func `what was in flight at a crash is delivered again at once`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let events = self.start(bench, ScriptedInvoker { _, _ in .hang })
        for number in 0..<3 { try self.enqueue("\(number)", events, on: bench) }
        let next = TestBench.lambda(seed: 2, after: bench)
        let invoker = ScriptedInvoker()
        let later = self.start(next, invoker)
        defer { withExtendedLifetime(later) {} }
        next.driver.settle()
        #expect(invoker.invocations.map(\.payload).sorted() == ["0", "1", "2"])
        #expect(try self.left(next) == 0)
    }

    @Test func `events of a deleted function are dropped, also where another has its name`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction(id: 7)
        let invoker = ScriptedInvoker { _, _ in .functionError("{}") }
        let events = self.start(bench, invoker)
        try self.enqueue("{}", events, on: bench)
        try bench.deleteFunction()
        try bench.makeFunction(id: 8)
        bench.advance(seconds: 600)
        #expect(invoker.invocations.count == 1)
        #expect(try self.left(bench) == 0)
    }

    @Test func `events of a deleted function are dropped at once`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction(id: 7)
        try bench.makeFunction("g", id: 8)
        let throttled = self.throttled
        let events = self.start(bench, ScriptedInvoker { _, _ in .failure(throttled) })
        for number in 0..<150 { try self.enqueue("\(number)", events, on: bench) }
        try bench.transact { (call) throws(ServiceError) in
            let event = IncomingEvent(payload: [0x31], requestID: "r")
            try events.enqueue(event, for: try call.target("g"), in: &call)
        }
        try bench.deleteFunction()
        events.forget(7, on: bench.host)
        bench.driver.settle()
        // What is left is the other function's.
        #expect(try self.left(bench) == 3)
    }

    @Test(arguments: 1...20) func `no acknowledged event is lost at a crash between any two steps`(seed: UInt64) throws
    {
        var bench = TestBench.lambda(seed: seed)
        try bench.makeFunction()
        var delivered: Set<String> = []
        var sent: Set<String> = []
        for round in 0..<4 {
            let invoker = ScriptedInvoker { _, number in number % 3 == 0 ? .functionError("{}") : .success("null") }
            let events = self.start(bench, invoker)
            for number in 0..<5 {
                let payload = "\(round)-\(number)"
                bench.host.write(
                    bench.context(),
                    { (call) throws(ServiceError) in
                        let event = IncomingEvent(payload: Array(payload.utf8), requestID: call.requestID)
                        try events.enqueue(event, for: try call.target("f"), in: &call)
                    }, completion: { _ in })
                sent.insert(payload)
            }
            // So many steps, then the crash; what was not committed by then was never acknowledged.
            for _ in 0..<Int(bench.entropy.below(40)) { _ = bench.driver.runOne() }
            let kept = try bench.host.read(bench.context()) { (call) throws(ServiceError) in
                try call.page(InvocationKey.range(), limit: 100).map {
                    String(decoding: $0.value.payload, as: UTF8.self)
                }
            }
            delivered.formUnion(invoker.invocations.map(\.payload))
            sent = sent.filter { kept.contains($0) || delivered.contains($0) }
            bench = TestBench.lambda(seed: seed &* 31 &+ UInt64(round), after: bench)
        }
        let invoker = ScriptedInvoker()
        let events = self.start(bench, invoker)
        defer { withExtendedLifetime(events) {} }
        bench.advance(seconds: 600)
        delivered.formUnion(invoker.invocations.map(\.payload))
        #expect(sent.subtracting(delivered).isEmpty)
        #expect(try self.left(bench) == 0)
    }
}
