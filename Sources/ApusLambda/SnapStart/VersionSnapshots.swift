internal import ApusBase
package import ApusService
package import ApusStore
internal import Synchronization

/// Initialises published versions with SnapStart: a step that takes those that are pending, at the start and after each that is
/// published. What came of it is durable; the snapshot itself is the runner's, and made again when it is gone.
package final class VersionSnapshots: Sendable {
    private struct Pending: Hashable, Sendable {
        var function: UInt64
        var number: UInt64
    }
    private struct State {
        /// Being initialised, or waited with.
        var begun: Set<Pending> = []
    }
    /// What a version's environments are made from.
    package typealias Specification =
        @Sendable (FunctionKey, FunctionRecord, Session) async throws(ServiceError) -> EnvironmentSpec
    private let specification: Specification
    private let state = Mutex(State())
    private let watch = ChannelWatch(VersionSnapshots.channel)
    private let step: Step
    private let late = LateStep()

    /// Signalled when a version has been published that is to be initialised.
    package static let channel = Channel(SnapStartPendingKey(function: 0, number: 0))

    /// After a package or a role that could not be had, or an answer that could not be written.
    private static let pauseMilliseconds: Int64 = 5_000

    package init(specification: @escaping Specification) {
        self.specification = specification
        let late = self.late
        self.step = Step(name: "lambda-snapstart") { late.run() }
    }

    /// Initialises from now on. Called once, before the server is ready.
    package func start(host: ServiceHost) {
        self.late.attach { [weak self, weak host] in
            guard let self, let host else { return .idle }
            return self.begin(host)
        }
        host.driver.add(self.step)
    }

    private func begin(_ host: ServiceHost) -> StepOutcome {
        self.watch.set(on: host, waking: self.step)
        var found: [(Pending, FunctionKey)] = []
        do throws(ServiceError) {
            let limit = LambdaLimits.snapshotsAtOnce + self.state.withLock { $0.begun.count }
            found = try host.read(CallContext.system(host)) { (call) throws(ServiceError) in
                try call.page(SnapStartPendingKey.range(), limit: limit).map { key, record in
                    (Pending(function: key.function, number: key.number), record.key)
                }
            }
        } catch {
            return .sleep(until: host.clock.now + 1000)
        }
        for (pending, key) in found {
            let isNew = self.state.withLock { state in
                state.begun.count < LambdaLimits.snapshotsAtOnce && state.begun.insert(pending).inserted
            }
            if isNew { host.driver.spawn { [self] in await self.initialise(pending, key, host) } }
        }
        return .idle
    }

    private func initialise(_ pending: Pending, _ key: FunctionKey, _ host: ServiceHost) async {
        var session = Session(host: host, context: CallContext.system(host))
        session.context.account = key.account
        session.context.region = key.region
        do throws(ServiceError) {
            try await self.initialise(pending, key, in: session)
        } catch {
            await host.store.board.pause(milliseconds: Self.pauseMilliseconds, clock: host.clock)
        }
        self.state.withLock { state in _ = state.begun.remove(pending) }
        self.step.wake()
    }

    private func initialise(
        _ pending: Pending, _ key: FunctionKey, in session: Session
    ) async throws(ServiceError) {
        let place = VersionKey(function: pending.function, number: pending.number)
        guard let version = try session.read({ (call) throws(ServiceError) in try call.get(place) }) else { return }
        let spec = try await self.specification(key, version, session)
        let runner = session.host.ports.runner
        let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<SnapshotOutcome, Never>) in
            runner.snapshot(spec) { continuation.resume(returning: $0) }
        }
        try await session.refreshed.write { (call) throws(ServiceError) in
            let waiting = SnapStartPendingKey(function: pending.function, number: pending.number)
            // A version that was deleted meanwhile has nothing to be said of.
            guard try call.contains(waiting) else { return }
            try call.delete(waiting)
            try call.put(
                SnapStartKey(function: pending.function, number: pending.number), SnapStartRecord(outcome))
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
