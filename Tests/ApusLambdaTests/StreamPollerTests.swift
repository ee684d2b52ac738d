import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import Testing

/// The machinery for streams, on a stream that is none of a service yet.
@Suite struct StreamPollerTests {
    private static func mapping(_ change: (inout StreamMapping) -> Void = { _ in }) -> StreamMapping {
        var mapping = StreamMapping(
            id: "m", function: FunctionKey(account: TestBench.account, region: TestBench.region, name: "f"),
            streamARN: FakeStream.arn, kind: .kinesis, start: .trimHorizon)
        change(&mapping)
        return mapping
    }

    @discardableResult
    private func start(
        _ bench: TestBench, _ stream: FakeStream, _ invoker: ScriptedInvoker,
        _ change: (inout StreamMapping) -> Void = { _ in }
    ) -> StreamPoller {
        let poller = StreamPoller(
            mapping: Self.mapping(change), source: stream, invoker: invoker, host: bench.host)
        bench.driver.spawn { await poller.run() }
        bench.driver.settle()
        return poller
    }

    private static func numbers(_ payload: String) -> [Int] {
        let records = (try? JSONValue(parsing: payload))?["Records"]?.arrayValue ?? []
        return records.compactMap { $0["n"]?.int64Value.map { Int($0) } }
    }

    private func checkpoint(_ bench: TestBench, _ shard: String = "s1") throws -> ShardCheckpoint? {
        try bench.transact { (call) throws(ServiceError) in
            try call.get(ShardCheckpointKey(mapping: "m", shard: shard))
        }
    }

    private func bench() throws -> (TestBench, FakeStream) {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let stream = FakeStream()
        stream.add("s1")
        return (bench, stream)
    }

    @Test func `records are run in batches and checkpointed`() throws {
        let (bench, stream) = try self.bench()
        try stream.put(Array(1...5), on: bench)
        let invoker = ScriptedInvoker()
        self.start(bench, stream, invoker) { $0.batchSize = 2 }
        #expect(invoker.invocations.map { Self.numbers($0.payload) } == [[1, 2], [3, 4], [5]])
        #expect(try self.checkpoint(bench)?.sequenceNumber == "5")
        try stream.put([6], on: bench)
        #expect(invoker.invocations.last.map { Self.numbers($0.payload) } == [6])
    }

    @Test func `a mapping that begins at a time passes what came before`() throws {
        let (bench, stream) = try self.bench()
        try stream.put([1], on: bench)
        bench.advance(seconds: 1)
        let invoker = ScriptedInvoker()
        let now = bench.clock.now
        self.start(bench, stream, invoker) { $0.start = .at(now) }
        try stream.put([2], on: bench)
        #expect(invoker.invocations.map { Self.numbers($0.payload) } == [[2]])
    }

    @Test func `a child shard waits until its parent is over`() throws {
        let (bench, stream) = try self.bench()
        stream.add("s2", parents: ["s1"])
        try stream.put([1], on: bench)
        try stream.put([2], to: "s2", on: bench)
        let invoker = ScriptedInvoker()
        self.start(bench, stream, invoker)
        #expect(invoker.invocations.map { Self.numbers($0.payload) } == [[1]])
        try stream.close("s1", on: bench)
        #expect(invoker.invocations.map { Self.numbers($0.payload) } == [[1], [2]])
        #expect(try self.checkpoint(bench)?.isOver == true)
    }

    @Test func `a batch that fails holds up its shard, and is tried again`() throws {
        let (bench, stream) = try self.bench()
        let invoker = ScriptedInvoker { _, number in number < 3 ? .functionError("{}") : .success("null") }
        self.start(bench, stream, invoker) { $0.batchSize = 1 }
        let start = bench.clock.now
        try stream.put([1, 2], on: bench)
        bench.advance(seconds: 10)
        #expect(invoker.invocations.map { Self.numbers($0.payload) } == [[1], [1], [1], [2]])
        #expect(invoker.invocations.prefix(3).map { $0.at - start } == [0 as Int64, 1_000, 3_000])
    }

    @Test func `what is given up is told to the destination, and the rest goes on`() throws {
        let (bench, stream) = try self.bench()
        let invoker = ScriptedInvoker { invocation, _ in
            Self.numbers(invocation.payload).contains(3) ? .functionError("{}") : .success("null")
        }
        self.start(bench, stream, invoker) {
            $0.bisectsOnError = true
            $0.maximumRetryAttempts = 1
            $0.onFailure = StoredQueues.arn("bad")
        }
        try stream.put(Array(1...4), on: bench)
        bench.advance(seconds: 60)
        #expect(try self.checkpoint(bench)?.sequenceNumber == "4")
        let told = try bench.transact { (call) throws(ServiceError) in
            try call.page(StoredMessageKey.all(StoredQueues.arn("bad")), limit: 10).map(\.value.body)
        }
        #expect(told.count == 1)
        let record = try JSONValue(parsing: try #require(told.first))
        #expect(record["requestContext"]?["condition"] == "RetryAttemptsExhausted")
        #expect(record["requestContext"]?["approximateInvokeCount"] == 2)
        #expect(record["responseContext"]?["functionError"] == "Unhandled")
        #expect(record["KinesisBatchInfo"]?["startSequenceNumber"] == "3")
        #expect(record["KinesisBatchInfo"]?["endSequenceNumber"] == "3")
        #expect(record["KinesisBatchInfo"]?["batchSize"] == 1)
        #expect(record["KinesisBatchInfo"]?["shardId"] == "s1")
        #expect(record["KinesisBatchInfo"]?["streamArn"]?.stringValue == FakeStream.arn)
    }

    @Test func `after a reported record the batch goes on from there`() throws {
        let (bench, stream) = try self.bench()
        let invoker = ScriptedInvoker { _, number in
            .success(number == 1 ? #"{"batchItemFailures":[{"itemIdentifier":"3"}]}"# : "{}")
        }
        self.start(bench, stream, invoker) { $0.reportsItemFailures = true }
        try stream.put(Array(1...4), on: bench)
        bench.advance(seconds: 5)
        #expect(invoker.invocations.map { Self.numbers($0.payload) } == [[1, 2, 3, 4], [3, 4]])
    }

    @Test func `keys run side by side, each in its order`() throws {
        let (bench, stream) = try self.bench()
        let invoker = ScriptedInvoker { _, _ in .hang }
        try stream.put(Array(1...40), key: { "k\($0 % 7)" }, on: bench)
        self.start(bench, stream, invoker) {
            $0.parallelizationFactor = 4
            $0.batchSize = 10
        }
        #expect((2...4).contains(invoker.mostRunning))
        for _ in 0..<20 {
            invoker.letGo()
            bench.driver.settle()
        }
        let seen = invoker.invocations.flatMap { Self.numbers($0.payload) }
        #expect(seen.sorted() == Array(1...40))
        for key in 0..<7 {
            let ofKey = seen.filter { $0 % 7 == key }
            #expect(ofKey == ofKey.sorted())
        }
        #expect(try self.checkpoint(bench)?.sequenceNumber == "40")
    }

    @Test func `records that no filter lets pass are passed over`() throws {
        let (bench, stream) = try self.bench()
        let invoker = ScriptedInvoker()
        self.start(bench, stream, invoker) { $0.filters = [#"{"n": [{"numeric": [">", 2]}]}"#] }
        try stream.put([1, 2], on: bench)
        #expect(invoker.invocations.isEmpty)
        #expect(try self.checkpoint(bench)?.sequenceNumber == "2")
        try stream.put([3], on: bench)
        #expect(invoker.invocations.map { Self.numbers($0.payload) } == [[3]])
    }

    @Test func `a batching window gathers`() throws {
        let (bench, stream) = try self.bench()
        let invoker = ScriptedInvoker()
        self.start(bench, stream, invoker) { $0.windowSeconds = 5 }
        try stream.put([1], on: bench)
        bench.advance(seconds: 2)
        try stream.put([2], on: bench)
        #expect(invoker.invocations.isEmpty)
        bench.advance(seconds: 4)
        #expect(invoker.invocations.map { Self.numbers($0.payload) } == [[1, 2]])
    }

    @Test func `a tumbling window hands its state on and is closed once`() throws {
        let (bench, stream) = try self.bench()
        let length: Int64 = 60_000
        // A second into a window.
        let past: Int64 = bench.clock.now.milliseconds % length
        let ahead: Int64 = (length - past) / 1000 + 1
        bench.advance(seconds: ahead)
        let invoker = ScriptedInvoker { _, number in .success("{\"state\":{\"calls\":\(number)}}") }
        self.start(bench, stream, invoker) { $0.tumblingWindowSeconds = 60 }
        try stream.put([1], on: bench)
        try stream.put([2], on: bench)
        bench.advance(seconds: 70)
        let events = try invoker.invocations.map { try JSONValue(parsing: $0.payload) }
        #expect(events.map { $0["state"]?.text } == ["{}", #"{"calls":1}"#, #"{"calls":2}"#])
        #expect(events.map { $0["isFinalInvokeForWindow"]?.boolValue } == [false, false, true])
        #expect(events.last?["Records"]?.arrayValue?.isEmpty == true)
        #expect(events.first?["shardId"] == "s1")
        #expect(try self.checkpoint(bench)?.windowStart == nil)
        bench.advance(seconds: 300)
        #expect(invoker.invocations.count == 3)
    }

    @Test func `in a window an answer without a state is a failure`() throws {
        let (bench, stream) = try self.bench()
        let invoker = ScriptedInvoker { _, number in .success(number == 1 ? "{}" : #"{"state":{"n":1}}"#) }
        self.start(bench, stream, invoker) { $0.tumblingWindowSeconds = 60 }
        try stream.put([1], on: bench)
        #expect(try self.checkpoint(bench) == nil)
        bench.advance(seconds: 2)
        #expect(invoker.invocations.map { Self.numbers($0.payload) } == [[1], [1]])
        #expect(try self.checkpoint(bench)?.windowState == Array(#"{"n":1}"#.utf8))
    }

    @Test func `a window whose state is larger than 1 MB is terminated early, and a fresh one begins`() throws {
        let (bench, stream) = try self.bench()
        let large = "\"" + String(repeating: "x", count: 1 << 20) + "\""
        let invoker = ScriptedInvoker { _, number in .success("{\"state\":\(number == 2 ? large : "{}")}") }
        self.start(bench, stream, invoker) { $0.tumblingWindowSeconds = 900 }
        for number in 1...3 { try stream.put([number], on: bench) }
        let events = try invoker.invocations.map { try JSONValue(parsing: $0.payload) }
        #expect(events.map { $0["isWindowTerminatedEarly"]?.boolValue } == [false, false, true, false])
        #expect(events.map { $0["isFinalInvokeForWindow"]?.boolValue } == [false, false, true, false])
        #expect(events[2]["Records"]?.arrayValue?.isEmpty == true && events[2]["state"]?.text == large)
        #expect(Self.numbers(invoker.invocations[3].payload) == [3] && events[3]["state"]?.text == "{}")
        #expect(try self.checkpoint(bench)?.sequenceNumber == "3")
    }

    @Test func `an idle stream commits nothing`() throws {
        let (bench, stream) = try self.bench()
        self.start(bench, stream, ScriptedInvoker())
        let before = bench.storage.statistics.commits
        bench.advance(seconds: 3600)
        #expect(bench.storage.statistics.commits == before)
    }

    @Test(arguments: 1...20) func `every record is run whatever step a crash comes after`(seed: UInt64) throws {
        var bench = TestBench.lambda(seed: seed)
        try bench.makeFunction()
        let stream = FakeStream()
        stream.add("s1")
        try stream.put(Array(1...30), on: bench)
        var seen: [Int] = []
        func change(_ mapping: inout StreamMapping) {
            mapping.batchSize = 4
            mapping.parallelizationFactor = 2
        }
        for round in 0..<4 {
            let invoker = ScriptedInvoker { _, number in number % 4 == 0 ? .functionError("{}") : .success("null") }
            let poller = StreamPoller(
                mapping: Self.mapping(change), source: stream, invoker: invoker, host: bench.host)
            let running = bench
            running.driver.spawn { await poller.run() }
            for _ in 0..<Int(bench.entropy.below(40)) { _ = bench.driver.runOne() }
            seen += invoker.invocations.flatMap { Self.numbers($0.payload) }
            bench = TestBench.lambda(seed: seed &* 31 &+ UInt64(round), after: bench)
        }
        let invoker = ScriptedInvoker()
        self.start(bench, stream, invoker, change)
        bench.advance(seconds: 120)
        seen += invoker.invocations.flatMap { Self.numbers($0.payload) }
        #expect(Set(seen) == Set(1...30))
        #expect(try self.checkpoint(bench)?.sequenceNumber == "30")
    }
}
