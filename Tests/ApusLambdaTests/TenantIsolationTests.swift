import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusLambda

/// Functions whose environments serve one tenant each.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html and the pages below it.
@Suite struct TenantIsolationTests {
    private static let missing =
        "The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again."

    private func start(_ bench: TestBench, _ invoker: ScriptedInvoker) -> AsyncInvocations {
        let events = AsyncInvocations(invoker: invoker)
        events.start(host: bench.host)
        return events
    }

    /// Leaves an event as Invoke of the type Event does.
    private func invoke(
        _ events: AsyncInvocations, _ tenant: String?, of name: String = "f", on bench: TestBench
    ) throws {
        let event = Array("{}".utf8)
        try bench.transact { (call) throws(ServiceError) in
            try FunctionEvents(events).invoke(
                "arn:aws:lambda:eu-west-1:123456789012:function:\(name)", with: event, tenant: tenant, in: &call)
        }
    }

    @Test func `a function that isolates tenants is invoked for one of them, and others for none`() throws {
        let bench = TestBench.lambda()
        let made = try bench.makeFunction(isolatesTenants: true)
        let isolating = FunctionTarget(made.key, made.record)
        let other = try bench.makeFunction("g", id: 8)
        let plain = FunctionTarget(other.key, other.record)
        #expect(throws: Never.self) { try isolating.checkTenant("blue") }
        #expect(throws: Never.self) { try plain.checkTenant(nil) }
        let without = #expect(throws: ServiceError.self) { try isolating.checkTenant(nil) }
        #expect(code(without) == "InvalidParameterValueException" && message(without) == Self.missing)
        let with = #expect(throws: ServiceError.self) { try plain.checkTenant("blue") }
        #expect(code(with) == "InvalidParameterValueException")
        // "2,500 … environments … for every 1,000 concurrent executions configured for your Lambda function"
        #expect(isolating.tenant("blue") == InvocationTenant(id: "blue", environmentsOfAll: 2_500))
        var reserved = isolating
        reserved.shared.reservedConcurrency = 100
        #expect(reserved.tenant("blue")?.environmentsOfAll == 250)
        #expect(plain.tenant(nil) == nil)
    }

    @Test func `the runner is told whose an event is, and how many environments the function may have`() throws {
        let images = try ImageBench()
        defer { images.close() }
        var input = images.input()
        input.tenancyConfig = TenancyConfig(tenantIsolationMode: "PER_TENANT")
        #expect(try images.create(input).tenancyConfig?.tenantIsolationMode == "PER_TENANT")
        func invoke(_ tenant: String?, _ type: String? = nil) throws(ServiceError) {
            let invoke = Invoke(invocations: images.lambda.invocations, asynchronous: images.lambda.events)
            _ = try images.bench.perform(
                invoke, InvokeInput(functionName: "f", invocationType: type, tenantId: tenant))
        }
        for type in [nil, "Event", "DryRun"] {
            let error = #expect(throws: ServiceError.self) { try invoke(nil, type) }
            #expect(message(error) == Self.missing)
            try invoke("blue", type)
        }
        let told = InvocationTenant(id: "blue", environmentsOfAll: 2_500)
        #expect(images.runner.tenants == [told, told], "the event that was left, and the one that was waited for")
    }

    @Test func `an event's tenant is kept over retries and a crash`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction(isolatesTenants: true)
        let invoker = ScriptedInvoker { _, _ in .functionError("{}") }
        let events = self.start(bench, invoker)
        try self.invoke(events, "blue", on: bench)
        try self.invoke(events, "green", on: bench)
        bench.advance(seconds: 60)
        #expect(invoker.invocations.map(\.tenant) == ["blue", "green", "blue", "green"])
        let next = TestBench.lambda(seed: 2, after: bench)
        let later = ScriptedInvoker()
        let again = self.start(next, later)
        defer { withExtendedLifetime(again) {} }
        next.advance(seconds: 600)
        #expect(later.invocations.map(\.tenant).compactMap { $0 }.sorted() == ["blue", "green"])
        #expect(code(#expect(throws: ServiceError.self) { try self.invoke(again, nil, on: next) }) != nil)
    }

    @Test func `what an event came to is its tenant's too, where the destination isolates tenants`() throws {
        for isIsolating in [true, false] {
            let invoker = ScriptedInvoker()
            let events = AsyncInvocations(invoker: invoker)
            let bench = TestBench(ports: { ports in
                ports.authorizer = RecordingAuthorizer()
                ports.identities = EveryRole()
                ports.functions = FunctionEvents(events)
            })
            let function = try bench.makeFunction(isolatesTenants: true)
            try bench.makeFunction("told", id: 8, isolatesTenants: isIsolating)
            events.start(host: bench.host)
            let config = EventInvokeRecord(
                onSuccess: "arn:aws:lambda:eu-west-1:123456789012:function:told", lastModified: bench.clock.now)
            try bench.transact { (call) throws(ServiceError) in
                try call.put(EventInvokeKey(function: function.record.id, qualifier: "$LATEST"), config)
            }
            try self.invoke(events, "blue", on: bench)
            bench.driver.settle()
            #expect(invoker.invocations.map(\.function) == ["f", "told"])
            #expect(invoker.invocations.map(\.tenant) == ["blue", isIsolating ? "blue" : nil])
        }
    }

    @Test func `who leaves events that are nobody's cannot leave them here`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction(isolatesTenants: true)
        let events = FunctionEvents(self.start(bench, ScriptedInvoker()))
        let refused = #expect(throws: ServiceError.self) {
            try bench.transact { (call) throws(ServiceError) in
                try events.check("arn:aws:lambda:eu-west-1:123456789012:function:f", in: &call)
            }
        }
        #expect(message(refused) == Self.missing)
        let old = #expect(throws: ServiceError.self) {
            try bench.perform(
                InvokeAsync(asynchronous: self.start(bench, ScriptedInvoker())),
                InvokeAsyncInput(functionName: "f", invokeArgs: Array("{}".utf8)))
        }
        #expect(message(old) == Self.missing)
    }

    @Test func `URLs, provisioned concurrency, event sources and SnapStart are refused`() throws {
        let bench = TestBench.lambda()
        let function = try bench.makeFunction(isolatesTenants: true)
        try bench.publish()
        let url = #expect(throws: ServiceError.self) {
            try bench.run(
                CreateFunctionUrlConfig.self, CreateFunctionUrlConfigInput(functionName: "f", authType: "NONE"))
        }
        let provisioned = #expect(throws: ServiceError.self) {
            try bench.run(
                PutProvisionedConcurrencyConfig.self,
                PutProvisionedConcurrencyConfigInput(
                    functionName: "f", qualifier: "1", provisionedConcurrentExecutions: 1))
        }
        let source = #expect(throws: ServiceError.self) {
            try bench.perform(
                CreateEventSourceMapping(pollers: MappingPollers(invoker: ScriptedInvoker())),
                CreateEventSourceMappingInput(functionName: "f", eventSourceArn: StoredQueues.arn("q")))
        }
        var settings = function.record.configuration
        settings.runtime = "python3.12"
        settings.snapStart = true
        let snapStart = #expect(throws: ServiceError.self) { try SnapStartRules.check(settings) }
        for (error, feature) in [
            (url, "function URLs"), (provisioned, "provisioned concurrency"), (source, "event source mappings"),
            (snapStart, "SnapStart"),
        ] {
            #expect(code(error) == "InvalidParameterValueException")
            #expect(message(error) == "Tenant isolation mode is not supported with \(feature).")
        }
    }

    @Test func `configurations say so, those of versions too`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction(isolatesTenants: true)
        try bench.makeFunction("g", id: 8)
        try bench.publish()
        func shown(_ name: String) throws -> String? {
            try bench.run(GetFunctionConfiguration.self, GetFunctionConfigurationInput(functionName: name))
                .tenancyConfig?.tenantIsolationMode
        }
        #expect(try shown("f") == "PER_TENANT")
        #expect(try shown("f:1") == "PER_TENANT")
        #expect(try shown("g") == nil)
    }

    @Test func `a durable execution is its tenant's, and so is what it invokes`() throws {
        let durable = try DurableBench(isNew: false) { (invocation) throws(ServiceError) in
            guard invocation.function == "f" else { return "7" }
            if invocation.ids.isEmpty {
                try await invocation.checkpoint([
                    .invoke("p", "plain", "1"), .invoke("i", "isolating", "2", tenant: "green"),
                    .invoke("missing", "isolating", "3"), .invoke("many", "plain", "4", tenant: "green"),
                ])
            }
            let isOver = invocation.status("p") == "SUCCEEDED" && invocation.status("i") == "SUCCEEDED"
            return isOver ? DurableInvocation.succeeded("8") : DurableInvocation.pending
        }
        try durable.bench.makeDurable(isolatesTenants: true)
        try durable.bench.makeFunction("plain", id: 8)
        try durable.bench.makeFunction("isolating", id: 9, isolatesTenants: true)
        let none = #expect(throws: ServiceError.self) { try durable.begin() }
        #expect(message(none) == Self.missing)
        let arn = try durable.begin(named: "n", tenant: "blue")
        #expect(try durable.begin(named: "n", tenant: "blue") == arn)
        let other = #expect(throws: ServiceError.self) { try durable.begin(named: "n", tenant: "red") }
        #expect(code(other) == "DurableExecutionAlreadyStartedException")
        durable.bench.advance(seconds: 60)
        let invocations = durable.script.invocations
        #expect(invocations.filter { $0.function == "f" }.allSatisfy { $0.tenant == "blue" })
        #expect(invocations.filter { $0.function == "plain" }.map(\.tenant) == [nil])
        #expect(invocations.filter { $0.function == "isolating" }.map(\.tenant) == ["green"])
        let history = try durable.history(arn)
        #expect(history.compactMap(\.chainedInvokeStartedDetails).map(\.tenantId) == [nil, "green", nil, "green"])
        #expect(history.compactMap(\.chainedInvokeFailedDetails).count == 2)
        #expect(try durable.found(arn).status == "SUCCEEDED")
    }
}
