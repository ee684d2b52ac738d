import ApusBase
import ApusLogs
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@Suite struct SubscriptionDeliveryTests {
    private func bench(
        _ invoker: any FunctionInvoker = RecordingInvoker(), authorizer: any Authorizer = RecordingAuthorizer()
    ) throws -> TestBench {
        let bench = TestBench {
            $0.functions = invoker
            $0.authorizer = authorizer
        }
        try bench.createGroup()
        return bench
    }

    /// The form of AWS's pages "Subscription filters with Lambda" and "Using Lambda with CloudWatch Logs".
    @Test func `the function's event has the documented form`() throws {
        let invoker = RecordingInvoker()
        let bench = try self.bench(invoker)
        try bench.subscribe()
        try bench.put(["one", "two"])
        let sent = try #require(invoker.events.first)
        #expect(sent.function == functionARN)
        let delivery = try Delivery(sent.event)
        #expect(delivery.json["messageType"] == "DATA_MESSAGE")
        #expect(delivery.json["owner"] == "123456789012")
        #expect(delivery.json["logGroup"] == "g")
        #expect(delivery.json["logStream"] == "s")
        #expect(delivery.json["subscriptionFilters"] == ["s"])
        #expect(delivery.messages == ["one", "two"])
        let now = bench.clock.now.milliseconds
        #expect(delivery.events.map { $0["timestamp"]?.int64Value } == [now, now + 1000])
        #expect(delivery.events.allSatisfy { $0["extractedFields"] == nil })
        let filtered = try bench.run(FilterLogEvents.self, FilterLogEventsInput(logGroupName: "g")).events
        #expect(delivery.events.map { $0["id"]?.stringValue } == filtered?.map(\.eventId))
    }

    @Test func `only events that match are sent, to each subscriber its own`() throws {
        let invoker = RecordingInvoker()
        let bench = try self.bench(invoker)
        try bench.subscribe("errors", pattern: "ERROR")
        try bench.subscribe("warnings", pattern: "{ $.level = WARN }", to: functionARN + "2")
        try bench.put(["ERROR 1", "INFO", #"{"level":"WARN"}"#, "ERROR 2"])
        #expect(invoker.events.map(\.function) == [functionARN, functionARN + "2"])
        #expect(
            try invoker.events.map { try Delivery($0.event).messages } == [
                ["ERROR 1", "ERROR 2"], [#"{"level":"WARN"}"#],
            ])
        try bench.put(["nothing"])
        #expect(invoker.events.count == 2)
    }

    @Test func `patterns in brackets send their fields along`() throws {
        let invoker = RecordingInvoker()
        let bench = try self.bench(invoker)
        try bench.subscribe(pattern: "[level = ERROR, code, ...]")
        try bench.put(["ERROR 42 x"])
        let event = try #require(try Delivery(invoker.events[0].event).events.first)
        #expect(event["extractedFields"] == ["level": "ERROR", "code": "42", "3": "x"])
    }

    @Test func `the group acts as the service, with its ARN and account`() throws {
        let invoker = RecordingInvoker()
        let bench = try self.bench(invoker)
        try bench.subscribe()
        try bench.put(["x"])
        let service = ServiceIdentity(
            name: "logs.amazonaws.com", sourceARN: "arn:aws:logs:eu-west-1:123456789012:log-group:g:*",
            sourceAccount: "123456789012")
        #expect(invoker.events.map(\.principal) == [.service(service)])
    }

    @Test(arguments: ["logs.amazonaws.com", "logs.eu-west-1.amazonaws.com"])
    func `a policy may name the service with or without the region`(name: String) throws {
        let invoker = RecordingInvoker()
        let bench = try self.bench(invoker, authorizer: OnlyService(name: name))
        try bench.subscribe()
        try bench.put(["x"])
        #expect(invoker.events.count == 1)
    }

    @Test func `a function that refuses later gets nothing, and the events are stored all the same`() throws {
        let authorizer = RecordingAuthorizer()
        let invoker = RecordingInvoker()
        let bench = try self.bench(invoker, authorizer: authorizer)
        try bench.subscribe()
        authorizer.refuse(["lambda:InvokeFunction"])
        try bench.put(["x"])
        #expect(invoker.events.isEmpty)
        #expect(try bench.filter() == ["x"])
    }

    @Test func `what functions print is sent too, in the name of the group and not of the role`() throws {
        let invoker = RecordingInvoker()
        let bench = try self.bench(invoker)
        try bench.subscribe()
        let event = FunctionLogEvent(
            account: TestBench.account, region: TestBench.region, functionName: "f",
            roleARN: "arn:aws:iam::123456789012:role/r", group: "g", stream: "new", timestamp: bench.clock.now,
            message: "printed")
        try bench.transact { (call) throws(ServiceError) in try LogStreamSink().write([event], in: &call) }
        #expect(try invoker.events.map { try Delivery($0.event).messages } == [["printed"]])
        guard case .service = invoker.events[0].principal else { return #expect(Bool(false), "not the service") }
    }

    @Test func `batches larger than a function takes are parted, and what is too large alone is left out`() throws {
        let noise = SeededEntropy(seed: 1)
        func event(_ number: UInt64, bytes: Int) -> SubscriptionPayload.Event {
            SubscriptionPayload.Event(
                id: EventID(time: Timestamp(milliseconds: 1), stream: 1, sequence: number),
                time: Timestamp(milliseconds: 1), message: Hex.encode(noise.bytes(count: bytes / 2)))
        }
        let payload = SubscriptionPayload(owner: "1", group: "g", stream: "s", filter: "f")
        // Four bits of chance in each byte: half its size compressed, two thirds in Base64.
        let parts = payload.batches((0..<4).map { event($0, bytes: 900_000) })
        #expect(parts.count == 4)
        #expect(parts.allSatisfy { $0.count <= LogsLimits.subscriptionBytes })
        #expect(
            try parts.flatMap { try Delivery($0).events.map { $0["id"]?.stringValue?.suffix(1) } } == [
                "0", "1", "2", "3",
            ])
        #expect(payload.batches([event(0, bytes: 2_000_000), event(1, bytes: 10)]).count == 1)
        #expect(payload.batches([]).isEmpty)
    }

    @Test func `a deleted subscription sends nothing`() throws {
        let invoker = RecordingInvoker()
        let bench = try self.bench(invoker)
        try bench.subscribe()
        _ = try bench.run(
            DeleteSubscriptionFilter.self, DeleteSubscriptionFilterInput(logGroupName: "g", filterName: "s"))
        try bench.put(["x"])
        #expect(invoker.events.isEmpty)
    }

    @Test(arguments: 1...20) func `an event that is acknowledged is left for its function, whatever dies when`(
        seed: UInt64
    ) throws {
        var bench = TestBench(seed: seed) { $0.functions = StoredInvoker() }
        try bench.createGroup()
        try bench.subscribe(pattern: "-skip")
        var acknowledged: Set<String> = []
        for round in 0..<4 {
            let answers = (0..<5).map { number in (message: "\(round)-\(number)", answer: Answer<Bool>()) }
            for (message, answer) in answers {
                let event = InputLogEvent(timestamp: Int(bench.clock.now.milliseconds), message: message)
                let input = PutLogEventsInput(logGroupName: "g", logStreamName: "s", logEvents: [event])
                bench.host.perform(PutLogEvents.self, input, bench.context()) { result in
                    if case .success = result { answer.set(true) } else { answer.set(false) }
                }
            }
            for _ in 0..<Int(bench.entropy.below(8)) { _ = bench.driver.runOne() }
            for (message, answer) in answers where answer.peek == true { acknowledged.insert(message) }
            bench.driver.crash()
            bench = TestBench(seed: seed &* 31 &+ UInt64(round), storage: bench.storage, clock: bench.clock) {
                $0.functions = StoredInvoker()
            }
        }
        let left = try bench.transact { (call) throws(ServiceError) in
            try call.page(StoredInvoker.Key.range(), limit: 1000).map(\.value.bytes)
        }
        let delivered = try left.flatMap { try Delivery($0).messages }
        let stored = try bench.filter()
        #expect(acknowledged.isSubset(of: Set(delivered)))
        // Event and delivery are one transaction: neither is there without the other.
        #expect(stored.sorted() == delivered.sorted())
    }
}
