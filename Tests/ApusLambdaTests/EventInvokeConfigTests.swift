import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@Suite struct EventInvokeConfigTests {
    private static let arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"

    private func put(
        _ bench: TestBench, _ name: String = "f", retries: Int? = nil, age: Int? = nil, success: String? = nil,
        failure: String? = nil, qualifier: String? = nil
    ) throws(ServiceError) -> FunctionEventInvokeConfig {
        var destinations: DestinationConfig?
        if success != nil || failure != nil {
            destinations = DestinationConfig(
                onSuccess: success.map { OnSuccess(destination: $0) },
                onFailure: failure.map { OnFailure(destination: $0) })
        }
        return try bench.run(
            PutFunctionEventInvokeConfig.self,
            PutFunctionEventInvokeConfigInput(
                functionName: name, qualifier: qualifier, maximumRetryAttempts: retries, maximumEventAgeInSeconds: age,
                destinationConfig: destinations))
    }

    private func get(_ bench: TestBench) throws(ServiceError) -> FunctionEventInvokeConfig {
        try bench.run(GetFunctionEventInvokeConfig.self, GetFunctionEventInvokeConfigInput(functionName: "f"))
    }

    @Test func `settings are put, read, listed and deleted`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let made = try self.put(bench, retries: 0, age: 60, failure: StoredQueues.arn("bad"))
        #expect(made.functionArn == Self.arn + ":$LATEST")
        #expect(made.maximumRetryAttempts == 0)
        #expect(made.maximumEventAgeInSeconds == 60)
        #expect(made.destinationConfig?.onSuccess?.destination == nil)
        #expect(made.destinationConfig?.onFailure?.destination == StoredQueues.arn("bad"))
        #expect(made.lastModified == bench.clock.now)
        #expect(try self.get(bench).maximumEventAgeInSeconds == 60)
        let list = try bench.run(
            ListFunctionEventInvokeConfigs.self, ListFunctionEventInvokeConfigsInput(functionName: "f"))
        #expect(list.functionEventInvokeConfigs?.map(\.functionArn) == [Self.arn + ":$LATEST"])
        _ = try bench.run(
            DeleteFunctionEventInvokeConfig.self, DeleteFunctionEventInvokeConfigInput(functionName: "f"))
        let error = #expect(throws: ServiceError.self) { try self.get(bench) }
        #expect(code(error) == "ResourceNotFoundException")
        #expect(message(error) == "The function \(Self.arn):$LATEST doesn't have an EventInvokeConfig")
    }

    @Test func `a put forgets what it does not give, an update keeps it`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        _ = try self.put(bench, retries: 1, success: StoredQueues.arn("good"))
        let updated = try bench.run(
            UpdateFunctionEventInvokeConfig.self,
            UpdateFunctionEventInvokeConfigInput(
                functionName: "f", maximumEventAgeInSeconds: 100,
                destinationConfig: DestinationConfig(onFailure: OnFailure(destination: StoredQueues.arn("bad")))))
        #expect(updated.maximumRetryAttempts == 1)
        #expect(updated.maximumEventAgeInSeconds == 100)
        #expect(updated.destinationConfig?.onSuccess?.destination == StoredQueues.arn("good"))
        #expect(updated.destinationConfig?.onFailure?.destination == StoredQueues.arn("bad"))
        let put = try self.put(bench, age: 200)
        #expect(put.maximumRetryAttempts == nil)
        #expect(put.destinationConfig?.onSuccess?.destination == nil)
    }

    @Test func `an update needs something to update`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let error = #expect(throws: ServiceError.self) {
            try bench.run(
                UpdateFunctionEventInvokeConfig.self,
                UpdateFunctionEventInvokeConfigInput(functionName: "f", maximumRetryAttempts: 1))
        }
        #expect(code(error) == "ResourceNotFoundException")
        let empty = #expect(throws: ServiceError.self) { try self.put(bench) }
        #expect(code(empty) == "InvalidParameterValueException")
        #expect(message(empty) == "You must specify at least one of error handling or destination setting.")
    }

    @Test func `a function that is not there has no settings`() throws {
        let bench = TestBench.lambda()
        let error = #expect(throws: ServiceError.self) { try self.put(bench, retries: 1) }
        #expect(code(error) == "ResourceNotFoundException")
        let listed = #expect(throws: ServiceError.self) {
            try bench.run(ListFunctionEventInvokeConfigs.self, ListFunctionEventInvokeConfigsInput(functionName: "f"))
        }
        #expect(code(listed) == "ResourceNotFoundException")
        try bench.makeFunction()
        let deleted = #expect(throws: ServiceError.self) {
            try bench.run(DeleteFunctionEventInvokeConfig.self, DeleteFunctionEventInvokeConfigInput(functionName: "f"))
        }
        #expect(code(deleted) == "ResourceNotFoundException")
        let marker = #expect(throws: ServiceError.self) {
            try bench.run(
                ListFunctionEventInvokeConfigs.self,
                ListFunctionEventInvokeConfigsInput(functionName: "f", marker: "?"))
        }
        #expect(code(marker) == "InvalidParameterValueException")
    }

    @Test(arguments: [
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:q", "SendMessage"),
        ("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:123456789012:function:g", "InvokeFunction"),
    ])
    func `a destination that the role may not write to is refused`(action: String, arn: String, name: String) throws {
        let bench = TestBench.lambda(authorizer: RecordingAuthorizer(refusing: [action]))
        try bench.makeFunction()
        let error = #expect(throws: ServiceError.self) { try self.put(bench, success: arn) }
        #expect(code(error) == "InvalidParameterValueException")
        #expect(
            message(error)
                == "The function's execution role does not have permissions to call \(name) on \(arn)")
    }

    @Test func `a function is no destination of its own, and nonsense is none at all`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let own = #expect(throws: ServiceError.self) { try self.put(bench, success: Self.arn) }
        #expect(message(own) == "You can't specify the function as a destination for itself.")
        let other = #expect(throws: ServiceError.self) {
            try self.put(bench, failure: "arn:aws:iam::123456789012:role/x")
        }
        #expect(code(other) == "InvalidParameterValueException")
        let topic = #expect(throws: ServiceError.self) {
            try self.put(bench, failure: "arn:aws:sns:eu-west-1:123456789012:t")
        }
        #expect(code(topic) == "NotImplemented")
    }

    @Test func `InvokeAsync leaves an event`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker()
        let events = AsyncInvocations(invoker: invoker)
        events.start(host: bench.host)
        let operation = InvokeAsync(asynchronous: events)
        let input = InvokeAsyncInput(functionName: "f", invokeArgs: Array(#"{"n":1}"#.utf8))
        #expect(try bench.perform(operation, input).status == 202)
        #expect(invoker.invocations.map(\.payload) == [#"{"n":1}"#])
        let bad = #expect(throws: ServiceError.self) {
            try bench.perform(operation, InvokeAsyncInput(functionName: "f", invokeArgs: [0x7B]))
        }
        #expect(code(bad) == "InvalidRequestContentException")
        let missing = #expect(throws: ServiceError.self) {
            try bench.perform(operation, InvokeAsyncInput(functionName: "g", invokeArgs: []))
        }
        #expect(code(missing) == "ResourceNotFoundException")
    }
}
