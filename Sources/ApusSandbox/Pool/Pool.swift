internal import ApusService

/// The environments of one revision. Confined to the runner's event loop.
final class Pool {
    let spec: EnvironmentSpec
    let runtime: RuntimeIdentifier
    let program: RuntimeProgram
    /// Of the function's version, which outlives its revisions.
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

    init(spec: EnvironmentSpec, runtime: RuntimeIdentifier, program: RuntimeProgram, record: FunctionRecord) {
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
