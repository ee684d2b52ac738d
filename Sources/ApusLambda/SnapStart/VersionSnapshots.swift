internal import ApusBase
package import ApusService
package import ApusStore
internal import Synchronization

/// Initialises published versions with SnapStart: a step that takes those that are pending, at the start and after each that is
/// published. What came of it is durable; the snapshot itself is the runner's, and made again when it is gone.
package final class VersionSnapshots: Sendable {
    private struct State {
        /// Being initialised, or waited with.
        var begun: Set<VersionKey> = []
    }
    /// What a version's environments are made from.
    package typealias Specification =
        @Sendable (FunctionKey, FunctionRecord, Session) async throws(ServiceError) -> EnvironmentSpec
    private let specification: Specification
    private let state = Mutex(State())
    private let watch = ChannelWatch(VersionSnapshots.channel)
    private let step = HostStep(name: "lambda-snapstart")

    /// Signalled when a version has been published that is to be initialised.
    package static let channel = Channel(SnapStartPendingKey(function: 0, number: 0))

    /// After a package or a role that could not be had, or an answer that could not be written.
    private static let pauseMilliseconds: Int64 = 5_000

    package init(specification: @escaping Specification) {
        self.specification = specification
    }

    /// Initialises from now on. Called once, before the server is ready.
    package func start(host: ServiceHost) {
        self.step.start(on: host) { [weak self] host in self?.begin(host) }
    }

    private func begin(_ host: ServiceHost) -> StepOutcome {
        self.watch.set(on: host, waking: self.step)
        var found: [(VersionKey, FunctionKey)] = []
        do throws(ServiceError) {
            let limit = LambdaLimits.snapshotsAtOnce + self.state.withLock { $0.begun.count }
            found = try host.read(CallContext.system(host)) { (call) throws(ServiceError) in
                try call.page(SnapStartPendingKey.range(), limit: limit).map { key, record in
                    (VersionKey(function: key.function, number: key.number), record.key)
                }
            }
        } catch {
            return .sleep(until: host.clock.now + 1000)
        }
        for (version, key) in found {
            let isNew = self.state.withLock { state in
                state.begun.count < LambdaLimits.snapshotsAtOnce && state.begun.insert(version).inserted
            }
            if isNew { host.driver.spawn { [self] in await self.initialise(version, key, host) } }
        }
        return .idle
    }

    private func initialise(_ version: VersionKey, _ key: FunctionKey, _ host: ServiceHost) async {
        var session = Session(host: host, context: CallContext.system(host))
        session.context.account = key.account
        session.context.region = key.region
        do throws(ServiceError) {
            try await self.initialise(version, key, in: session)
        } catch {
            await host.store.board.pause(milliseconds: Self.pauseMilliseconds, clock: host.clock)
        }
        self.state.withLock { state in _ = state.begun.remove(version) }
        self.step.wake()
    }

    private func initialise(
        _ version: VersionKey, _ key: FunctionKey, in session: Session
    ) async throws(ServiceError) {
        guard let record = try session.read({ (call) throws(ServiceError) in try call.get(version) }) else { return }
        let spec = try await self.specification(key, record, session)
        let runner = session.host.ports.runner
        let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<SnapshotOutcome, Never>) in
            runner.snapshot(spec) { continuation.resume(returning: $0) }
        }
        try await session.refreshed.write { (call) throws(ServiceError) in
            let waiting = SnapStartPendingKey(function: version.function, number: version.number)
            // A version that was deleted meanwhile has nothing to be said of.
            guard try call.contains(waiting) else { return }
            try call.delete(waiting)
            try call.put(
                SnapStartKey(function: version.function, number: version.number), SnapStartRecord(outcome))
        }
    }
}

extension SnapStartRecord {
    fileprivate init(_ outcome: SnapshotOutcome) {
        switch outcome {
        case .on: self.init(outcome: .on)
        case .off(let reason): self.init(outcome: .off, reason: reason)
        case .failed(let failure): self.init(outcome: .failed, code: failure.code, reason: failure.reason)
        }
    }
}
