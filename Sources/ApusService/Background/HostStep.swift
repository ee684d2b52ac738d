package import ApusStore

/// A step of a host's driver that is made before the host. It runs once it has been started, and keeps neither its owner nor the
/// host.
package final class HostStep: Sendable {
    private let step: Step
    private let late: LateStep

    package init(name: String) {
        let late = LateStep()
        self.late = late
        self.step = Step(name: name) { late.run() }
    }

    /// Runs `body` over and over from now on. Called once. `body` answers nil when its owner, which it holds weakly, is gone.
    package func start(on host: ServiceHost, _ body: @escaping @Sendable (ServiceHost) -> StepOutcome?) {
        self.late.attach { [weak host] in host.flatMap { body($0) } ?? .idle }
        host.driver.add(self.step)
    }

    /// Makes the step run soon, whatever it waits for. Callable from any thread.
    package func wake() { self.step.wake() }
}
