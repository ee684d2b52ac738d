internal import Synchronization

/// The body of a step that is made before the object it belongs to.
package final class LateStep: Sendable {
    private let body = Mutex<(@Sendable () -> StepOutcome)?>(nil)

    package init() {}
    package func attach(_ body: @escaping @Sendable () -> StepOutcome) { self.body.withLock { $0 = body } }
    package func run() -> StepOutcome {
        guard let body = self.body.withLock({ $0 }) else { return .idle }
        return body()
    }
}
