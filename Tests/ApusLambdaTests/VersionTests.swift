import ApusLambda
import ApusService
import ApusTestSupport
import Testing

@Suite struct VersionTests {
    // The form of the answer is the example's of the aws CLI's page on list-versions-by-function.
    @Test func `the latest version is the only one and has its own ARN`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let answer = try bench.run(ListVersionsByFunction.self, ListVersionsByFunctionInput(functionName: "f"))
        #expect(answer.versions?.map(\.version) == ["$LATEST"])
        #expect(
            answer.versions?.map(\.functionArn) == ["arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST"])
        #expect(answer.nextMarker == nil)
    }

    @Test func `a missing function has no versions`() throws {
        let bench = TestBench.lambda()
        let error = #expect(throws: ServiceError.self) {
            try bench.run(ListVersionsByFunction.self, ListVersionsByFunctionInput(functionName: "f"))
        }
        #expect(code(error) == "ResourceNotFoundException")
    }

    @Test func `a marker that was never handed out is refused`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let error = #expect(throws: ServiceError.self) {
            try bench.run(ListVersionsByFunction.self, ListVersionsByFunctionInput(functionName: "f", marker: "x"))
        }
        #expect(code(error) == "InvalidParameterValueException")
    }

    @Test func `no function has a code signing configuration`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let answer = try bench.run(
            GetFunctionCodeSigningConfig.self, GetFunctionCodeSigningConfigInput(functionName: "f"))
        #expect(answer.codeSigningConfigArn.isEmpty)
        #expect(answer.functionName == "f")
        try bench.deleteFunction()
        let error = #expect(throws: ServiceError.self) {
            try bench.run(GetFunctionCodeSigningConfig.self, GetFunctionCodeSigningConfigInput(functionName: "f"))
        }
        #expect(code(error) == "ResourceNotFoundException")
    }
}
