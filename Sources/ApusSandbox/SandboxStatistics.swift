/// What the runner has and has done, for metrics. Counts since the start.
package struct SandboxStatistics: Equatable, Sendable {
    package var starting = 0
    package var ready = 0
    package var frozen = 0
    package var busy = 0
    package var ending = 0
    /// Invocations that wait for an environment.
    package var waiting = 0
    /// Revisions, and tenants of them, that have environments or wait for some.
    package var pools = 0
    /// Processes that wait for a function.
    package var prestarted = 0
    /// Templates of functions' versions with SnapStart.
    package var snapshots = 0
    package var invocations = 0
    package var coldStarts = 0
    package var throttles = 0
    package var timeouts = 0
    package var crashes = 0
    package var initFailures = 0
    /// How often an idle environment has given memory back.
    package var givenBack = 0

    package init() {}

    /// Environments that have ended; counts nothing, and is what new ones come from.
    private var ended = 0

    static func gauge(_ state: EnvironmentMachine.State) -> WritableKeyPath<SandboxStatistics, Int> {
        switch state {
        case .starting: \.starting
        case .idle, .givingBack: \.ready
        case .frozen: \.frozen
        case .busy: \.busy
        case .ending: \.ending
        case .ended: \.ended
        }
    }
}
