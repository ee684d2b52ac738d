package import ApusService
internal import ApusStore
internal import Synchronization

/// The one path on which functions run, whoever calls: the API, asynchronous delivery, event sources, function URLs.
///
/// Authorisation is the caller's; what happens here is the same for all.
package final class FunctionInvocations: Sendable {
    private struct State {
        /// Ready-made specifications by revision, so that a warm invocation decodes nothing.
        var prepared: [String: EnvironmentSpec] = [:]
        var running: [String: Int] = [:]
    }
    private let packages: PackageStore
    private let state = Mutex(State())

    package init(packages: PackageStore) { self.packages = packages }

    /// The environments of the record's revision end after what they run.
    package func retire(_ record: FunctionRecord) {
        self.state.withLock { state in state.prepared[record.revision] = nil }
        self.retireHook.withLock { $0.retire }?(record.revision)
    }

    /// A field, for the reason that `LateStep` gives.
    private struct RetireHook { var retire: (@Sendable (String) -> Void)? }
    private let retireHook = Mutex(RetireHook())

    /// Says how pools are told that a revision is over.
    package func attach(runner: any FunctionRunner) {
        self.retireHook.withLock { $0.retire = { runner.retire(revision: $0) } }
    }

    /// The number of invocations that run now, for metrics.
    package var running: Int { self.state.withLock { $0.running.values.reduce(0, +) } }

    /// Runs a function with an event and answers what came of it.
    ///
    /// Errors: TooManyRequestsException beyond the account's concurrency or while no environment can be had;
    /// ServiceException where the package or the machine fails.
    package func run(
        _ function: (key: FunctionKey, record: FunctionRecord), payload: [UInt8], requestID: String,
        clientContext: String? = nil, in session: Session
    ) async throws(ServiceError) -> InvocationOutcome {
        let spec = try await self.spec(of: function.key, function.record, in: session)
        let account = function.key.account
        guard self.enter(account) else { throw Self.throttled(reason: "ConcurrentInvocationLimitExceeded") }
        defer { self.leave(account) }
        let request = InvocationRequest(
            requestID: requestID, payload: payload, invokedFunctionARN: function.key.arn.description,
            clientContext: clientContext)
        let runner = session.host.ports.runner
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<InvocationOutcome, RunnerError>, Never>) in
            runner.invoke(request, in: spec) { continuation.resume(returning: $0) }
        }
        switch result {
        case .success(let outcome): return outcome
        case .failure(let error): throw Self.answer(error)
        }
    }

    private func enter(_ account: String) -> Bool {
        self.state.withLock { state in
            guard state.running[account, default: 0] < LambdaLimits.accountConcurrency else { return false }
            state.running[account, default: 0] += 1
            return true
        }
    }

    private func leave(_ account: String) { self.state.withLock { $0.running[account, default: 1] -= 1 } }

    private func spec(
        of key: FunctionKey, _ record: FunctionRecord, in session: Session
    ) async throws(ServiceError) -> EnvironmentSpec {
        if let spec = self.state.withLock({ $0.prepared[record.revision] }) { return spec }
        guard let blob = BlobID(bytes: record.code.blob) else { throw CommonError.internalFailure() }
        let folder: String
        do throws(PackageError) { folder = try await self.packages.folder(of: blob) } catch { throw error.answer }
        let spec = try session.read { (call) throws(ServiceError) in
            try Self.prepare(key, record, folder: folder, in: &call)
        }
        self.state.withLock { $0.prepared[record.revision] = spec }
        return spec
    }

    private static func prepare(
        _ key: FunctionKey, _ record: FunctionRecord, folder: String, in call: inout Call
    ) throws(ServiceError) -> EnvironmentSpec {
        let settings = record.configuration
        let identities = call.ports.identities
        guard let role = try identities.role(arn: settings.roleARN, in: &call) else {
            throw LambdaError.invalidParameterValue("The role defined for the function cannot be assumed by Lambda.")
        }
        let host = call.host
        return EnvironmentSpec(
            revision: record.revision, functionName: key.name, version: "$LATEST", account: key.account, region: key.region,
            runtime: settings.runtime, handler: settings.handler, codeDirectory: folder, memoryMiB: settings.memoryMiB,
            timeoutSeconds: settings.timeoutSeconds, variables: try call.variables(record) ?? [:],
            logGroup: settings.logGroup, roleARN: settings.roleARN,
            maximumEnvironments: LambdaLimits.accountConcurrency,
            credentials: {
                identities.credentials(
                    role: role, sessionName: key.name, durationSeconds: LambdaLimits.credentialSeconds, host: host)
            })
    }

    private static func throttled(reason: String) -> ServiceError {
        LambdaError.tooManyRequests("Rate Exceeded.", reason: reason)
    }

    private static func answer(_ error: RunnerError) -> ServiceError {
        switch error {
        case .throttled: self.throttled(reason: "ConcurrentInvocationLimitExceeded")
        case .runtimeUnavailable(let sentence): LambdaError.invalidRuntime(sentence)
        case .stopping: CommonError.serviceUnavailable("The server is shutting down.")
        case .resources(let sentence): LambdaError.service(sentence)
        }
    }
}
