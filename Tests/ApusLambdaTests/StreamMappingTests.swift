import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import Testing

/// Mappings of a table's stream, from the API to the function.
@Suite struct StreamMappingTests {
    private struct Bench {
        let bench: TestBench
        let stream: FakeStream
        let invoker: ScriptedInvoker
        let pollers: MappingPollers

        init(_ invoker: ScriptedInvoker = ScriptedInvoker(), authorizer: RecordingAuthorizer = RecordingAuthorizer())
            throws
        {
            let stream = FakeStream()
            stream.add("s1")
            self.stream = stream
            self.invoker = invoker
            self.bench = TestBench.lambda(authorizer: authorizer, streams: stream)
            try self.bench.makeFunction()
            self.pollers = MappingPollers(invoker: invoker)
            self.pollers.start(host: self.bench.host)
        }

        func create(
            _ change: (inout CreateEventSourceMappingInput) -> Void = { _ in }
        ) throws(ServiceError) -> EventSourceMappingConfiguration {
            var input = CreateEventSourceMappingInput(functionName: "f", eventSourceArn: FakeStream.tableARN)
            input.startingPosition = "TRIM_HORIZON"
            change(&input)
            return try self.bench.perform(CreateEventSourceMapping(pollers: self.pollers), input)
        }

        func update(
            _ id: String, _ change: (inout UpdateEventSourceMappingInput) -> Void
        ) throws(ServiceError) -> EventSourceMappingConfiguration {
            var input = UpdateEventSourceMappingInput(uuid: id)
            change(&input)
            return try self.bench.perform(UpdateEventSourceMapping(pollers: self.pollers), input)
        }

        var batches: [[Int]] {
            self.invoker.invocations.map { invocation in
                let records = (try? JSONValue(parsing: invocation.payload))?["Records"]?.arrayValue ?? []
                return records.compactMap { $0["n"]?.int64Value.map { Int($0) } }
            }
        }
    }

    /// The defaults that API_CreateEventSourceMapping documents.
    @Test func `a mapping of a stream has AWS's defaults`() throws {
        let made = try Bench().create()
        #expect(made.startingPosition == "TRIM_HORIZON")
        #expect(made.batchSize == 100)
        #expect(made.maximumBatchingWindowInSeconds == 0)
        #expect(made.parallelizationFactor == 1)
        #expect(made.maximumRecordAgeInSeconds == -1)
        #expect(made.maximumRetryAttempts == -1)
        #expect(made.bisectBatchOnFunctionError == false)
        #expect(made.tumblingWindowInSeconds == 0)
        #expect(made.eventSourceArn == FakeStream.tableARN)
    }

    @Test func `records reach the function, and a mapping that is deleted leaves nothing`() throws {
        let bench = try Bench()
        let id = try #require(try bench.create { $0.batchSize = 2 }.uuid)
        try bench.stream.put([1, 2, 3], on: bench.bench)
        #expect(bench.batches == [[1, 2], [3]])
        _ = try bench.bench.perform(
            DeleteEventSourceMapping(pollers: bench.pollers), DeleteEventSourceMappingInput(uuid: id))
        try bench.stream.put([4], on: bench.bench)
        #expect(bench.batches == [[1, 2], [3]])
        let left = try bench.bench.transact { (call) throws(ServiceError) in
            try call.page(ShardCheckpointKey.all(id), limit: 10).count
        }
        #expect(left == 0)
    }

    @Test func `LATEST begins with what comes after the mapping`() throws {
        let bench = try Bench()
        try bench.stream.put([1], on: bench.bench)
        bench.bench.advance(seconds: 1)
        _ = try bench.create { $0.startingPosition = "LATEST" }
        try bench.stream.put([2], on: bench.bench)
        #expect(bench.batches == [[2]])
    }

    @Test func `a mapping that was disabled goes on where it was`() throws {
        let bench = try Bench()
        let id = try #require(try bench.create().uuid)
        try bench.stream.put([1], on: bench.bench)
        _ = try bench.update(id) { $0.enabled = false }
        try bench.stream.put([2], on: bench.bench)
        #expect(bench.batches == [[1]])
        _ = try bench.update(id) { $0.enabled = true }
        bench.bench.advance(seconds: 30)
        #expect(bench.batches == [[1], [2]])
    }

    @Test func `settings are kept, changed and acted on`() throws {
        let failing = ScriptedInvoker { _, _ in .functionError("{}") }
        let bench = try Bench(failing)
        let id = try #require(
            try bench.create {
                $0.maximumRetryAttempts = 1
                $0.maximumRecordAgeInSeconds = 60
                $0.bisectBatchOnFunctionError = true
                $0.destinationConfig = DestinationConfig(onFailure: OnFailure(destination: StoredQueues.arn("bad")))
            }.uuid)
        try bench.stream.put([1], on: bench.bench)
        bench.bench.advance(seconds: 30)
        #expect(bench.batches == [[1], [1]])
        let told = try bench.bench.transact { (call) throws(ServiceError) in
            try call.page(StoredMessageKey.all(StoredQueues.arn("bad")), limit: 10).map(\.value.body)
        }
        let record = try JSONValue(parsing: try #require(told.first))
        #expect(record["DDBStreamBatchInfo"]?["streamArn"]?.stringValue == FakeStream.tableARN)
        let updated = try bench.update(id) {
            $0.maximumRetryAttempts = -1
            $0.maximumRecordAgeInSeconds = 120
            $0.parallelizationFactor = 3
            $0.tumblingWindowInSeconds = 10
            $0.destinationConfig = DestinationConfig(onFailure: OnFailure())
        }
        #expect(updated.maximumRetryAttempts == -1)
        #expect(updated.maximumRecordAgeInSeconds == 120)
        #expect(updated.parallelizationFactor == 3)
        #expect(updated.tumblingWindowInSeconds == 10)
        #expect(updated.destinationConfig?.onFailure?.destination == nil)
        #expect(updated.bisectBatchOnFunctionError == true)
    }

    @Test func `a role that may not read the stream is refused`() throws {
        let bench = try Bench(authorizer: RecordingAuthorizer(refusing: ["kinesis:GetRecords"]))
        let error = #expect(throws: ServiceError.self) { try bench.create() }
        #expect(code(error) == "InvalidParameterValueException")
        #expect(
            message(error)
                == "Cannot access stream \(FakeStream.tableARN). Please ensure the role can perform the GetRecords, "
                + "GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.")
    }

    @Test func `what streams do not have is refused`() throws {
        let bench = try Bench()
        func refusal(_ change: (inout CreateEventSourceMappingInput) -> Void) -> String? {
            message(#expect(throws: ServiceError.self) { try bench.create(change) })
        }
        #expect(refusal { $0.startingPosition = nil } == "StartingPosition must be given for stream event sources.")
        #expect(
            refusal {
                $0.startingPosition = "AT_TIMESTAMP"
                $0.startingPositionTimestamp = Timestamp(milliseconds: 0)
            } == "Unsupported starting position for arn type: \(FakeStream.tableARN)")
        #expect(
            refusal { $0.scalingConfig = ScalingConfig(maximumConcurrency: 2) }
                == "ScalingConfig is not valid for stream event sources.")
        #expect(
            refusal { $0.maximumRecordAgeInSeconds = 59 } == "MaximumRecordAgeInSeconds must be -1, or at least 60.")
    }

    @Test func `a second mapping of the same stream and function is refused`() throws {
        let bench = try Bench()
        let id = try #require(try bench.create().uuid)
        let error = #expect(throws: ServiceError.self) { try bench.create() }
        #expect(code(error) == "ResourceConflictException")
        #expect(
            message(error)
                == "The event source arn (\" \(FakeStream.tableARN) \") and function (\" f \") provided mapping already exists. "
                + "Please update or delete the existing mapping with UUID \(id)")
    }
}
