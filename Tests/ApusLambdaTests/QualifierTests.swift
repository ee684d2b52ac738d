import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import Testing

/// Versions and aliases wherever a function may be named.
@Suite struct QualifierTests {
    private static let arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"

    /// A function with versions 1 and 2 and the alias `prod` of 1.
    private func bench() throws -> TestBench {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        for _ in 0..<2 { try bench.publish() }
        try bench.makeAlias("prod", version: "1")
        return bench
    }

    private func point(_ alias: String, to version: String, on bench: TestBench) throws {
        _ = try bench.run(UpdateAlias.self, UpdateAliasInput(functionName: "f", name: alias, functionVersion: version))
    }

    private func enqueue(_ name: String, _ events: AsyncInvocations, on bench: TestBench) throws {
        try bench.transact { (call) throws(ServiceError) in
            let event = IncomingEvent(payload: Array("{}".utf8), requestID: "r")
            try events.enqueue(event, for: try call.target(name), in: &call)
        }
    }

    // MARK: Names

    @Test(arguments: [
        "f:prod", "function:f:prod", "123456789012:function:f:prod", "123456789012:f:prod",
        "eu-west-1:123456789012:function:f:prod", "arn:aws:lambda:eu-west-1:123456789012:function:f:prod",
    ])
    func `every form of a name with a qualifier`(_ name: String) throws {
        let bench = try self.bench()
        let answer = try bench.run(GetFunctionConfiguration.self, GetFunctionConfigurationInput(functionName: name))
        #expect(answer.functionArn == Self.arn + ":prod" && answer.version == "1")
        let other = #expect(throws: ServiceError.self) {
            try bench.run(
                GetFunctionConfiguration.self, GetFunctionConfigurationInput(functionName: name, qualifier: "2"))
        }
        #expect(
            message(other) == "The derived qualifier from the function name does not match the specified qualifier.")
    }

    @Test(arguments: ["us-gov-west-1:123456789012:function:f", "arn:aws:lambda:us-east-1:123456789012:function:f"])
    func `a function of another region is not reachable`(_ name: String) throws {
        let bench = try self.bench()
        let error = #expect(throws: ServiceError.self) {
            try bench.run(GetFunction.self, GetFunctionInput(functionName: name))
        }
        #expect(code(error) == "ResourceNotFoundException")
        #expect(message(error)?.contains("are not reachable in this region ('eu-west-1')") == true)
    }

    // MARK: Asynchronous invocations

    @Test func `an event for an alias goes to the version that the alias names at its delivery`() throws {
        let bench = try self.bench()
        let invoker = ScriptedInvoker { _, number in number == 1 ? .functionError("{}") : .success("null") }
        let events = AsyncInvocations(invoker: invoker)
        events.start(host: bench.host)
        try self.enqueue("f:prod", events, on: bench)
        try self.point("prod", to: "2", on: bench)
        bench.advance(seconds: 61)
        #expect(invoker.invocations.map(\.version) == ["1", "2"])
        #expect(invoker.invocations.map(\.qualifier) == ["prod", "prod"])
    }

    @Test func `an event for an alias obeys the alias's settings and is told under its name`() throws {
        let bench = try self.bench()
        let queue = StoredQueues.arn("told")
        _ = try bench.run(
            PutFunctionEventInvokeConfig.self,
            PutFunctionEventInvokeConfigInput(
                functionName: "f", qualifier: "prod", maximumRetryAttempts: 0,
                destinationConfig: DestinationConfig(onFailure: OnFailure(destination: queue))))
        let invoker = ScriptedInvoker { _, _ in .functionError("{}") }
        let events = AsyncInvocations(invoker: invoker)
        events.start(host: bench.host)
        try self.enqueue("f:prod", events, on: bench)
        bench.advance(seconds: 600)
        #expect(invoker.invocations.count == 1)
        let told = try bench.transact { (call) throws(ServiceError) in
            try call.page(StoredMessageKey.all(queue), limit: 10).map(\.value.body)
        }
        let record = try JSONValue(parsing: try #require(told.first))
        #expect(record["requestContext"]?["functionArn"]?.stringValue == Self.arn + ":prod")
        #expect(record["responseContext"]?["executedVersion"]?.stringValue == "1")
    }

    @Test func `an event whose alias is gone is tried again, and told in the end`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction(deadLetterARN: StoredQueues.arn("dead"))
        try bench.publish()
        try bench.makeAlias("prod", version: "1")
        let invoker = ScriptedInvoker { _, number in number == 1 ? .functionError("{}") : .success("null") }
        let events = AsyncInvocations(invoker: invoker)
        events.start(host: bench.host)
        try self.enqueue("f:prod", events, on: bench)
        _ = try bench.run(DeleteAlias.self, DeleteAliasInput(functionName: "f", name: "prod"))
        bench.advance(seconds: 120)
        #expect(invoker.invocations.count == 1)
        bench.advance(seconds: 7 * 3600)
        let dead = try bench.transact { (call) throws(ServiceError) in
            try call.page(StoredMessageKey.all(StoredQueues.arn("dead")), limit: 10).map(\.value)
        }
        #expect(dead.count == 1)
        #expect(events.counts.deadLettered == 1)
    }

    // MARK: Mappings

    @Test func `a mapping of an alias runs what the alias names, and is listed under it`() throws {
        let bench = try self.bench()
        let invoker = ScriptedInvoker()
        let pollers = MappingPollers(invoker: invoker)
        pollers.start(host: bench.host)
        let queue = StoredQueues.arn("q")
        func create(_ name: String) throws(ServiceError) -> EventSourceMappingConfiguration {
            try bench.perform(
                CreateEventSourceMapping(pollers: pollers),
                CreateEventSourceMappingInput(functionName: name, eventSourceArn: queue))
        }
        let made = try create("f:prod")
        #expect(made.functionArn == Self.arn + ":prod")
        #expect(
            code(#expect(throws: ServiceError.self) { try create(Self.arn + ":prod") }) == "ResourceConflictException")
        let queues = StoredQueues()
        try bench.transact { (call) throws(ServiceError) in
            try queues.send(OutgoingMessage(body: "a"), to: queue, in: &call)
        }
        try self.point("prod", to: "2", on: bench)
        try bench.transact { (call) throws(ServiceError) in
            try queues.send(OutgoingMessage(body: "b"), to: queue, in: &call)
        }
        #expect(invoker.invocations.map(\.version) == ["1", "2"])
        func list(_ name: String) throws -> [String?] {
            let input = ListEventSourceMappingsInput(functionName: name)
            return try bench.run(ListEventSourceMappings.self, input).eventSourceMappings?.map(\.uuid) ?? []
        }
        #expect(try list("f:prod") == [made.uuid])
        #expect(try list("f").isEmpty)
        let gone = #expect(throws: ServiceError.self) { try create("f:none") }
        #expect(message(gone) == "Function not found: \(Self.arn):none")
    }

    @Test func `the tags of a mapping's request are condition keys`() throws {
        let authorizer = RecordingAuthorizer()
        let bench = TestBench.lambda(authorizer: authorizer)
        try bench.makeFunction()
        _ = try bench.perform(
            CreateEventSourceMapping(pollers: MappingPollers(invoker: ScriptedInvoker())),
            CreateEventSourceMappingInput(
                functionName: "f", eventSourceArn: StoredQueues.arn("q"), tags: ["team": "a", "stage": "b"]))
        let demand = try #require(authorizer.demands.first { $0.action == "lambda:CreateEventSourceMapping" })
        #expect(demand.conditions.first { $0.key == "aws:TagKeys" }?.values == ["stage", "team"])
        #expect(demand.conditions.first { $0.key == "aws:RequestTag/team" }?.values == ["a"])
    }

    // MARK: URLs

    @Test func `an alias has a URL of its own, until it is deleted`() throws {
        let bench = try self.bench()
        func create(_ qualifier: String?) throws(ServiceError) -> CreateFunctionUrlConfigOutput {
            try bench.run(
                CreateFunctionUrlConfig.self,
                CreateFunctionUrlConfigInput(functionName: "f", authType: "NONE", qualifier: qualifier))
        }
        let own = try create(nil)
        let prod = try create("prod")
        #expect(prod.functionArn == Self.arn + ":prod" && prod.functionUrl != own.functionUrl)
        #expect(code(#expect(throws: ServiceError.self) { try create("prod") }) == "ResourceConflictException")
        #expect(code(#expect(throws: ServiceError.self) { try create("1") }) == "ValidationException")
        #expect(code(#expect(throws: ServiceError.self) { try create("none") }) == "ResourceNotFoundException")
        func list(_ marker: String? = nil, _ items: Int? = nil) throws -> ListFunctionUrlConfigsOutput {
            try bench.run(
                ListFunctionUrlConfigs.self,
                ListFunctionUrlConfigsInput(functionName: "f", marker: marker, maxItems: items))
        }
        #expect(try list().functionUrlConfigs.map(\.functionArn) == [Self.arn, Self.arn + ":prod"])
        let first = try list(nil, 1)
        #expect(first.functionUrlConfigs.map(\.functionArn) == [Self.arn])
        let second = try list(first.nextMarker, 1)
        #expect(second.functionUrlConfigs.map(\.functionArn) == [Self.arn + ":prod"] && second.nextMarker == nil)
        _ = try bench.run(DeleteAlias.self, DeleteAliasInput(functionName: "f", name: "prod"))
        #expect(try list().functionUrlConfigs.map(\.functionArn) == [Self.arn])
        try bench.makeAlias("prod", version: "2")
        #expect(try create("prod").functionUrl != prod.functionUrl)
    }

    // MARK: Settings of events

    @Test func `a version and an alias have settings of their own`() throws {
        let bench = try self.bench()
        for (qualifier, retries) in [(nil, 0), ("1", 1), ("prod", 2)] as [(String?, Int)] {
            _ = try bench.run(
                PutFunctionEventInvokeConfig.self,
                PutFunctionEventInvokeConfigInput(
                    functionName: "f", qualifier: qualifier, maximumRetryAttempts: retries))
        }
        let listed = try bench.run(
            ListFunctionEventInvokeConfigs.self, ListFunctionEventInvokeConfigsInput(functionName: "f"))
        #expect(listed.functionEventInvokeConfigs?.map(\.maximumRetryAttempts) == [0, 1, 2])
        let prod = try bench.run(
            GetFunctionEventInvokeConfig.self, GetFunctionEventInvokeConfigInput(functionName: "f:prod"))
        #expect(prod.maximumRetryAttempts == 2 && prod.functionArn == Self.arn + ":prod")
        let gone = #expect(throws: ServiceError.self) {
            try bench.run(
                GetFunctionEventInvokeConfig.self,
                GetFunctionEventInvokeConfigInput(functionName: "f", qualifier: "none"))
        }
        #expect(code(gone) == "ResourceNotFoundException")
    }
}
