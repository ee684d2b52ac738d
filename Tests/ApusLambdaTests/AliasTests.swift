import ApusLambda
import ApusService
import ApusTestSupport
import Testing

@Suite struct AliasTests {
    private let arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"

    /// A function with versions 1 and 2.
    private func bench() throws -> TestBench {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        for _ in 0..<2 { try bench.publish() }
        return bench
    }

    private func create(
        _ bench: TestBench, _ name: String = "prod", version: String = "1", weights: [String: Double]? = nil
    ) throws -> AliasConfiguration {
        try bench.run(
            CreateAlias.self,
            CreateAliasInput(
                functionName: "f", name: name, functionVersion: version,
                routingConfig: weights.map { AliasRoutingConfiguration(additionalVersionWeights: $0) }))
    }

    @Test func `an alias is created, read, changed and deleted`() throws {
        let bench = try self.bench()
        let made = try self.create(bench, weights: ["2": 0.25])
        #expect(made.aliasArn == "\(self.arn):prod")
        #expect(made.routingConfig?.additionalVersionWeights == ["2": 0.25])
        #expect(try bench.run(GetAlias.self, GetAliasInput(functionName: "f", name: "prod")).functionVersion == "1")
        let changed = try bench.run(
            UpdateAlias.self,
            UpdateAliasInput(
                functionName: "f", name: "prod", functionVersion: "2", routingConfig: AliasRoutingConfiguration(),
                revisionId: made.revisionId))
        #expect(changed.functionVersion == "2" && changed.routingConfig == nil)
        #expect(changed.revisionId != made.revisionId)
        _ = try bench.run(DeleteAlias.self, DeleteAliasInput(functionName: "f", name: "prod"))
        let error = #expect(throws: ServiceError.self) {
            try bench.run(GetAlias.self, GetAliasInput(functionName: "f", name: "prod"))
        }
        #expect(message(error) == "Cannot find alias arn: \(self.arn):prod")
    }

    @Test func `an alias leads to its version under its own name`() throws {
        let bench = try self.bench()
        _ = try self.create(bench, version: "2")
        let answer = try bench.run(
            GetFunctionConfiguration.self, GetFunctionConfigurationInput(functionName: "f", qualifier: "prod"))
        #expect(answer.version == "2")
        #expect(answer.functionArn == "\(self.arn):prod")
    }

    @Test func `what an alias cannot be is refused in AWS's words`() throws {
        let bench = try self.bench()
        _ = try self.create(bench)
        let cases: [(name: String, version: String, weights: [String: Double]?, sentence: String)] = [
            ("prod", "1", nil, "Alias already exists: \(self.arn):prod"),
            ("next", "9", nil, "Function not found: \(self.arn):9"),
            (
                "next", "1", ["2": 0.1, "3": 0.1],
                "Number of items in AdditionalVersionWeights cannot be greater than 1"
            ),
            (
                "next", "$LATEST", ["2": 0.1],
                "$LATEST is not supported for an alias pointing to more than 1 version"
            ),
            (
                "next", "1", ["1": 0.1],
                "Invalid function version 1. Function version 1 is already included in routing configuration."
            ),
            (
                "12", "1", nil,
                "1 validation error detected: Value '12' at 'name' failed to satisfy constraint: Member must satisfy "
                    + "regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)"
            ),
        ]
        for (name, version, weights, sentence) in cases {
            let error = #expect(throws: ServiceError.self) {
                try self.create(bench, name, version: version, weights: weights)
            }
            #expect(message(error) == sentence)
        }
        let stale = #expect(throws: ServiceError.self) {
            try bench.run(UpdateAlias.self, UpdateAliasInput(functionName: "f", name: "prod", revisionId: "old"))
        }
        #expect(code(stale) == "PreconditionFailedException")
        let missing = #expect(throws: ServiceError.self) {
            try bench.run(UpdateAlias.self, UpdateAliasInput(functionName: "f", name: "none"))
        }
        #expect(message(missing) == "Alias not found: \(self.arn):none")
    }

    @Test func `aliases are listed by version and page`() throws {
        let bench = try self.bench()
        _ = try self.create(bench, "a")
        _ = try self.create(bench, "b", version: "2")
        _ = try self.create(bench, "c", weights: ["2": 0.5])
        let two = try bench.run(ListAliases.self, ListAliasesInput(functionName: "f", functionVersion: "2"))
        #expect(two.aliases?.map(\.name) == ["b", "c"])
        let first = try bench.run(ListAliases.self, ListAliasesInput(functionName: "f", maxItems: 2))
        #expect(first.aliases?.map(\.name) == ["a", "b"])
        let rest = try bench.run(ListAliases.self, ListAliasesInput(functionName: "f", marker: first.nextMarker))
        #expect(rest.aliases?.map(\.name) == ["c"] && rest.nextMarker == nil)
    }

    @Test func `weights divide invocations`() {
        let alias = AliasRecord(version: "1", weights: ["2": 0.25], revisionID: "r")
        #expect(alias.version(dice: 0) == "2")
        #expect(alias.version(dice: 0.249) == "2")
        #expect(alias.version(dice: 0.25) == "1")
        #expect(alias.version(dice: 0.999) == "1")
    }

    @Test func `an alias has a resource policy of its own`() throws {
        let bench = try self.bench()
        _ = try self.create(bench)
        let answer = try bench.run(
            AddPermission.self,
            AddPermissionInput(
                functionName: "f", statementId: "s", action: "lambda:InvokeFunction", principal: "s3.amazonaws.com",
                qualifier: "prod"))
        #expect(answer.statement?.contains("\"Resource\":\"\(self.arn):prod\"") == true)
        let missing = #expect(throws: ServiceError.self) {
            try bench.run(GetPolicy.self, GetPolicyInput(functionName: "f"))
        }
        #expect(code(missing) == "ResourceNotFoundException")
        #expect(try bench.run(GetPolicy.self, GetPolicyInput(functionName: "f", qualifier: "prod")).policy != nil)
        let latest = #expect(throws: ServiceError.self) {
            try bench.run(
                AddPermission.self,
                AddPermissionInput(
                    functionName: "f", statementId: "s", action: "lambda:InvokeFunction", principal: "s3.amazonaws.com",
                    qualifier: "$LATEST"))
        }
        #expect(message(latest) == "We currently do not support adding policies for $LATEST.")
    }

    @Test func `an operation for whole functions refuses an alias`() throws {
        let bench = try self.bench()
        let error = #expect(throws: ServiceError.self) {
            try bench.run(GetFunctionConcurrency.self, GetFunctionConcurrencyInput(functionName: "f:prod"))
        }
        #expect(
            message(error)
                == "This operation is permitted on Lambda functions only. Aliases and versions do not support this "
                + "operation. Please specify either a function name or an unqualified function ARN.")
    }
}
