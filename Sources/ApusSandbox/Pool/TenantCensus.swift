internal import ApusService

/// How many environments each function has that isolates its tenants, over all tenants and versions. Bounded by the environments
/// that there are, whatever tenants callers name.
///
/// "Lambda imposes a limit of 2,500 tenant-isolated execution environments (active or idle) for every 1,000 concurrent executions"
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html#tenant-isolation-considerations
struct TenantCensus {
    private var counts: [String: Int] = [:]

    /// Whether the pool's function may have one more. O(1).
    func hasRoom(for pool: Pool) -> Bool {
        pool.key.tenant == nil || self.counts[pool.spec.functionPath, default: 0] < pool.environmentsOfAll
    }

    mutating func started(in pool: Pool) {
        if pool.key.tenant != nil { self.counts[pool.spec.functionPath, default: 0] += 1 }
    }

    mutating func gone(from pool: Pool) {
        guard pool.key.tenant != nil else { return }
        let left = self.counts[pool.spec.functionPath, default: 1] - 1
        self.counts[pool.spec.functionPath] = left > 0 ? left : nil
    }

    /// The tenants' pools of a revision. Looks at all pools where any function isolates tenants, at none elsewhere.
    func pools(of revision: String, among pools: [PoolKey: Pool]) -> [Pool] {
        guard !self.counts.isEmpty else { return [] }
        return pools.filter { $0.key.tenant != nil && $0.key.revision == revision }.map(\.value)
    }

    /// Functions that have environments.
    var functions: Int { self.counts.count }
}

extension EnvironmentSpec {
    /// The function, whatever its version.
    var functionPath: String { "\(self.account)/\(self.region)/\(self.functionName)" }
}
