internal import ApusService

/// Revisions that are over.
extension RunnerLoop {
    func retire(revision: String) {
        self.snapshots.retire(revision: revision)
        if let pool = self.pools[PoolKey(revision: revision)] { self.retire(pool) }
        for pool in self.tenancy.pools(of: revision, among: self.pools) { self.retire(pool) }
    }

    private func retire(_ pool: Pool) {
        pool.isRetired = true
        pool.provisioned = 0
        self.noteProvisioned(pool)
        pool.record.cancelPreWarming()
        self.removeIfEmpty(pool)
        for environment in Array(pool.environments.values) where environment.machine.state != .starting {
            environment.retire()
        }
    }
}
