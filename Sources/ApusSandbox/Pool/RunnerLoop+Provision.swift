internal import ApusBase
internal import ApusService
internal import NIOCore
internal import Synchronization

/// Environments that are kept initialised whether events come or not: provisioned concurrency.
extension RunnerLoop {
    /// The longest pause after starts that failed.
    private static let longestPauseSeconds: Int64 = 60

    func provision(_ spec: EnvironmentSpec, environments count: Int) {
        guard !self.isStopping, let pool = self.pool(spec), !pool.isRetired else { return }
        pool.provisioned = max(0, min(count, pool.machine.maximum))
        pool.provisionFailures = 0
        self.topUp(pool)
        self.noteProvisioned(pool)
        // Those beyond the new number have their time from their next event on; where there was none, they end as if idle now.
        for id in pool.machine.idle {
            guard let environment = pool.environments[id] else { continue }
            self.becameIdle(environment)
            environment.arm()
        }
        self.removeIfEmpty(pool)
    }

    /// Starts what is missing, as far as there is room without giving up others.
    func topUp(_ pool: Pool) {
        guard pool.provisioned > 0, !pool.isRetired, !self.isStopping, !pool.isProvisionPaused else { return }
        while pool.machine.environments < pool.provisioned, self.hasFreeSlot,
            pool.record.starts.available(now: self.clock.monotonicNanoseconds) > 0
        {
            self.startEnvironment(pool, within: nil)
        }
        if pool.machine.environments < pool.provisioned { self.topUpLater(pool, seconds: 1) }
    }

    /// A start for provisioning failed: the next is put off, longer each time.
    func provisionFailed(_ pool: Pool) {
        guard pool.provisioned > 0 else { return }
        pool.provisionFailures = min(pool.provisionFailures + 1, 10)
        self.noteProvisioned(pool)
        self.topUpLater(pool, seconds: min(Self.longestPauseSeconds, 1 << Int64(pool.provisionFailures)))
    }

    private func topUpLater(_ pool: Pool, seconds: Int64) {
        guard !pool.isProvisionPaused else { return }
        pool.isProvisionPaused = true
        self.eventLoop.assumeIsolated().scheduleTask(in: .seconds(seconds)) {
            pool.isProvisionPaused = false
            self.topUp(pool)
        }
    }

    /// Whether an idle environment of the pool may be ended.
    func maySpare(_ pool: Pool) -> Bool { pool.machine.environments > pool.provisioned }

    func noteProvisioned(_ pool: Pool) {
        let count = min(pool.provisioned, pool.machine.environments - pool.machine.startingCount)
        let revision = pool.spec.revision
        self.provisioned.withLock { $0[revision] = pool.provisioned > 0 ? count : nil }
        let isFailing = pool.provisioned > 0 && pool.provisionFailures > 0
        self.provisionFailing.withLock { if isFailing { $0.insert(revision) } else { $0.remove(revision) } }
    }
}
