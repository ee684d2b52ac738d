import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import Testing

/// Source: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html and the pages of the operations.
@Suite struct ProvisionedConcurrencyTests {
    private func bench() throws -> TestBench {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        for _ in 0..<2 { try bench.publish() }
        try bench.makeAlias("prod", version: "1")
        return bench
    }

    @discardableResult
    private func put(
        _ bench: TestBench, _ qualifier: String, _ count: Int = 1
    ) throws(ServiceError) -> PutProvisionedConcurrencyConfigOutput {
        try bench.run(
            PutProvisionedConcurrencyConfig.self,
            PutProvisionedConcurrencyConfigInput(
                functionName: "f", qualifier: qualifier, provisionedConcurrentExecutions: count))
    }

    private func get(
        _ bench: TestBench, _ qualifier: String
    ) throws(ServiceError) -> GetProvisionedConcurrencyConfigOutput {
        try bench.run(
            GetProvisionedConcurrencyConfig.self,
            GetProvisionedConcurrencyConfigInput(functionName: "f", qualifier: qualifier))
    }

    private func unreserved(_ bench: TestBench) throws -> Int? {
        try bench.run(GetAccountSettings.self, GetAccountSettingsInput()).accountLimit?.unreservedConcurrentExecutions
    }

    @Test func `it is put, answered, listed and deleted, and the account's number follows`() throws {
        let bench = try self.bench()
        let made = try self.put(bench, "prod", 5)
        #expect(made.requestedProvisionedConcurrentExecutions == 5 && made.status == "IN_PROGRESS")
        #expect(try self.unreserved(bench) == 995)
        try self.put(bench, "prod", 7)
        #expect(try self.unreserved(bench) == 993)
        try self.put(bench, "2", 3)
        #expect(try self.get(bench, "2").requestedProvisionedConcurrentExecutions == 3)
        let listed = try bench.run(
            ListProvisionedConcurrencyConfigs.self, ListProvisionedConcurrencyConfigsInput(functionName: "f"))
        #expect(
            listed.provisionedConcurrencyConfigs?.map(\.functionArn)
                == ["2", "prod"].map {
                    "arn:aws:lambda:eu-west-1:123456789012:function:f:\($0)"
                })
        let gone = DeleteProvisionedConcurrencyConfigInput(functionName: "f", qualifier: "prod")
        for _ in 0..<2 { _ = try bench.run(DeleteProvisionedConcurrencyConfig.self, gone) }
        #expect(try self.unreserved(bench) == 997)
        let error = #expect(throws: ServiceError.self) { try self.get(bench, "prod") }
        #expect(code(error) == "ProvisionedConcurrencyConfigNotFoundException")
        #expect(message(error) == "No Provisioned Concurrency Config found for this function")
    }

    @Test func `unpublished code has none`() throws {
        let bench = try self.bench()
        try bench.makeAlias("latest", version: "$LATEST")
        for qualifier in ["$LATEST", "latest"] {
            let error = #expect(throws: ServiceError.self) { try self.put(bench, qualifier) }
            #expect(
                message(error)
                    == "Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
        }
        #expect(code(#expect(throws: ServiceError.self) { try self.put(bench, "9") }) == "ResourceNotFoundException")
        #expect(
            message(#expect(throws: ServiceError.self) { try self.get(bench, "$LATEST") })
                == "The function resource provided must be an alias or a published version.")
    }

    @Test func `an alias and its version do not both have it`() throws {
        let bench = try self.bench()
        try self.put(bench, "prod")
        #expect(
            message(#expect(throws: ServiceError.self) { try self.put(bench, "1") })
                == "Version is pointed by a Provisioned Concurrency alias")
        try self.put(bench, "2")
        let error = #expect(throws: ServiceError.self) {
            try bench.run(
                UpdateAlias.self, UpdateAliasInput(functionName: "f", name: "prod", functionVersion: "2"))
        }
        #expect(code(error) == "ResourceConflictException")
        try bench.makeAlias("other", version: "2")
        #expect(
            message(#expect(throws: ServiceError.self) { try self.put(bench, "other") })
                == "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version")
    }

    @Test func `it stays within what is reserved, or within the account`() throws {
        let bench = try self.bench()
        #expect(
            message(#expect(throws: ServiceError.self) { try self.put(bench, "prod", 901) })
                == "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
                + "minimum value of [100].")
        try self.put(bench, "prod", 900)
        _ = try bench.run(
            DeleteProvisionedConcurrencyConfig.self,
            DeleteProvisionedConcurrencyConfigInput(functionName: "f", qualifier: "prod"))
        try bench.transact { (call) throws(ServiceError) in
            var (key, record) = try call.wholeFunction("f")
            record.shared.reservedConcurrency = 10
            try call.put(key, record)
        }
        #expect(
            message(#expect(throws: ServiceError.self) { try self.put(bench, "prod", 11) })
                == "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"
        )
        try self.put(bench, "prod", 10)
        // It comes from what is reserved, and is not counted beside.
        #expect(try self.unreserved(bench) == 1000)
    }

    @Test func `an alias that is deleted takes its own away`() throws {
        let bench = try self.bench()
        try self.put(bench, "prod", 5)
        _ = try bench.run(DeleteAlias.self, DeleteAliasInput(functionName: "f", name: "prod"))
        #expect(try self.unreserved(bench) == 1000)
        try bench.makeAlias("prod", version: "1")
        #expect(
            code(#expect(throws: ServiceError.self) { try self.get(bench, "prod") })
                == "ProvisionedConcurrencyConfigNotFoundException")
    }

    @Test func `an alias with weights divides what it has`() {
        let alias = AliasRecord(version: "1", weights: ["2": 0.3], revisionID: "r")
        let shares = ProvisionedPlan.shares(of: 10, among: alias)
        #expect(shares.map(\.version) == ["1", "2"] && shares.map(\.count) == [7, 3])
        let one = ProvisionedPlan.shares(of: 1, among: alias)
        #expect(one.map(\.version) == ["1"] && one.map(\.count) == [1])
    }

    @Test func `what is provisioned is run in first, then what all share`() throws {
        var gate = ConcurrencyGate()
        let place = ConcurrencyGate.Place(account: "1", region: "r")
        let provision = ConcurrencyGate.Provision(revision: "7-v1", count: 1)
        let first = try gate.enter(place, function: 7, reservation: nil, allReserved: 999, provision: provision)
        let second = try gate.enter(place, function: 7, reservation: nil, allReserved: 999, provision: provision)
        #expect(throws: ConcurrencyGate.Refusal.account) {
            try gate.enter(place, function: 7, reservation: nil, allReserved: 999, provision: provision)
        }
        gate.leave(first)
        _ = try gate.enter(place, function: 7, reservation: nil, allReserved: 999, provision: provision)
        gate.leave(second)
        #expect(gate.running == 1)
    }
}
