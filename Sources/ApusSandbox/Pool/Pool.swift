internal import ApusService

/// Whose environments a pool has: those of one revision, and where the function isolates its tenants of one tenant alone. An
/// environment never leaves its pool, so that none ever serves two tenants.
struct PoolKey: Hashable {
    var revision: String
    var tenant: String?
}

/// The environments of one revision, or of one tenant of it. Confined to the runner's event loop.
final class Pool {
    let key: PoolKey
    let spec: EnvironmentSpec
    let runtime: RuntimeIdentifier
    let program: RuntimeProgram
    /// Of the function's version, which outlives its revisions; of a tenant the pool's own.
    let record: FunctionRecord
    var machine: PoolMachine
    var waiting: [UInt64: Invocation] = [:]
    var environments: [UInt64: Environment] = [:]
    /// New code or configuration has replaced this revision: its environments end when they are free.
    var isRetired = false
    var armedFor: UInt64?
    /// So many environments are to be there at any time.
    var provisioned = 0
    /// After failed starts: how many, and whether the next try is on its way.
    var provisionFailures = 0
    var isProvisionPaused = false

    /// How many environments its function may have, over all tenants, as the last event said.
    var environmentsOfAll = Int.max

    init(
        key: PoolKey, spec: EnvironmentSpec, runtime: RuntimeIdentifier, program: RuntimeProgram, record: FunctionRecord
    ) {
        self.key = key
        self.spec = spec
        self.runtime = runtime
        self.program = program
        self.record = record
        self.machine = PoolMachine(maximum: max(1, spec.maximumEnvironments))
    }

    /// What its next environment finds as AWS_LAMBDA_INITIALIZATION_TYPE.
    var initializationType: String {
        if self.spec.snapStart { return "snap-start" }
        return self.machine.environments <= self.provisioned ? "provisioned-concurrency" : "on-demand"
    }

    var timeoutNanoseconds: UInt64 { UInt64(max(1, self.spec.timeoutSeconds)) * 1_000_000_000 }
}
