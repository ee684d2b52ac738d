internal import Synchronization

/// The body of a step that is made before the object it belongs to.
package final class LateStep: Sendable {
    /// A field, since a function that is itself a generic's value is wrapped anew by each access that lends it out:
    /// a million accesses later a call goes through two million wrappers.
    private struct Body { var run: (@Sendable () -> StepOutcome)? }
    private let body = Mutex(Body())

    package init() {}
    package func attach(_ body: @escaping @Sendable () -> StepOutcome) { self.body.withLock { $0.run = body } }
    package func run() -> StepOutcome {
        guard let run = self.body.withLock({ $0.run }) else { return .idle }
        return run()
    }
}
