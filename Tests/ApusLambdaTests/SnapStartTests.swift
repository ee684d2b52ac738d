import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import Synchronization
import Testing

/// Makes snapshots as a test says, and remembers of what.
private final class SnapshotRunner: FunctionRunner {
    private struct State {
        var specs: [EnvironmentSpec] = []
        var waiting: [@Sendable (SnapshotOutcome) -> Void] = []
        var retired: [String] = []
    }
    private let state = Mutex(State())
    let outcome: SnapshotOutcome?
    /// What asks for snapshots, as long as the test runs.
    let snapshots = Mutex<VersionSnapshots?>(nil)

    /// nil: they take until the test lets go.
    init(_ outcome: SnapshotOutcome?) { self.outcome = outcome }

    var specs: [EnvironmentSpec] { self.state.withLock { $0.specs } }

    func snapshot(_ spec: EnvironmentSpec, completion: @escaping @Sendable (SnapshotOutcome) -> Void) {
        self.state.withLock { $0.specs.append(spec) }
        if let outcome { return completion(outcome) }
        self.state.withLock { $0.waiting.append(completion) }
    }

    func letGo(_ outcome: SnapshotOutcome) {
        let waiting = self.state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for completion in waiting { completion(outcome) }
    }

    func invoke(
        _ request: InvocationRequest, in spec: EnvironmentSpec,
        completion: @escaping @Sendable (Result<InvocationOutcome, RunnerError>) -> Void
    ) {
        let refusal: RunnerError? =
            switch String(decoding: request.payload, as: UTF8.self) {
            case "1": .restoreFailed
            case "2": .restoreTimedOut
            default: nil
            }
        if let refusal { return completion(.failure(refusal)) }
        completion(
            .success(
                InvocationOutcome(
                    payload: [], functionError: nil, logTail: [], durationMilliseconds: 1, initDurationMilliseconds: nil
                )))
    }
    func missing(runtime: String) -> RuntimeRefusal? { nil }
    func unreachable(folder: String) -> String? { nil }
    func retire(revision: String) { self.state.withLock { $0.retired.append(revision) } }
    func provision(_ spec: EnvironmentSpec, environments: Int) {}
    func provisionedCount(revision: String) -> Int { 0 }
    func provisionFailure(revision: String) -> String? { nil }
}

/// Source: https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html and the pages below it.
@Suite struct SnapStartTests {
    private static let role = "arn:aws:iam::123456789012:role/worker"

    private func bench(_ runner: SnapshotRunner, after crashed: TestBench? = nil) throws -> TestBench {
        crashed?.driver.crash()
        let configure = { (ports: inout Ports) in
            ports.identities = EveryRole()
            ports.runner = runner
        }
        let bench =
            crashed.map { TestBench(storage: $0.storage, clock: $0.clock, ports: configure) }
            ?? TestBench(ports: configure)
        let snapshots = VersionSnapshots { (key, version, _) async throws(ServiceError) in
            EnvironmentSpec(
                revision: version.revision, functionName: key.name, version: version.versionName, account: key.account,
                region: key.region, runtime: "python3.12", handler: "a.b", codeDirectory: "/", memoryMiB: 128,
                timeoutSeconds: 3, variables: [:], logGroup: "g", roleARN: Self.role, maximumEnvironments: 1,
                credentials: {
                    EnvironmentCredentials(
                        accessKeyID: "", secretAccessKey: "", sessionToken: "", expires: Timestamp(milliseconds: 0))
                })
        }
        runner.snapshots.withLock { $0 = snapshots }
        snapshots.start(host: bench.host)
        if crashed == nil {
            let (key, record) = try bench.makeFunction()
            try bench.transact { (call) throws(ServiceError) in
                var snapping = record
                snapping.configuration.runtime = "python3.12"
                snapping.configuration.snapStart = true
                try call.put(key, snapping)
            }
        }
        return bench
    }

    private func configuration(_ bench: TestBench, _ qualifier: String?) throws -> FunctionConfiguration {
        try bench.run(
            GetFunctionConfiguration.self,
            GetFunctionConfigurationInput(functionName: "f", qualifier: qualifier))
    }

    private func require(_ bench: TestBench, _ number: UInt64 = 1) throws(ServiceError) {
        try bench.transact { (call) throws(ServiceError) in
            guard let version = try call.get(VersionKey(function: 7, number: number)) else { return }
            try call.requireSnapshot(of: version)
        }
    }

    @Test func `a version is pending until it has been initialised, then active and on`() throws {
        let runner = SnapshotRunner(nil)
        let bench = try self.bench(runner)
        try bench.publish()
        let pending = try self.configuration(bench, "1")
        #expect(pending.state == "Pending" && pending.stateReasonCode == "Creating")
        #expect(pending.snapStart?.applyOn == "PublishedVersions" && pending.snapStart?.optimizationStatus == "Off")
        let error = #expect(throws: ServiceError.self) { try self.require(bench) }
        #expect(code(error) == "SnapStartNotReadyException")
        runner.letGo(.on)
        bench.advance(milliseconds: 10)
        let ready = try self.configuration(bench, "1")
        #expect(ready.state == "Active" && ready.stateReasonCode == nil)
        #expect(ready.snapStart?.optimizationStatus == "On")
        try self.require(bench)
        let latest = try self.configuration(bench, nil)
        #expect(latest.state == "Active" && latest.snapStart?.applyOn == "PublishedVersions")
        #expect(latest.snapStart?.optimizationStatus == "Off")
        #expect(runner.specs.map(\.version) == ["1"])
    }

    @Test func `a version that cannot be initialised has failed, and says why`() throws {
        let bench = try self.bench(
            SnapshotRunner(.failed(SnapshotFailure(code: "FunctionError.InitTimeout", reason: "r"))))
        try bench.publish()
        let failed = try self.configuration(bench, "1")
        #expect(failed.state == "Failed" && failed.stateReasonCode == "FunctionError.InitTimeout")
        #expect(failed.stateReason == "r" && failed.snapStart?.optimizationStatus == "Off")
        let error = #expect(throws: ServiceError.self) { try self.require(bench) }
        #expect(code(error) == "ResourceConflictException")
    }

    @Test func `a version without a snapshot is active and off`() throws {
        let bench = try self.bench(SnapshotRunner(.off("threads")))
        try bench.publish()
        let answer = try self.configuration(bench, "1")
        #expect(answer.state == "Active" && answer.snapStart?.optimizationStatus == "Off")
        try self.require(bench)
    }

    @Test func `what was pending when the server died is initialised after it`() throws {
        let before = try self.bench(SnapshotRunner(nil))
        try before.publish()
        let runner = SnapshotRunner(.on)
        let after = try self.bench(runner, after: before)
        after.advance(milliseconds: 10)
        #expect(try self.configuration(after, "1").state == "Active")
        #expect(runner.specs.count == 1)
    }

    @Test func `a few are initialised at once, and all in the end`() throws {
        let runner = SnapshotRunner(nil)
        let bench = try self.bench(runner)
        for _ in 0..<6 { try bench.publish() }
        #expect(runner.specs.count == 4)
        for _ in 0..<3 {
            runner.letGo(.on)
            bench.advance(milliseconds: 10)
        }
        #expect(Set(runner.specs.map(\.version)) == ["1", "2", "3", "4", "5", "6"])
        for number in 1...6 { #expect(try self.configuration(bench, "\(number)").state == "Active") }
    }

    @Test func `of a version that was deleted meanwhile nothing is left`() throws {
        let runner = SnapshotRunner(nil)
        let bench = try self.bench(runner)
        try bench.publish()
        try bench.transact { (call) throws(ServiceError) in
            let (key, latest) = try call.wholeFunction("f")
            guard let version = try call.get(VersionKey(function: latest.id, number: 1)) else { return }
            _ = try call.deleteVersion(version, of: key, shared: latest.shared)
        }
        runner.letGo(.on)
        bench.advance(milliseconds: 10)
        try bench.transact { (call) throws(ServiceError) in
            let (record, pending) = (
                try call.get(SnapStartKey(function: 7, number: 1)),
                try call.get(SnapStartPendingKey(function: 7, number: 1))
            )
            #expect(record == nil && pending == nil)
        }
    }

    @Test func `provisioned concurrency and SnapStart exclude each other`() throws {
        let bench = try self.bench(SnapshotRunner(.on))
        try bench.publish()
        let error = #expect(throws: ServiceError.self) {
            try bench.run(
                PutProvisionedConcurrencyConfig.self,
                PutProvisionedConcurrencyConfigInput(
                    functionName: "f", qualifier: "1", provisionedConcurrentExecutions: 1))
        }
        #expect(code(error) == "InvalidParameterValueException")
    }

    @Test(arguments: [
        ("python3.12", 512, nil), ("python3.14", 512, nil), ("python3.11", 512, "InvalidParameterValueException"),
        ("nodejs22.x", 512, "InvalidParameterValueException"),
        ("provided.al2023", 512, "InvalidParameterValueException"),
        ("java8.al2", 512, "InvalidParameterValueException"), ("java21", 512, "NotImplemented"),
        ("dotnet8", 512, "NotImplemented"), ("python3.12", 513, "InvalidParameterValueException"),
    ])
    func `AWS's runtimes may have it, and those of them that Apus knows`(
        runtime: String, ephemeralMiB: Int, refusal: String?
    ) {
        var settings = FunctionSettings(
            runtime: runtime, handler: "h", roleARN: "r", ephemeralMiB: ephemeralMiB, logGroup: "g")
        #expect(throws: Never.self) { try SnapStartRules.check(settings) }
        settings.snapStart = true
        var found: (any Error)?
        do { try SnapStartRules.check(settings) } catch { found = error }
        #expect((found == nil) == (refusal == nil))
        if let found, let refusal { #expect("\(found)".contains(refusal)) }
    }
}
