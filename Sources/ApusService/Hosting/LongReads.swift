internal import ApusStore
internal import Synchronization

/// The lane of reads that are too long for an event loop: one after the other, beside everything else.
///
/// Whether a read is long nobody knows before, so it begins where it was asked for, and begins anew here when it has read more than
/// `ReadBudget.brief`: what is lost is half a millisecond of a work of several.
final class LongReads: Sendable {
    /// Reads that wait; one more is refused, as writes are that find the writer's queue full.
    static let waiting = 1_024
    /// Reads that are over and still in the list, at most.
    private static let kept = 64

    private struct State {
        var reads: [@Sendable () -> Void] = []
        /// The first of them.
        var next = 0
    }
    private let state = Mutex(State())
    private let step: Step
    private let late = LateStep()

    init(driver: any Driver) {
        let late = self.late
        self.step = Step(name: "long-reads") { late.run() }
        self.late.attach { [weak self] in self?.runOne() ?? .idle }
        driver.add(self.step)
    }

    /// Takes a read; false where too many wait.
    func add(_ read: @escaping @Sendable () -> Void) -> Bool {
        let isTaken = self.state.withLock { state in
            guard state.reads.count - state.next < Self.waiting else { return false }
            state.reads.append(read)
            return true
        }
        if isTaken { self.step.wake() }
        return isTaken
    }

    private func runOne() -> StepOutcome {
        let read: (@Sendable () -> Void)? = self.state.withLock { state in
            if state.next == state.reads.count || state.next == Self.kept {
                state.reads.removeFirst(state.next)
                state.next = 0
            }
            guard !state.reads.isEmpty else { return nil }
            defer { state.next += 1 }
            return state.reads[state.next]
        }
        guard let read else { return .idle }
        read()
        return .again
    }
}
