internal import ApusBase
package import ApusService
package import ApusStore
internal import Synchronization

/// Carries message move tasks out, one step of one task in each transaction: a step takes messages out of the source,
/// puts them into their destinations and notes how far the task is, all or nothing. Killed at any point it goes on where
/// it was.
///
/// Active tasks take turns. Which is next is only in memory: a restart begins with the first.
package final class MoveWorker: Worker {
    package let name = "sqs-move"
    package var channel: Channel? { MoveTaskKey.channel }

    private struct Round {
        /// The next task is after this one; nil at the beginning of a round.
        var after: MoveTaskKey?
        /// The earliest time that a task of this round waits for.
        var earliest: Timestamp?
        /// Whether a task did something in this round.
        var isBusy = false
    }
    private let round = Mutex(Round())

    package init() {}

    package func work(in call: inout Call) throws(ServiceError) -> WorkerOutcome {
        var round = self.round.withLock { $0 }
        var range = MoveTaskKey.range()
        if let after = round.after { range = range.after(after) }
        let page = try call.page(range, limit: SQSLimits.tasksPerStep)
        for (key, task) in page {
            round.after = key
            if self.isDue(task, in: call) {
                try MoveStep.run(task, at: key, in: &call)
                round.isBusy = true
                self.keep(round, in: &call)
                return .more
            }
            round.earliest = min(round.earliest ?? task.due, task.due)
        }
        if page.count == SQSLimits.tasksPerStep {
            self.keep(round, in: &call)
            return .more
        }
        self.keep(Round(), in: &call)
        if round.isBusy { return .more }
        guard let earliest = round.earliest else { return .idle }
        return .sleep(until: earliest)
    }

    /// A step is due at its time; also when that is further off than any step puts it, since then the clock went back.
    private func isDue(_ task: MoveTaskRecord, in call: borrowing Call) -> Bool {
        task.due <= call.now || task.due > call.now + Self.longestPause
    }
    private static let longestPause: Int64 = 1_000

    private func keep(_ round: Round, in call: inout Call) {
        call.afterCommit { self.round.withLock { $0 = round } }
    }
}
