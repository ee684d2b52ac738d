import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@Suite struct MappingPollerTests {
    private static let queue = StoredQueues.arn("q")

    private func start(_ bench: TestBench, _ invoker: ScriptedInvoker) -> MappingPollers {
        let pollers = MappingPollers(invoker: invoker)
        pollers.start(host: bench.host)
        return pollers
    }

    private func map(
        _ bench: TestBench, _ pollers: MappingPollers, queue: String = MappingPollerTests.queue,
        _ change: (inout CreateEventSourceMappingInput) -> Void = { _ in }
    ) throws -> String {
        var input = CreateEventSourceMappingInput(functionName: "f", eventSourceArn: queue)
        change(&input)
        return try #require(try bench.perform(CreateEventSourceMapping(pollers: pollers), input).uuid)
    }

    private func send(_ bodies: [String], to queue: String = MappingPollerTests.queue, on bench: TestBench) throws {
        let queues = StoredQueues()
        try bench.transact { (call) throws(ServiceError) in
            for body in bodies { try queues.send(OutgoingMessage(body: body), to: queue, in: &call) }
        }
    }

    private func left(_ bench: TestBench, in queue: String = MappingPollerTests.queue) throws -> [String] {
        try bench.transact { (call) throws(ServiceError) in
            try call.page(StoredMessageKey.all(queue), limit: 1000).map(\.value.body)
        }
    }

    private static func bodies(_ payload: String) -> [String] {
        let records = (try? JSONValue(parsing: payload))?["Records"]?.arrayValue ?? []
        return records.compactMap { $0["body"]?.stringValue }
    }

    @Test func `messages are delivered and deleted`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker()
        let pollers = self.start(bench, invoker)
        _ = try self.map(bench, pollers)
        try self.send(["a", "b"], on: bench)
        #expect(invoker.invocations.flatMap { Self.bodies($0.payload) } == ["a", "b"])
        #expect(try self.left(bench).isEmpty)
        bench.advance(seconds: 60)
        try self.send(["c"], on: bench)
        #expect(invoker.invocations.last.map { Self.bodies($0.payload) } == ["c"])
        #expect(try self.left(bench).isEmpty)
    }

    @Test func `a batch is no larger than the mapping says`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker()
        let pollers = self.start(bench, invoker)
        try self.send((0..<12).map { "\($0)" }, on: bench)
        _ = try self.map(bench, pollers) { $0.batchSize = 5 }
        #expect(invoker.invocations.map { Self.bodies($0.payload).count } == [5, 5, 2])
    }

    @Test func `an idle mapping commits nothing`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let pollers = self.start(bench, ScriptedInvoker())
        _ = try self.map(bench, pollers)
        let before = bench.storage.statistics.commits
        bench.advance(seconds: 3600)
        #expect(bench.storage.statistics.commits == before)
    }

    @Test func `what the function fails is delivered again after the visibility time-out`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker { _, number in number == 1 ? .functionError("{}") : .success("null") }
        let pollers = self.start(bench, invoker)
        _ = try self.map(bench, pollers)
        let start = bench.clock.now
        try self.send(["a"], on: bench)
        #expect(try self.left(bench) == ["a"])
        bench.advance(seconds: 40)
        #expect(invoker.invocations.map { $0.at - start } == [0 as Int64, 30_000])
        #expect(try self.left(bench).isEmpty)
    }

    @Test func `only the reported messages of a batch stay`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker { _, _ in .success(#"{"batchItemFailures":[{"itemIdentifier":"m2"}]}"#) }
        let pollers = self.start(bench, invoker)
        try self.send(["a", "b", "c"], on: bench)
        _ = try self.map(bench, pollers) { $0.functionResponseTypes = ["ReportBatchItemFailures"] }
        #expect(try self.left(bench) == ["b"])
    }

    @Test func `without ReportBatchItemFailures the answer does not matter`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker { _, _ in .success(#"{"batchItemFailures":[{"itemIdentifier":"m1"}]}"#) }
        let pollers = self.start(bench, invoker)
        try self.send(["a"], on: bench)
        _ = try self.map(bench, pollers)
        #expect(try self.left(bench).isEmpty)
    }

    @Test func `few batches run at first and more while the queue stays full`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker { _, _ in .hang }
        let pollers = self.start(bench, invoker)
        try self.send((0..<100).map { "\($0)" }, on: bench)
        _ = try self.map(bench, pollers) { $0.batchSize = 1 }
        #expect(invoker.mostRunning == 5)
        invoker.letGo()
        bench.driver.settle()
        #expect(invoker.mostRunning > 5)
    }

    @Test func `MaximumConcurrency bounds the batches that run`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker { _, _ in .hang }
        let pollers = self.start(bench, invoker)
        try self.send((0..<30).map { "\($0)" }, on: bench)
        _ = try self.map(bench, pollers) {
            $0.batchSize = 1
            $0.scalingConfig = ScalingConfig(maximumConcurrency: 2)
        }
        for _ in 0..<5 {
            invoker.letGo()
            bench.driver.settle()
        }
        #expect(invoker.mostRunning == 2)
    }

    @Test func `a window gathers what comes in its time`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker()
        let pollers = self.start(bench, invoker)
        _ = try self.map(bench, pollers) {
            $0.batchSize = 100
            $0.maximumBatchingWindowInSeconds = 5
        }
        try self.send(["a"], on: bench)
        bench.advance(seconds: 2)
        try self.send(["b", "c"], on: bench)
        #expect(invoker.invocations.isEmpty)
        bench.advance(seconds: 4)
        #expect(invoker.invocations.map { Self.bodies($0.payload) } == [["a", "b", "c"]])
        #expect(try self.left(bench).isEmpty)
    }

    /// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
    @Test func `messages that no filter lets pass are deleted unseen`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker()
        let pollers = self.start(bench, invoker)
        try self.send(
            [#"{"RequestCode": "AAAA"}"#, #"{"RequestCode": "BBBB"}"#, "BBBB", "text", #"{"n": 7}"#], on: bench)
        _ = try self.map(bench, pollers) {
            $0.filterCriteria = FilterCriteria(filters: [
                Filter(pattern: #"{"body": {"RequestCode": ["BBBB"]}}"#), Filter(pattern: #"{"body": ["text"]}"#),
                Filter(pattern: #"{"body": {"n": [{"numeric": [">", 5]}]}}"#),
            ])
        }
        let seen = invoker.invocations.flatMap { Self.bodies($0.payload) }
        #expect(seen == [#"{"RequestCode": "BBBB"}"#, "text", #"{"n": 7}"#])
        #expect(try self.left(bench).isEmpty)
        // A batch of which nothing is left runs nothing, and is no error that makes the poller wait.
        try self.send((0..<30).map { "no \($0)" } + ["text"], on: bench)
        #expect(invoker.invocations.count == 2)
        #expect(try self.left(bench).isEmpty)
    }

    @Test func `what a filter may not delete comes again, and never to the function`() throws {
        let authorizer = RecordingAuthorizer()
        let bench = TestBench.lambda(authorizer: authorizer)
        try bench.makeFunction()
        let invoker = ScriptedInvoker()
        let pollers = self.start(bench, invoker)
        _ = try self.map(bench, pollers) {
            $0.filterCriteria = FilterCriteria(filters: [Filter(pattern: #"{"body": ["yes"]}"#)])
        }
        authorizer.refuse(["sqs:DeleteMessage"])
        try self.send(["no", "yes"], on: bench)
        #expect(try self.left(bench) == ["no", "yes"])
        authorizer.refuse([])
        bench.advance(seconds: 60)
        #expect(Set(invoker.invocations.flatMap { Self.bodies($0.payload) }) == ["yes"])
        #expect(try self.left(bench).isEmpty)
    }

    @Test func `a disabled mapping takes nothing, and an enabled one goes on`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker()
        let pollers = self.start(bench, invoker)
        let id = try self.map(bench, pollers)
        let update = UpdateEventSourceMapping(pollers: pollers)
        _ = try bench.perform(update, UpdateEventSourceMappingInput(uuid: id, enabled: false))
        try self.send(["a"], on: bench)
        bench.advance(seconds: 60)
        #expect(invoker.invocations.isEmpty)
        #expect(pollers.count == 0)
        _ = try bench.perform(update, UpdateEventSourceMappingInput(uuid: id, enabled: true))
        #expect(invoker.invocations.count == 1)
    }

    @Test func `a role that lost its rights waits, and goes on when it has them`() throws {
        let authorizer = RecordingAuthorizer()
        let bench = TestBench.lambda(authorizer: authorizer)
        try bench.makeFunction()
        let invoker = ScriptedInvoker()
        let pollers = self.start(bench, invoker)
        _ = try self.map(bench, pollers)
        authorizer.refuse(["sqs:ReceiveMessage"])
        try self.send(["a"], on: bench)
        bench.advance(seconds: 120)
        #expect(invoker.invocations.isEmpty)
        authorizer.refuse([])
        bench.advance(seconds: 30)
        #expect(invoker.invocations.count == 1)
    }

    @Test func `pollers start with the server`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        _ = try self.map(bench, self.start(bench, ScriptedInvoker()))
        let next = TestBench.lambda(seed: 2, after: bench)
        let invoker = ScriptedInvoker()
        let pollers = self.start(next, invoker)
        defer { withExtendedLifetime(pollers) {} }
        try self.send(["a"], on: next)
        #expect(invoker.invocations.count == 1)
    }

    @Test(arguments: 1...20) func `every message is delivered whatever step a crash comes after`(seed: UInt64) throws {
        var bench = TestBench.lambda(seed: seed)
        try bench.makeFunction()
        _ = try self.map(bench, MappingPollers(invoker: ScriptedInvoker()))
        try self.send((0..<20).map { "\($0)" }, on: bench)
        var delivered: [String] = []
        for round in 0..<4 {
            let invoker = ScriptedInvoker { _, number in number % 4 == 0 ? .functionError("{}") : .success("null") }
            let pollers = self.start(bench, invoker)
            defer { withExtendedLifetime(pollers) {} }
            for _ in 0..<Int(bench.entropy.below(60)) { _ = bench.driver.runOne() }
            delivered += invoker.invocations.flatMap { Self.bodies($0.payload) }
            bench = TestBench.lambda(seed: seed &* 31 &+ UInt64(round), after: bench)
        }
        let invoker = ScriptedInvoker()
        let pollers = self.start(bench, invoker)
        defer { withExtendedLifetime(pollers) {} }
        bench.advance(seconds: 120)
        delivered += invoker.invocations.flatMap { Self.bodies($0.payload) }
        #expect(Set(delivered).count == 20)
        #expect(try self.left(bench).isEmpty)
    }

    @Test(arguments: 1...20) func `a filter loses and lets slip nothing whatever step a crash comes after`(seed: UInt64)
        throws
    {
        var bench = TestBench.lambda(seed: seed)
        try bench.makeFunction()
        _ = try self.map(bench, MappingPollers(invoker: ScriptedInvoker())) {
            $0.filterCriteria = FilterCriteria(filters: [Filter(pattern: #"{"body": {"wanted": [true]}}"#)])
        }
        let bodies = (0..<20).map { "{\"n\": \($0), \"wanted\": \($0 % 3 == 0)}" }
        try self.send(bodies, on: bench)
        var delivered: [String] = []
        for round in 0..<4 {
            let invoker = ScriptedInvoker()
            let pollers = self.start(bench, invoker)
            defer { withExtendedLifetime(pollers) {} }
            for _ in 0..<Int(bench.entropy.below(40)) { _ = bench.driver.runOne() }
            delivered += invoker.invocations.flatMap { Self.bodies($0.payload) }
            bench = TestBench.lambda(seed: seed &* 31 &+ UInt64(round), after: bench)
        }
        let invoker = ScriptedInvoker()
        let pollers = self.start(bench, invoker)
        defer { withExtendedLifetime(pollers) {} }
        bench.advance(seconds: 120)
        delivered += invoker.invocations.flatMap { Self.bodies($0.payload) }
        #expect(Set(delivered) == Set(bodies.filter { $0.contains("true") }))
        #expect(try self.left(bench).isEmpty)
    }

    @Test func `the event is the documented one`() throws {
        let message = IncomingMessage(
            id: "059f36b4", receipt: "AQEB", body: "Test", bodyMD5: "e4e68fb7",
            systemAttributes: ["ApproximateReceiveCount": "1", "SentTimestamp": "1545082649183"],
            attributes: [
                "bin": .init(dataType: "Binary", stringValue: nil, binaryValue: [0, 1]),
                "myAttribute": .init(dataType: "String", stringValue: "myValue", binaryValue: nil),
            ], attributesMD5: nil)
        let queue = ARN(service: "sqs", region: "us-east-2", account: "123456789012", resource: "my-queue")
        let expected: JSONValue = [
            "Records": [
                [
                    "messageId": "059f36b4", "receiptHandle": "AQEB", "body": "Test",
                    "attributes": ["ApproximateReceiveCount": "1", "SentTimestamp": "1545082649183"],
                    "messageAttributes": [
                        "bin": [
                            "binaryValue": "AAE=", "stringListValues": [], "binaryListValues": [], "dataType": "Binary",
                        ],
                        "myAttribute": [
                            "stringValue": "myValue", "stringListValues": [], "binaryListValues": [],
                            "dataType": "String",
                        ],
                    ],
                    "md5OfBody": "e4e68fb7", "eventSource": "aws:sqs",
                    "eventSourceARN": "arn:aws:sqs:us-east-2:123456789012:my-queue", "awsRegion": "us-east-2",
                ]
            ]
        ]
        #expect(try JSONValue(parsing: SQSEvent.json([message], queue: queue)) == expected)
    }
}
