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
        var gate = ConcurrencyGate()
        /// What is provisioned, by revision.
        var provisioned: [String: Int] = [:]
        /// Revisions of versions with SnapStart that have been initialised.
        var initialised: Set<String> = []
    }
    private let packages: PackageStore
    private let folders: HotFolders
    private let reserved = ReservedTotals()
    private let state = Mutex(State())

    package init(packages: PackageStore, folders: HotFolders) {
        self.packages = packages
        self.folders = folders
    }

    /// The environments of the record's revision end after what they run.
    package func retire(_ record: FunctionRecord) {
        self.retire(revision: record.revision)
        if record.folder != nil, let revision = self.folders.forget(record) { self.retire(revision: revision) }
    }

    private func retire(revision: String) {
        self.state.withLock { state in
            state.prepared[revision] = nil
            state.initialised.remove(revision)
        }
        self.retireHook.withLock { $0.retire }?(revision)
    }

    /// A field, for the reason that `LateStep` gives.
    private struct RetireHook { var retire: (@Sendable (String) -> Void)? }
    private let retireHook = Mutex(RetireHook())

    /// Says how pools are told that a revision is over.
    package func attach(runner: any FunctionRunner) {
        self.retireHook.withLock { $0.retire = { runner.retire(revision: $0) } }
    }

    /// The number of invocations that run now, for metrics.
    package var running: Int { self.state.withLock { $0.gate.running } }

    /// What functions of the account have reserved has changed.
    package func forgetReserved(account: String, region: String) {
        self.reserved.forget(ConcurrencyGate.Place(account: account, region: region))
    }

    /// Runs a function with an event and answers what came of it.
    ///
    /// Errors: InvalidParameterValueException for a tenant that is missing or one too many; TooManyRequestsException beyond the
    /// function's or the account's concurrency or while no environment can be had;
    /// ServiceException where the package or the machine fails.
    package func run(
        _ target: FunctionTarget, _ event: IncomingEvent, in session: Session
    ) async throws(ServiceError) -> InvocationOutcome {
        guard target.record.configuration.durable == nil else {
            return try await DurableExecutions.run(target, event, name: nil, in: session).outcome
        }
        return try await self.runOnce(target, event, in: session)
    }

    /// Runs a version with an event as it is.
    package func runOnce(
        _ target: FunctionTarget, _ event: IncomingEvent, in session: Session
    ) async throws(ServiceError) -> InvocationOutcome {
        try target.checkTenant(event.tenant)
        try self.requireSnapshot(target.record, in: session)
        let spec = try await self.spec(of: target.key, target.record, in: session)
        let claim = try self.enter(target, in: session)
        defer { self.leave(claim) }
        let request = InvocationRequest(
            requestID: event.requestID, payload: event.payload, invokedFunctionARN: target.arn,
            traceID: target.trace(after: event.trace, session.host), clientContext: event.clientContext,
            tenant: target.tenant(event.tenant))
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

    /// Runs a function whose answer is taken in parts; answers once it is under way. What the runner refuses comes on the stream.
    ///
    /// Errors: as `run`, but for the runner's.
    package func stream(
        _ target: FunctionTarget, _ event: IncomingEvent, in session: Session
    ) async throws(ServiceError) -> ResponseStream {
        guard target.record.configuration.durable == nil else {
            // What an execution comes to is there at its end: as of any function that does not stream.
            let stream = ResponseStream()
            stream.finish(.success(try await DurableExecutions.run(target, event, name: nil, in: session).outcome))
            return stream
        }
        try target.checkTenant(event.tenant)
        try self.requireSnapshot(target.record, in: session)
        let spec = try await self.spec(of: target.key, target.record, in: session)
        let claim = try self.enter(target, in: session)
        let stream = ResponseStream()
        let request = InvocationRequest(
            requestID: event.requestID, payload: event.payload, invokedFunctionARN: target.arn,
            traceID: target.trace(after: event.trace, session.host), clientContext: event.clientContext,
            tenant: target.tenant(event.tenant), stream: stream)
        session.host.ports.runner.invoke(request, in: spec) { result in
            self.leave(claim)
            stream.finish(result)
        }
        return stream
    }

    /// A version with SnapStart runs once it has been initialised.
    private func requireSnapshot(_ version: FunctionRecord, in session: Session) throws(ServiceError) {
        let revision = version.revision
        guard version.hasSnapshot, !self.state.withLock({ $0.initialised.contains(revision) }) else { return }
        try session.read { (call) throws(ServiceError) in try call.requireSnapshot(of: version) }
        self.state.withLock { state in _ = state.initialised.insert(revision) }
    }

    private func leave(_ claim: ConcurrencyGate.Claim) { self.state.withLock { $0.gate.leave(claim) } }

    private func enter(_ target: FunctionTarget, in session: Session) throws(ServiceError) -> ConcurrencyGate.Claim {
        let place = ConcurrencyGate.Place(account: target.key.account, region: target.key.region)
        let allReserved = try self.reserved.total(place, in: session)
        let result: Result<ConcurrencyGate.Claim, ConcurrencyGate.Refusal> = self.state.withLock { state in
            Result { () throws(ConcurrencyGate.Refusal) in
                try state.gate.enter(
                    place, function: target.record.id, reservation: target.shared.reservedConcurrency,
                    allReserved: allReserved,
                    provision: state.provisioned[target.record.revision].map {
                        ConcurrencyGate.Provision(revision: target.record.revision, count: $0)
                    })
            }
        }
        switch result {
        case .success(let claim): return claim
        case .failure(let refusal): throw Self.throttled(reason: refusal.rawValue)
        }
    }

    /// Invocations run within these first, revision by revision.
    package func setProvisioned(_ counts: [String: Int]) {
        self.state.withLock { $0.provisioned = counts }
        self.reserved.forgetAll()
    }

    /// What environments of a version are made from. Errors: those of `run` before a function runs.
    package func spec(
        of key: FunctionKey, _ record: FunctionRecord, in session: Session
    ) async throws(ServiceError) -> EnvironmentSpec {
        var revision = record.revision
        if let hot = record.folder {
            let found = try self.folders.revision(of: record, hot)
            revision = found.now
            if let before = found.before { self.retire(revision: before) }
        }
        if let spec = self.state.withLock({ $0.prepared[revision] }) { return spec }
        let folder: String
        if let hot = record.folder {
            folder = hot
        } else if let image = record.configuration.surroundings.image {
            do throws(ImageError) {
                folder = try await session.host.ports.runner.images.folder(of: image)
            } catch { throw error.answer }
        } else {
            folder = try await self.folder(of: record.code)
        }
        var layers: [String] = []
        for layer in record.configuration.layers { layers.append(try await self.folder(of: layer.code)) }
        let spec = try session.read { (call) throws(ServiceError) in
            try Self.prepare(key, record, revision: revision, folder: folder, layers: layers, in: &call)
        }
        self.state.withLock { $0.prepared[revision] = spec }
        return spec
    }

    private func folder(of code: FunctionCodeRecord) async throws(ServiceError) -> String {
        guard let blob = BlobID(bytes: code.blob) else { throw CommonError.internalFailure() }
        do throws(PackageError) { return try await self.packages.folder(of: blob) } catch { throw error.answer }
    }

    private static func prepare(
        _ key: FunctionKey, _ record: FunctionRecord, revision: String, folder: String, layers: [String],
        in call: inout Call
    ) throws(ServiceError) -> EnvironmentSpec {
        try call.requireRuntimeVersion(key, record)
        let settings = record.configuration
        let identities = call.ports.identities
        guard let role = try identities.role(arn: settings.roleARN, in: &call) else {
            throw LambdaError.invalidParameterValue("The role defined for the function cannot be assumed by Lambda.")
        }
        let host = call.host
        var spec = EnvironmentSpec(
            revision: revision, functionName: key.name, version: record.versionName, account: key.account,
            region: key.region, runtime: settings.runtime, handler: settings.handler, codeDirectory: folder,
            memoryMiB: settings.memoryMiB, timeoutSeconds: settings.timeoutSeconds,
            variables: try call.variables(record) ?? [:], logGroup: settings.logGroup, roleARN: settings.roleARN,
            maximumEnvironments: LambdaLimits.accountConcurrency, layerDirectories: layers, logging: settings.logging,
            credentials: {
                identities.credentials(
                    role: role, sessionName: key.name, durationSeconds: LambdaLimits.credentialSeconds, host: host)
            })
        spec.ephemeralMiB = settings.ephemeralMiB
        spec.image = settings.imageRoot(folder: folder)
        for system in settings.surroundings.fileSystems {
            switch call.ports.runner.folder(ofAccessPoint: system.arn) {
            case .success(let folder): spec.fileSystems.append(MountedFolder(folder: folder, place: system.path))
            case .failure(let refusal): throw refusal.error
            }
        }
        spec.snapStart = record.hasSnapshot
        return spec
    }

    private static func throttled(reason: String) -> ServiceError {
        LambdaError.tooManyRequests("Rate Exceeded.", reason: reason)
    }

    /// What a caller gets for what the runner refuses.
    static func answer(_ error: RunnerError) -> ServiceError {
        switch error {
        case .throttled: self.throttled(reason: "ConcurrentInvocationLimitExceeded")
        case .runtimeUnavailable(let sentence): LambdaError.invalidRuntime(sentence)
        case .stopping: CommonError.serviceUnavailable("The server is shutting down.")
        case .resources(let sentence): LambdaError.service(sentence)
        // The model's own descriptions of these errors.
        case .restoreFailed:
            LambdaError.snapStart(
                "The afterRestore() runtime hook encountered an error. For more information, check the Amazon CloudWatch logs."
            )
        case .restoreTimedOut:
            LambdaError.snapStartTimeout("Lambda couldn't restore the snapshot within the timeout limit.")
        }
    }
}
