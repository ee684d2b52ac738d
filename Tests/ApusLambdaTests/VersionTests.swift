import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@Suite struct VersionTests {
    private let arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"

    private func publish(_ bench: TestBench, description: String? = nil) throws -> FunctionConfiguration {
        try bench.run(PublishVersion.self, PublishVersionInput(functionName: "f", description: description))
    }

    /// Changes the function as an update of its configuration does.
    private func change(_ bench: TestBench) throws {
        try bench.transact { (call) throws(ServiceError) in
            let (key, found) = try call.wholeFunction("f")
            var record = found
            record.change += 1
            try call.put(key, record)
        }
    }

    // The form of the answer is the example's of the aws CLI's page on list-versions-by-function.
    @Test func `the latest version comes first and has its own ARN`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        _ = try self.publish(bench)
        let answer = try bench.run(ListVersionsByFunction.self, ListVersionsByFunctionInput(functionName: "f"))
        #expect(answer.versions?.map(\.version) == ["$LATEST", "1"])
        #expect(answer.versions?.map(\.functionArn) == ["\(self.arn):$LATEST", "\(self.arn):1"])
        #expect(answer.nextMarker == nil)
    }

    @Test func `versions are listed page by page`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        for _ in 0..<4 {
            _ = try self.publish(bench)
            try self.change(bench)
        }
        var seen: [String?] = []
        var marker: String?
        repeat {
            let page = try bench.run(
                ListVersionsByFunction.self, ListVersionsByFunctionInput(functionName: "f", marker: marker, maxItems: 2)
            )
            seen += page.versions?.map(\.version) ?? []
            marker = page.nextMarker
        } while marker != nil
        #expect(seen == ["$LATEST", "1", "2", "3", "4"])
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

    // "Lambda doesn't publish a version if the function's configuration and code haven't changed since the last version."
    @Test func `what has not changed is not published again`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let first = try self.publish(bench, description: "one")
        #expect(first.version == "1")
        #expect(first.functionArn == "\(self.arn):1")
        #expect(first.description == "one")
        let again = try self.publish(bench, description: "two")
        #expect(again.version == "1")
        #expect(again.description == "one")
        try self.change(bench)
        #expect(try self.publish(bench).version == "2")
    }

    @Test func `a version is published of the code and revision that the caller saw`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let code = #expect(throws: ServiceError.self) {
            try bench.run(PublishVersion.self, PublishVersionInput(functionName: "f", codeSha256: "other"))
        }
        #expect(
            message(code)
                == "CodeSHA256 (other) is different from current CodeSHA256 in $LATEST (). Please try again with the "
                + "CodeSHA256 in $LATEST.")
        let revision = #expect(throws: ServiceError.self) {
            try bench.run(PublishVersion.self, PublishVersionInput(functionName: "f", revisionId: "old"))
        }
        #expect(ApusLambdaTests.code(revision) == "PreconditionFailedException")
    }

    @Test func `a version is found by every form of its name`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        _ = try self.publish(bench)
        for name in ["f:1", "123456789012:function:f:1", "function:f:1", "\(self.arn):1"] {
            let answer = try bench.run(
                GetFunctionConfiguration.self, GetFunctionConfigurationInput(functionName: name))
            #expect(answer.version == "1" && answer.functionArn == "\(self.arn):1", "\(name)")
        }
        let error = #expect(throws: ServiceError.self) {
            try bench.run(
                GetFunctionConfiguration.self, GetFunctionConfigurationInput(functionName: "f:1", qualifier: "2"))
        }
        #expect(
            message(error) == "The derived qualifier from the function name does not match the specified qualifier.")
        let missing = #expect(throws: ServiceError.self) {
            try bench.run(
                GetFunctionConfiguration.self, GetFunctionConfigurationInput(functionName: "f", qualifier: "9"))
        }
        #expect(message(missing) == "Function not found: \(self.arn):9")
    }

    @Test func `an invocation through a version names it, and has a pool of its own`() throws {
        let bench = TestBench.lambda()
        let (_, record) = try bench.makeFunction()
        _ = try self.publish(bench)
        let target = try bench.transact { (call) throws(ServiceError) in try call.target("f", qualifier: "1") }
        #expect(target.arn == "\(self.arn):1")
        #expect(target.record.versionName == "1")
        #expect(target.record.revision != record.revision)
    }

    @Test func `a package is released with the last version that names it`() throws {
        let bench = TestBench.lambda()
        let (key, record) = try bench.makeFunction()
        _ = try self.publish(bench)
        let blob = try #require(BlobID(bytes: record.code.blob))
        let latest = try bench.transact { (call) throws(ServiceError) in try call.letGoAll(of: record) }
        #expect(latest == [])
        let last = try bench.transact { (call) throws(ServiceError) in
            let version = try call.target("f", qualifier: "1").record
            return try call.deleteVersion(version, of: key, shared: record.shared)
        }
        #expect(last == [blob])
    }

    @Test func `a function without code signing configuration has an empty one`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let answer = try bench.run(
            GetFunctionCodeSigningConfig.self, GetFunctionCodeSigningConfigInput(functionName: "f"))
        #expect(answer.codeSigningConfigArn.isEmpty)
        #expect(answer.functionName == "f")
    }

    @Test func `all versions of all functions are listed page by page`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction("f", id: 7)
        try bench.makeFunction("g", id: 8)
        _ = try self.publish(bench)
        var seen: [String] = []
        var marker: String?
        repeat {
            let page = try bench.run(
                ListFunctions.self, ListFunctionsInput(functionVersion: "ALL", marker: marker, maxItems: 1))
            seen += page.functions?.map { "\($0.functionName ?? ""):\($0.version ?? "")" } ?? []
            marker = page.nextMarker
        } while marker != nil
        #expect(seen == ["f:$LATEST", "f:1", "g:$LATEST"])
    }
}
