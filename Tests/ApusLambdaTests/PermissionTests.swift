import ApusBase
import ApusLambda
import ApusService
import ApusTestSupport
import Testing

@Suite struct PermissionTests {
    private func add(
        _ bench: TestBench, id: String = "s", action: String = "lambda:InvokeFunction",
        principal: String = "s3.amazonaws.com",
        _ change: (inout AddPermissionInput) -> Void = { _ in }
    ) throws -> String? {
        var input = AddPermissionInput(functionName: "f", statementId: id, action: action, principal: principal)
        change(&input)
        return try bench.run(AddPermission.self, input).statement
    }

    private let arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"

    @Test func `a service is allowed for its source`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let statement = try self.add(bench) {
            $0.sourceArn = "arn:aws:s3:::bucket"
            $0.sourceAccount = "123456789012"
        }
        #expect(
            statement == """
                {"Sid":"s","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",\
                "Resource":"\(self.arn)","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},\
                "ArnLike":{"AWS:SourceArn":"arn:aws:s3:::bucket"}}}
                """)
    }

    @Test func `an account is allowed by its root`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let statement = try self.add(bench, principal: "210987654321")
        #expect(try JSONValue(parsing: statement ?? "")["Principal"] == ["AWS": "arn:aws:iam::210987654321:root"])
    }

    @Test func `everybody is allowed at a function URL without signature`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let statement = try self.add(bench, action: "lambda:InvokeFunctionUrl", principal: "*") {
            $0.functionUrlAuthType = "NONE"
        }
        let value = try JSONValue(parsing: statement ?? "")
        #expect(value["Principal"] == "*")
        #expect(value["Condition"] == ["StringEquals": ["lambda:FunctionUrlAuthType": "NONE"]])
    }

    @Test func `an organization is a condition`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let statement = try self.add(bench, principal: "*") { $0.principalOrgID = "o-a1b2c3d4e5f" }
        let condition = try JSONValue(parsing: statement ?? "")["Condition"]
        #expect(condition == ["StringEquals": ["aws:PrincipalOrgID": "o-a1b2c3d4e5f"]])
    }

    @Test func `a principal of no kind is refused`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let error = #expect(throws: ServiceError.self) { try self.add(bench, principal: "somebody") }
        #expect(code(error) == "InvalidParameterValueException")
    }

    @Test func `a statement id is given once`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        _ = try self.add(bench)
        let error = #expect(throws: ServiceError.self) { try self.add(bench) }
        #expect(code(error) == "ResourceConflictException")
        #expect(
            message(error)
                == "The statement id (s) provided already exists. Please provide a new statement id, or remove the existing "
                + "statement.")
    }

    @Test func `the policy shows its statements in order`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let first = try self.add(bench, id: "one") ?? ""
        let second = try self.add(bench, id: "two") ?? ""
        let answer = try bench.run(GetPolicy.self, GetPolicyInput(functionName: "f"))
        #expect(answer.policy == #"{"Version":"2012-10-17","Id":"default","Statement":[\#(first),\#(second)]}"#)
        #expect(answer.revisionId?.isEmpty == false)
    }

    @Test func `a function without statements has no policy`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let missing = #expect(throws: ServiceError.self) {
            try bench.run(GetPolicy.self, GetPolicyInput(functionName: "f"))
        }
        #expect(code(missing) == "ResourceNotFoundException")
        _ = try self.add(bench)
        _ = try bench.run(RemovePermission.self, RemovePermissionInput(functionName: "f", statementId: "s"))
        let removed = #expect(throws: ServiceError.self) {
            try bench.run(GetPolicy.self, GetPolicyInput(functionName: "f"))
        }
        #expect(code(removed) == "ResourceNotFoundException")
    }

    @Test func `a missing statement cannot be removed`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        _ = try self.add(bench)
        let error = #expect(throws: ServiceError.self) {
            try bench.run(RemovePermission.self, RemovePermissionInput(functionName: "f", statementId: "other"))
        }
        #expect(code(error) == "ResourceNotFoundException")
        #expect(message(error) == "Statement other is not found in resource policy.")
    }

    @Test func `another revision is a failed precondition`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        _ = try self.add(bench)
        let error = #expect(throws: ServiceError.self) { try self.add(bench, id: "two") { $0.revisionId = "old" } }
        #expect(code(error) == "PreconditionFailedException")
        let revision = try bench.run(GetPolicy.self, GetPolicyInput(functionName: "f")).revisionId
        _ = try self.add(bench, id: "two") { $0.revisionId = revision }
    }

    @Test func `a policy ends at 20 KB`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        var error: (any Error)?
        for number in 0..<200 where error == nil {
            do { _ = try self.add(bench, id: "s\(number)") } catch let caught { error = caught }
        }
        #expect(code(error) == "PolicyLengthExceededException")
    }

    @Test func `the demand names principal and auth type`() throws {
        let authorizer = RecordingAuthorizer()
        let bench = TestBench.lambda(authorizer: authorizer)
        try bench.makeFunction()
        _ = try self.add(bench, action: "lambda:InvokeFunctionUrl", principal: "*") { $0.functionUrlAuthType = "NONE" }
        let demand = try #require(authorizer.demands.last)
        #expect(demand.action == "lambda:AddPermission")
        #expect(demand.resource == self.arn)
        #expect(demand.conditions.map(\.key) == ["lambda:Principal", "lambda:FunctionUrlAuthType"])
    }
}
