import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Synchronization
import Testing

@testable import ApusLambda

/// Runs nothing, on interpreters of a build that a test changes.
private final class BuildRunner: FunctionRunner {
    let build = Mutex<String?>("1")

    func runtimeVersion(of runtime: String, region: String) -> String? {
        self.build.withLock { $0.map { "arn:aws:lambda:\(region)::runtime:\(runtime)-\($0)" } }
    }
    func invoke(
        _ request: InvocationRequest, in spec: EnvironmentSpec,
        completion: @escaping @Sendable (Result<InvocationOutcome, RunnerError>) -> Void
    ) { completion(.failure(.throttled)) }
    func missing(runtime: String) -> RuntimeRefusal? { nil }
    func unreachable(folder: String) -> String? { nil }
    func retire(revision: String) {}
    func provision(_ spec: EnvironmentSpec, environments: Int) {}
    func provisionedCount(revision: String) -> Int { 0 }
    func provisionFailure(revision: String) -> String? { nil }
}

/// Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html and the pages of the operations.
@Suite final class RuntimeManagementTests {
    private let runner = BuildRunner()
    private let directory = "/tmp/apus-runtime-tests-\(SystemEntropy().nextUInt64())"
    private let bench: TestBench
    private let lambda: Lambda

    init() throws {
        let runner = self.runner
        self.bench = TestBench(ports: { ports in
            ports.identities = EveryRole()
            ports.runner = runner
        })
        self.lambda = try Lambda(
            blobs: BlobStore(store: self.bench.host.store, disk: MemoryBlobDisk()),
            packageDirectory: self.directory, entropy: SystemEntropy())
        try self.bench.makeFunction()
    }

    deinit { try? Files.removeTree(self.directory) }

    private static func arn(_ build: String, runtime: String = "python3.11") -> String {
        "arn:aws:lambda:eu-west-1::runtime:\(runtime)-\(build)"
    }

    @discardableResult
    private func put(
        _ mode: String, _ arn: String? = nil, _ qualifier: String? = nil
    ) throws(ServiceError) -> PutRuntimeManagementConfigOutput {
        try self.bench.run(
            PutRuntimeManagementConfig.self,
            PutRuntimeManagementConfigInput(
                functionName: "f", updateRuntimeOn: mode, qualifier: qualifier, runtimeVersionArn: arn))
    }

    private func get(_ qualifier: String? = nil) throws -> GetRuntimeManagementConfigOutput {
        try self.bench.run(
            GetRuntimeManagementConfig.self,
            GetRuntimeManagementConfigInput(functionName: "f", qualifier: qualifier))
    }

    private func shown(_ name: String = "f") throws -> FunctionConfiguration {
        try self.bench.run(GetFunctionConfiguration.self, GetFunctionConfigurationInput(functionName: name))
    }

    private func configure(_ input: UpdateFunctionConfigurationInput) throws {
        _ = try self.bench.perform(
            UpdateFunctionConfiguration(packages: self.lambda.packages, invocations: self.lambda.invocations), input)
    }

    /// Why the version that is pinned cannot be run on; nil where it can.
    private func refusal() throws -> String? {
        do {
            try self.bench.transact { (call) throws(ServiceError) in
                let (key, record) = try call.wholeFunction("f")
                try call.requireRuntimeVersion(key, record)
            }
            return nil
        } catch { return code(error) }
    }

    @Test func `a function is updated with the machine unless it says otherwise`() throws {
        #expect(try self.get().updateRuntimeOn == "Auto" && self.get().runtimeVersionArn == nil)
        #expect(try self.shown().runtimeVersionConfig?.runtimeVersionArn == Self.arn("1"))
        self.runner.build.withLock { $0 = "2" }
        #expect(try self.shown().runtimeVersionConfig?.runtimeVersionArn == Self.arn("2"))
        #expect(try self.refusal() == nil)
        let made = try self.put("Auto")
        #expect(made.updateRuntimeOn == "Auto" && made.runtimeVersionArn == nil)
        #expect(made.functionArn == "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST")
    }

    @Test func `with Manual it runs on the version that it names, or not at all`() throws {
        let made = try self.put("Manual", Self.arn("1"))
        #expect(made.updateRuntimeOn == "Manual" && made.runtimeVersionArn == Self.arn("1"))
        #expect(try self.get().runtimeVersionArn == Self.arn("1") && self.get().updateRuntimeOn == "Manual")
        self.runner.build.withLock { $0 = "2" }
        #expect(try self.refusal() == "InvalidRuntimeException")
        let config = try #require(try self.shown().runtimeVersionConfig)
        #expect(config.runtimeVersionArn == Self.arn("1") && config.error?.errorCode == "InvalidRuntimeException")
        #expect(config.error?.message?.contains(Self.arn("2")) == true, "it says what is here")
        // An update of the function does not help; another setting does.
        try self.configure(UpdateFunctionConfigurationInput(functionName: "f", timeout: 9))
        #expect(try self.refusal() == "InvalidRuntimeException")
        try self.put("Manual", Self.arn("2"))
        #expect(try self.refusal() == nil && self.shown().runtimeVersionConfig?.error == nil)
    }

    @Test func `with FunctionUpdate it runs on the version that was there at its last update`() throws {
        let made = try self.put("FunctionUpdate")
        #expect(made.updateRuntimeOn == "FunctionUpdate" && made.runtimeVersionArn == nil)
        #expect(try self.get().runtimeVersionArn == nil && self.get().updateRuntimeOn == "FunctionUpdate")
        self.runner.build.withLock { $0 = "2" }
        #expect(try self.refusal() == "InvalidRuntimeException")
        #expect(try self.shown().runtimeVersionConfig?.runtimeVersionArn == Self.arn("1"))
        try self.configure(UpdateFunctionConfigurationInput(functionName: "f", timeout: 9))
        #expect(try self.refusal() == nil)
        #expect(try self.shown().runtimeVersionConfig?.runtimeVersionArn == Self.arn("2"))
        #expect(try self.get().updateRuntimeOn == "FunctionUpdate")
    }

    @Test func `what cannot be kept is refused`() throws {
        for (mode, arn) in [
            ("Manual", nil), ("Auto", Self.arn("1")), ("FunctionUpdate", Self.arn("1")), ("Manual", Self.arn("0")),
            ("Manual", Self.arn("1", runtime: "python3.12")),
        ] {
            let error = #expect(throws: ServiceError.self) { try self.put(mode, arn) }
            #expect(code(error) == "InvalidParameterValueException", "\(mode) \(arn ?? "")")
        }
        self.runner.build.withLock { $0 = nil }
        #expect(throws: ServiceError.self) { try self.put("FunctionUpdate") }
        #expect(try self.shown().runtimeVersionConfig == nil)
        #expect(try self.get().updateRuntimeOn == "Auto")
    }

    @Test func `a version has a setting of its own, and begins without`() throws {
        try self.put("Manual", Self.arn("1"))
        try self.bench.publish()
        #expect(try self.get("1").updateRuntimeOn == "Auto" && self.get().updateRuntimeOn == "Manual")
        try self.bench.makeAlias("live", version: "1")
        let made = try self.put("FunctionUpdate", nil, "live")
        #expect(made.functionArn == "arn:aws:lambda:eu-west-1:123456789012:function:f:1")
        #expect(try self.get("1").updateRuntimeOn == "FunctionUpdate" && self.get().updateRuntimeOn == "Manual")
        // It is nothing that a new version would be published for.
        #expect(try self.bench.run(PublishVersion.self, PublishVersionInput(functionName: "f")).version == "2")
        try self.put("Auto")
        #expect(try self.bench.run(PublishVersion.self, PublishVersionInput(functionName: "f")).version == "2")
    }

    @Test func `a version of the old runtime is none of a new one`() throws {
        try self.put("Manual", Self.arn("1"))
        try self.configure(UpdateFunctionConfigurationInput(functionName: "f", runtime: "python3.12"))
        #expect(try self.get().updateRuntimeOn == "Auto")
        #expect(try self.refusal() == nil)
        #expect(try self.shown().runtimeVersionConfig?.runtimeVersionArn == Self.arn("1", runtime: "python3.12"))
        try self.put("FunctionUpdate")
        try self.configure(UpdateFunctionConfigurationInput(functionName: "f", runtime: "python3.11"))
        #expect(try self.get().updateRuntimeOn == "FunctionUpdate")
        #expect(try self.refusal() == nil)
    }

    @Test func `lists say nothing of versions of runtimes`() throws {
        let listed = try self.bench.run(ListFunctions.self, ListFunctionsInput())
        #expect(listed.functions?.first?.functionName == "f" && listed.functions?.first?.runtimeVersionConfig == nil)
    }

    @Test func `the configuration's digest changes with the configuration, and with nothing else`() throws {
        func variables(_ value: String) throws {
            try self.configure(
                UpdateFunctionConfigurationInput(
                    functionName: "f", environment: Environment(variables: ["A": value, "B": "2", "C": "3"])))
        }
        try variables("1")
        let before = try #require(try self.shown().configSha256)
        #expect(Base64.decode(before)?.count == 32)
        try self.put("FunctionUpdate")
        try self.configure(UpdateFunctionConfigurationInput(functionName: "f", description: ""))
        #expect(try self.shown().configSha256 == before)
        try variables("4")
        #expect(try self.shown().configSha256 != before)
        // Sealed anew, and the same all the same.
        try variables("1")
        #expect(try self.shown().configSha256 == before)
        try self.configure(UpdateFunctionConfigurationInput(functionName: "f", timeout: 9))
        #expect(try self.shown().configSha256 != before)
    }
}
