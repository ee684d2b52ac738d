import ApusLambda
import ApusService
import ApusTestSupport
import Testing

@Suite struct CodeSigningTests {
    private let profile = "arn:aws:signer:eu-west-1:123456789012:/signing-profiles/p/1234567890"

    private func create(_ bench: TestBench, policy: String? = nil) throws -> CodeSigningConfig {
        try bench.run(
            CreateCodeSigningConfig.self,
            CreateCodeSigningConfigInput(
                allowedPublishers: AllowedPublishers(signingProfileVersionArns: [self.profile]),
                codeSigningPolicies: policy.map { CodeSigningPolicies(untrustedArtifactOnDeployment: $0) })
        ).codeSigningConfig
    }

    // Signatures are not checked: what cannot be enforced is not accepted.
    @Test func `a configuration that enforces signatures is refused`() throws {
        let bench = TestBench.lambda()
        let error = #expect(throws: ServiceError.self) { try self.create(bench, policy: "Enforce") }
        #expect(error?.answer.status == 501)
        #expect(try self.create(bench).codeSigningPolicies.untrustedArtifactOnDeployment == "Warn")
    }

    @Test func `a configuration that a function has cannot be deleted`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let arn = try self.create(bench).codeSigningConfigArn
        _ = try bench.run(
            PutFunctionCodeSigningConfig.self,
            PutFunctionCodeSigningConfigInput(codeSigningConfigArn: arn, functionName: "f"))
        let listed = try bench.run(
            ListFunctionsByCodeSigningConfig.self, ListFunctionsByCodeSigningConfigInput(codeSigningConfigArn: arn))
        #expect(listed.functionArns == ["arn:aws:lambda:eu-west-1:123456789012:function:f"])
        let error = #expect(throws: ServiceError.self) {
            try bench.run(DeleteCodeSigningConfig.self, DeleteCodeSigningConfigInput(codeSigningConfigArn: arn))
        }
        #expect(code(error) == "ResourceConflictException")
        _ = try bench.run(
            DeleteFunctionCodeSigningConfig.self, DeleteFunctionCodeSigningConfigInput(functionName: "f"))
        _ = try bench.run(DeleteCodeSigningConfig.self, DeleteCodeSigningConfigInput(codeSigningConfigArn: arn))
        let gone = #expect(throws: ServiceError.self) {
            try bench.run(GetCodeSigningConfig.self, GetCodeSigningConfigInput(codeSigningConfigArn: arn))
        }
        #expect(message(gone) == "The Lambda code signing configuration \(arn) can not be found.")
    }
}
