internal import ApusBase
package import ApusService
package import ApusStore
internal import Synchronization

/// Has the runner keep environments ready as the store says: a step that compares what was asked for with what is set, at the
/// start and after each change. Nothing of it is durable but what is set.
package final class ProvisionedEnvironments: Sendable {
    private struct Wanted: Sendable {
        var key: FunctionKey
        var version: FunctionRecord
        var count: Int
    }
    private struct State {
        var specs: [String: EnvironmentSpec] = [:]
        /// What the runner was asked for, by revision.
        var given: [String: Int] = [:]
        var preparing: Set<String> = []
    }
    private let invocations: FunctionInvocations
    private let state = Mutex(State())
    private let watch = ChannelWatch(ProvisionedEnvironments.channel)
    private let step = HostStep(name: "lambda-provisioned")

    /// Signalled by whatever changes what is to be provisioned.
    package static let channel = Channel(ProvisionedKey(function: 0, qualifier: ""))

    /// After a package or a role that could not be had.
    private static let pauseMilliseconds: Int64 = 5_000

    package init(invocations: FunctionInvocations) {
        self.invocations = invocations
    }

    /// Provisions from now on. Called once, before the server is ready.
    package func start(host: ServiceHost) {
        self.step.start(on: host) { [weak self] host in self?.reconcile(host) }
    }

    private func reconcile(_ host: ServiceHost) -> StepOutcome {
        self.watch.set(on: host, waking: self.step)
        let wanted: [String: Wanted]
        do throws(ServiceError) {
            wanted = try host.read(CallContext.system(host)) { (call) throws(ServiceError) in try Self.wanted(in: &call)
            }
        } catch {
            return .sleep(until: host.clock.now + 1000)
        }
        self.invocations.setProvisioned(wanted.mapValues(\.count))
        var missing: [Wanted] = []
        var changes: [(spec: EnvironmentSpec, count: Int)] = []
        self.state.withLock { state in
            for (revision, want) in wanted.sorted(by: { $0.key < $1.key }) where state.given[revision] != want.count {
                if let spec = state.specs[revision] {
                    state.given[revision] = want.count
                    changes.append((spec, want.count))
                } else if state.preparing.insert(revision).inserted {
                    missing.append(want)
                }
            }
            for revision in state.given.keys.sorted() where wanted[revision] == nil {
                state.given[revision] = nil
                if let spec = state.specs.removeValue(forKey: revision) { changes.append((spec, 0)) }
            }
        }
        let runner = host.ports.runner
        for change in changes { runner.provision(change.spec, environments: change.count) }
        for want in missing { host.driver.spawn { [self] in await self.prepare(want, host) } }
        return .idle
    }

    /// Versions that have environments of their own, by revision.
    private static func wanted(in call: inout Call) throws(ServiceError) -> [String: Wanted] {
        var records: [(key: ProvisionedKey, record: ProvisionedRecord)] = []
        try call.scan(ProvisionedKey.range()) { key, record in
            records.append((key, record))
            return .next
        }
        var wanted: [String: Wanted] = [:]
        for (key, record) in records {
            guard let latest = try call.get(record.key), latest.id == key.function else { continue }
            for share in try call.shares(of: record, key.qualifier, latest: latest) {
                let revision = share.version.revision
                let count = (wanted[revision]?.count ?? 0) + share.count
                wanted[revision] = Wanted(key: record.key, version: share.version, count: count)
            }
        }
        return wanted
    }

    /// Unpacks the package and the layers; then the step goes on, now or when it is worth another try.
    private func prepare(_ wanted: Wanted, _ host: ServiceHost) async {
        var session = Session(host: host, context: CallContext.system(host))
        session.context.account = wanted.key.account
        session.context.region = wanted.key.region
        let spec = try? await self.invocations.spec(of: wanted.key, wanted.version, in: session)
        if spec == nil { await host.store.board.pause(milliseconds: Self.pauseMilliseconds, clock: host.clock) }
        self.state.withLock { state in
            state.preparing.remove(wanted.version.revision)
            if let spec { state.specs[wanted.version.revision] = spec }
        }
        self.step.wake()
    }
}
