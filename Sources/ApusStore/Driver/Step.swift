internal import Synchronization

/// A piece of work that a driver runs over and over: short, bounded, and correct when the process dies between two runs.
package final class Step: Sendable {
    package let name: String
    private let body: @Sendable () -> StepOutcome
    /// A field, for the reason that `LateStep` gives.
    private struct Waker { var wake: (@Sendable () -> Void)? }
    private let waker = Mutex(Waker())

    package init(name: String, _ body: @escaping @Sendable () -> StepOutcome) {
        self.name = name
        self.body = body
    }

    /// Makes the step run soon, whatever it waits for. Wakes during a run count for the next. Callable from any thread.
    package func wake() { self.waker.withLock { $0.wake }?() }

    /// For drivers: runs the step once.
    package func run() -> StepOutcome { self.body() }

    /// For drivers: says how to wake the step.
    package func attach(_ waker: @escaping @Sendable () -> Void) { self.waker.withLock { $0.wake = waker } }
}
