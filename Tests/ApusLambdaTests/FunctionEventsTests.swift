import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import Testing

/// The port on which other services leave events for functions.
@Suite struct FunctionEventsTests {
    private let arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"

    private func invoke(
        _ bench: TestBench, _ arn: String, _ event: [UInt8], _ functions: FunctionEvents
    ) throws(ServiceError) {
        try bench.transact { (call) throws(ServiceError) in try functions.invoke(arn, with: event, in: &call) }
    }

    @Test func `an event is delivered once its transaction is committed, with a request id of its own`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker()
        let events = AsyncInvocations(invoker: invoker)
        events.start(host: bench.host)
        let functions = FunctionEvents(events)
        try self.invoke(bench, self.arn, Array(#"{"n":1}"#.utf8), functions)
        try self.invoke(bench, self.arn + ":$LATEST", Array(#"{"n":2}"#.utf8), functions)
        #expect(invoker.invocations.map(\.payload) == [#"{"n":1}"#, #"{"n":2}"#])
        #expect(Set(invoker.invocations.map(\.requestID)).count == 2)
        #expect(!invoker.invocations.map(\.requestID).contains(bench.context().requestID))
    }

    @Test func `an event of a transaction that fails is not delivered`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let invoker = ScriptedInvoker()
        let events = AsyncInvocations(invoker: invoker)
        events.start(host: bench.host)
        let functions = FunctionEvents(events)
        let arn = self.arn
        #expect(throws: ServiceError.self) {
            try bench.transact { (call) throws(ServiceError) in
                try functions.invoke(arn, with: Array("{}".utf8), in: &call)
                throw LambdaError.service("no")
            }
        }
        bench.advance(seconds: 60)
        #expect(invoker.invocations.isEmpty)
    }

    @Test func `the demand carries the function's policy and names the caller`() throws {
        let authorizer = RecordingAuthorizer()
        let bench = TestBench.lambda(authorizer: authorizer)
        try bench.makeFunction()
        _ = try bench.run(
            AddPermission.self,
            AddPermissionInput(
                functionName: "f", statementId: "s", action: "lambda:InvokeFunction", principal: "logs.amazonaws.com",
                sourceArn: "arn:aws:logs:eu-west-1:123456789012:log-group:g:*"))
        let functions = FunctionEvents(AsyncInvocations(invoker: ScriptedInvoker()))
        try self.invoke(bench, self.arn, Array("{}".utf8), functions)
        let demand = try #require(authorizer.demands.last)
        #expect(demand.action == "lambda:InvokeFunction")
        #expect(demand.resource == self.arn)
        #expect(demand.resourcePolicy?.contains("logs.amazonaws.com") == true)
    }

    @Test func `no permission, no function, too large an event`() throws {
        let authorizer = RecordingAuthorizer()
        let bench = TestBench.lambda(authorizer: authorizer)
        let functions = FunctionEvents(AsyncInvocations(invoker: ScriptedInvoker()))
        let gone = #expect(throws: ServiceError.self) { try self.invoke(bench, self.arn, [], functions) }
        #expect(code(gone) == "ResourceNotFoundException")
        try bench.makeFunction()
        let large = #expect(throws: ServiceError.self) {
            try self.invoke(bench, self.arn, [UInt8](repeating: 0x20, count: 1_048_577), functions)
        }
        #expect(code(large) == "RequestTooLargeException")
        authorizer.refuse(["lambda:InvokeFunction"])
        let refused = #expect(throws: ServiceError.self) {
            try bench.transact { (call) throws(ServiceError) in
                try functions.check("arn:aws:lambda:eu-west-1:123456789012:function:f", in: &call)
            }
        }
        #expect(code(refused) == "AccessDeniedException")
    }
}
