import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import Testing

/// Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
@Suite struct RecursionGuardTests {
    private static let arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"
    private static let root = "Root=1-5759e988-bd862e3fe1be46a994272793"

    /// A header that has been to `f` so often.
    private func trace(_ count: Int) -> String {
        var lineage = Lineage()
        for _ in 0..<count { lineage.visit(Self.arn) }
        return "\(Self.root);Parent=53995c3f42cd8ad8;Sampled=1;Lineage=\(lineage.text)"
    }

    private func allow(_ bench: TestBench) throws {
        _ = try bench.run(
            PutFunctionRecursionConfig.self, PutFunctionRecursionConfigInput(functionName: "f", recursiveLoop: "Allow"))
    }

    // MARK: Headers

    @Test func `a lineage counts each function for itself`() {
        var lineage = Lineage(header: "Root=1-2-3;Lineage=a87bd80c:0|68fd508a:5")
        #expect(lineage.text == "a87bd80c:0|68fd508a:5")
        #expect(lineage.count(Self.arn) == 0)
        lineage.visit(Self.arn)
        lineage.visit("other")
        lineage.visit(Self.arn)
        #expect(lineage.count(Self.arn) == 2 && lineage.count("other") == 1)
        #expect(Lineage(header: "Lineage=\(lineage.text)") == lineage)
    }

    @Test(arguments: [
        nil, "", "Lineage", "Lineage=", "Lineage=|||", "Lineage=1:2:3", "Lineage=ZZZZZZZZ:1", "Lineage=a87bd80c:-1",
        "Lineage=a87bd80c:99999999999999999999", "Lineage=a87bd80c:1" + String(repeating: "|", count: 2_000),
    ])
    func `what cannot be read says nothing`(_ header: String?) {
        #expect(Lineage(header: header) == Lineage())
    }

    @Test func `a lineage forgets the function of the longest ago`() {
        var lineage = Lineage()
        for number in 0..<100 { lineage.visit("f\(number)") }
        #expect(lineage.count("f99") == 1 && lineage.count("f83") == 0 && lineage.count("f84") == 1)
        #expect(lineage.text.utf8.count < 256)
    }

    @Test func `an invocation keeps the trace and has a parent of its own`() {
        let entropy = SeededEntropy(seed: 1)
        let now = Timestamp(milliseconds: 0x5759_e988 * 1000)
        let next = TraceHeader.next(after: self.trace(1), lineage: Lineage(), now: now, entropy: entropy)
        #expect(next.hasPrefix("\(Self.root);Parent="))
        #expect(!next.contains("53995c3f42cd8ad8") && next.contains(";Sampled=1;"))
        for cause in [nil, "Root=1-x", "Root=1-5759e988-bd862e3fe1be46a99427279\"", "Self=1"] {
            let new = TraceHeader.next(after: cause, lineage: Lineage(), now: now, entropy: entropy)
            let parts = new.split(separator: ";")
            #expect(parts[0].utf8.count == 5 + 35 && parts[1].utf8.count == 7 + 16 && parts[2] == "Sampled=0")
        }
    }

    // MARK: Events

    private func deliver(_ trace: String, on bench: TestBench, _ invoker: ScriptedInvoker) throws -> AsyncInvocations {
        let events = AsyncInvocations(invoker: invoker)
        events.start(host: bench.host)
        try bench.transact { (call) throws(ServiceError) in
            let event = IncomingEvent(payload: Array("{}".utf8), requestID: "r", trace: trace)
            try events.enqueue(event, for: try call.target("f"), in: &call)
        }
        return events
    }

    @Test func `the sixteenth invocation for an event runs, and the next is told to the dead-letter queue`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction(deadLetterARN: StoredQueues.arn("dead"))
        let invoker = ScriptedInvoker()
        _ = try self.deliver(self.trace(15), on: bench, invoker)
        #expect(invoker.invocations.count == 1)
        let events = try self.deliver(self.trace(16), on: bench, invoker)
        #expect(invoker.invocations.count == 1)
        #expect(events.counts == AsyncCounts(deadLettered: 1))
        let dead = try bench.transact { (call) throws(ServiceError) in
            try call.page(StoredMessageKey.all(StoredQueues.arn("dead")), limit: 10).map(\.value)
        }
        #expect(dead.map(\.body) == ["{}"])
        #expect(dead.first?.attributes["ErrorMessage"]?.contains("recursive loop") == true)
    }

    @Test func `a function that allows loops is not stopped`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        try self.allow(bench)
        let invoker = ScriptedInvoker()
        _ = try self.deliver(self.trace(500), on: bench, invoker)
        #expect(invoker.invocations.count == 1)
    }

    @Test func `what a destination is told comes after the invocation in the lineage`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let queue = StoredQueues.arn("good")
        let config = EventInvokeRecord(onSuccess: queue, lastModified: bench.clock.now)
        try bench.transact { (call) throws(ServiceError) in
            try call.put(EventInvokeKey(function: 7, qualifier: "$LATEST"), config)
        }
        _ = try self.deliver(self.trace(3), on: bench, ScriptedInvoker())
        let told = try bench.transact { (call) throws(ServiceError) in
            try call.page(StoredMessageKey.all(queue), limit: 10).map(\.value)
        }
        #expect(Lineage(header: told.first?.trace).count(Self.arn) == 4)
    }

    // MARK: Queues

    @Test func `messages that go on with a loop stay in the queue, and the others are delivered`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let queue = StoredQueues.arn("q")
        let traces = [self.trace(16), self.trace(2), self.trace(7)]
        try bench.transact { (call) throws(ServiceError) in
            for (number, trace) in traces.enumerated() {
                var message = StoredMessage(body: "m\(number)", attributes: [:], visible: call.now)
                message.trace = trace
                try call.put(StoredMessageKey(queue: queue, number: UInt64(number + 1)), message)
            }
        }
        let invoker = ScriptedInvoker()
        let pollers = MappingPollers(invoker: invoker)
        pollers.start(host: bench.host)
        _ = try bench.perform(
            CreateEventSourceMapping(pollers: pollers),
            CreateEventSourceMappingInput(functionName: "f", eventSourceArn: queue))
        #expect(invoker.invocations.count == 1)
        let event = try JSONValue(parsing: try #require(invoker.invocations.first).payload)
        #expect(event["Records"]?.arrayValue?.compactMap { $0["body"]?.stringValue } == ["m1", "m2"])
        #expect(Lineage(header: invoker.invocations.first?.trace).count(Self.arn) == 7)
        let left = try bench.transact { (call) throws(ServiceError) in
            try call.page(StoredMessageKey.all(queue), limit: 10).map(\.value.body)
        }
        #expect(left == ["m0"])
    }
}
