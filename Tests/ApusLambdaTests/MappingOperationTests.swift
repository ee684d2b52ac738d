import ApusBase
import ApusLambda
import ApusService
import ApusTestSupport
import Testing

@Suite struct MappingOperationTests {
    private let pollers = MappingPollers(invoker: ScriptedInvoker())

    private func create(
        _ bench: TestBench, queue: String = "q", _ change: (inout CreateEventSourceMappingInput) -> Void = { _ in }
    ) throws(ServiceError) -> EventSourceMappingConfiguration {
        var input = CreateEventSourceMappingInput(functionName: "f", eventSourceArn: StoredQueues.arn(queue))
        change(&input)
        return try bench.perform(CreateEventSourceMapping(pollers: self.pollers), input)
    }

    private func update(
        _ bench: TestBench, _ id: String, _ change: (inout UpdateEventSourceMappingInput) -> Void
    ) throws(ServiceError) -> EventSourceMappingConfiguration {
        var input = UpdateEventSourceMappingInput(uuid: id)
        change(&input)
        return try bench.perform(UpdateEventSourceMapping(pollers: self.pollers), input)
    }

    private func get(_ bench: TestBench, _ id: String) throws(ServiceError) -> EventSourceMappingConfiguration {
        try bench.run(GetEventSourceMapping.self, GetEventSourceMappingInput(uuid: id))
    }

    @Test func `a mapping is created with AWS's defaults and then enabled`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let made = try self.create(bench)
        let id = try #require(made.uuid)
        #expect(made.state == "Creating")
        #expect(made.stateTransitionReason == "USER_INITIATED")
        #expect(made.batchSize == 10)
        #expect(made.maximumBatchingWindowInSeconds == 0)
        #expect(made.functionArn == "arn:aws:lambda:eu-west-1:123456789012:function:f")
        #expect(made.eventSourceMappingArn == "arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:\(id)")
        #expect(try self.get(bench, id).state == "Enabled")
    }

    // https://docs.aws.amazon.com/lambda/latest/dg/durable-invoking-esm.html
    @Test func `a durable function has a mapping where it is qualified and over within 15 minutes`() throws {
        let bench = TestBench.lambda()
        try bench.makeDurable("f", id: 7, timeoutSeconds: 900)
        try bench.makeDurable("slow", id: 8, timeoutSeconds: 901)
        for (name, words) in [("f", "unqualified ARN"), ("slow:$LATEST", "greater than 15 minutes")] {
            let error = #expect(throws: ServiceError.self) { try self.create(bench) { $0.functionName = name } }
            #expect(code(error) == "InvalidParameterValueException" && message(error)?.contains(words) == true)
        }
        let made = try self.create(bench) { $0.functionName = "f:$LATEST" }
        let error = #expect(throws: ServiceError.self) {
            try self.update(bench, made.uuid ?? "") { $0.functionName = "slow:$LATEST" }
        }
        #expect(code(error) == "InvalidParameterValueException")
    }

    @Test func `a mapping is updated, disabled and deleted`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let id = try #require(try self.create(bench).uuid)
        #expect(try self.update(bench, id) { $0.batchSize = 5 }.state == "Updating")
        #expect(try self.get(bench, id).batchSize == 5)
        _ = try self.update(bench, id) { $0.enabled = false }
        #expect(try self.get(bench, id).state == "Disabled")
        let deleted = try bench.perform(
            DeleteEventSourceMapping(pollers: self.pollers), DeleteEventSourceMappingInput(uuid: id))
        #expect(deleted.state == "Deleting")
        let error = #expect(throws: ServiceError.self) { try self.get(bench, id) }
        #expect(code(error) == "ResourceNotFoundException")
    }

    @Test func `a queue that hides messages for less than the function runs is refused`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction(timeoutSeconds: 60)
        let error = #expect(throws: ServiceError.self) { try self.create(bench) }
        #expect(code(error) == "InvalidParameterValueException")
        #expect(message(error) == "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds")
    }

    @Test(arguments: [("sqs:ReceiveMessage", "ReceiveMessage"), ("sqs:DeleteMessage", "DeleteMessage")])
    func `a role that may not read the queue is refused`(action: String, name: String) throws {
        let bench = TestBench.lambda(authorizer: RecordingAuthorizer(refusing: [action]))
        try bench.makeFunction()
        let error = #expect(throws: ServiceError.self) { try self.create(bench) }
        #expect(code(error) == "InvalidParameterValueException")
        #expect(message(error) == "The provided execution role does not have permissions to call \(name) on SQS")
    }

    @Test func `a missing queue is refused`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let error = #expect(throws: ServiceError.self) { try self.create(bench, queue: "missing") }
        #expect(code(error) == "InvalidParameterValueException")
        #expect(message(error)?.contains("AWS.SimpleQueueService.NonExistentQueue") == true)
    }

    @Test func `a second mapping of the same queue and function is refused`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let id = try #require(try self.create(bench).uuid)
        let error = #expect(throws: ServiceError.self) { try self.create(bench) }
        #expect(code(error) == "ResourceConflictException")
        #expect(
            message(error)
                == "An event source mapping with SQS arn (\" \(StoredQueues.arn("q")) \") and function (\" f \") already "
                + "exists. Please update or delete the existing mapping with UUID \(id)")
    }

    @Test func `a large batch needs a window, and FIFO queues take neither`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let error = #expect(throws: ServiceError.self) { try self.create(bench) { $0.batchSize = 11 } }
        #expect(
            message(error)
                == "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
        let fifo = #expect(throws: ServiceError.self) {
            try self.create(bench, queue: "q.fifo") {
                $0.batchSize = 11
                $0.maximumBatchingWindowInSeconds = 1
            }
        }
        #expect(code(fifo) == "InvalidParameterValueException")
        _ = try self.create(bench) {
            $0.batchSize = 10_000
            $0.maximumBatchingWindowInSeconds = 1
        }
    }

    @Test func `what is not here is refused by name`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let polled = #expect(throws: ServiceError.self) {
            try self.create(bench) { $0.provisionedPollerConfig = ProvisionedPollerConfig(minimumPollers: 1) }
        }
        #expect(code(polled) == "NotImplemented")
        #expect(message(polled)?.contains("ProvisionedPollerConfig") == true)
        let stream = #expect(throws: ServiceError.self) {
            try self.create(bench) { $0.eventSourceArn = "arn:aws:kinesis:eu-west-1:123456789012:stream/s" }
        }
        #expect(code(stream) == "NotImplemented")
        let position = #expect(throws: ServiceError.self) { try self.create(bench) { $0.startingPosition = "LATEST" } }
        #expect(message(position) == "StartingPosition is not valid for SQS event sources.")
    }

    @Test func `filters are kept, changed and taken away`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let patterns = [#"{"body": {"a": [1]}}"#, #"{"body": ["x"]}"#]
        let made = try self.create(bench) {
            $0.filterCriteria = FilterCriteria(filters: patterns.map { Filter(pattern: $0) })
        }
        let id = try #require(made.uuid)
        #expect(made.filterCriteria?.filters?.map(\.pattern) == patterns)
        #expect(try self.update(bench, id) { $0.batchSize = 5 }.filterCriteria?.filters?.count == 2)
        _ = try self.update(bench, id) { $0.filterCriteria = FilterCriteria(filters: [Filter(pattern: patterns[1])]) }
        #expect(try self.get(bench, id).filterCriteria?.filters?.map(\.pattern) == [patterns[1]])
        _ = try self.update(bench, id) { $0.filterCriteria = FilterCriteria() }
        #expect(try self.get(bench, id).filterCriteria == nil)
    }

    @Test(arguments: ["", "{}", "x", #"{"body": "x"}"#, #"{"body": [{"prefix": 1}]}"#, #"{"eventName": "INSERT"}"#])
    func `a filter that is no pattern is refused in Lambda's words`(pattern: String) throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let criteria = FilterCriteria(filters: [Filter(pattern: pattern)])
        let error = #expect(throws: ServiceError.self) { try self.create(bench) { $0.filterCriteria = criteria } }
        #expect(code(error) == "InvalidParameterValueException")
        #expect(message(error) == "Invalid filter pattern definition.")
        let id = try #require(try self.create(bench) { $0.enabled = false }.uuid)
        let updated = #expect(throws: ServiceError.self) { try self.update(bench, id) { $0.filterCriteria = criteria } }
        #expect(message(updated) == "Invalid filter pattern definition.")
    }

    @Test func `a mapping has ten filters at most`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        func criteria(_ count: Int) -> FilterCriteria {
            FilterCriteria(filters: (0..<count).map { Filter(pattern: "{\"body\": [\"\($0)\"]}") })
        }
        let error = #expect(throws: ServiceError.self) { try self.create(bench) { $0.filterCriteria = criteria(11) } }
        #expect(code(error) == "InvalidParameterValueException")
        _ = try self.create(bench) { $0.filterCriteria = criteria(10) }
    }

    @Test func `mappings are listed by function and by queue, page by page`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction("f", id: 1)
        try bench.makeFunction("g", id: 2)
        for queue in ["a", "b", "c"] { _ = try self.create(bench, queue: queue) }
        _ = try self.create(bench, queue: "a") { $0.functionName = "g" }
        func list(_ input: ListEventSourceMappingsInput) throws -> ListEventSourceMappingsOutput {
            try bench.run(ListEventSourceMappings.self, input)
        }
        #expect(try list(.init(functionName: "f")).eventSourceMappings?.count == 3)
        #expect(try list(.init(eventSourceArn: StoredQueues.arn("a"))).eventSourceMappings?.count == 2)
        let first = try list(.init(maxItems: 3))
        let second = try list(.init(marker: first.nextMarker, maxItems: 3))
        #expect(first.eventSourceMappings?.count == 3)
        #expect(second.eventSourceMappings?.count == 1)
        #expect(second.nextMarker == nil)
    }

    @Test func `a mapping has tags of its own`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let arn = try #require(try self.create(bench) { $0.tags = ["a": "1"] }.eventSourceMappingArn)
        _ = try bench.run(TagResource.self, TagResourceInput(resource: arn, tags: ["b": "2"]))
        #expect(try bench.run(ListTags.self, ListTagsInput(resource: arn)).tags == ["a": "1", "b": "2"])
    }
}
