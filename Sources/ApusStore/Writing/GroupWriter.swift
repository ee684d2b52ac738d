internal import ApusBase
internal import Synchronization

/// The one writer of an embedded store: runs waiting bodies one after the other and commits them together.
///
/// Every answer leaves after the commit, refusals too: what a body saw may be what an earlier body of its group wrote.
final class GroupWriter: Sendable {
    struct Job: Sendable {
        /// nil: remove everything instead.
        var body: (@Sendable (inout Transaction) -> Verdict)?
        var completion: @Sendable (StoreError?) -> Void
    }
    private struct Queue {
        var jobs: [Job] = []
        var recovering = false
    }
    private struct Counters {
        var groups: UInt64 = 0
        var bodies: UInt64 = 0
    }

    private let storage: any Storage
    private let board: ChangeBoard
    private let clock: any Clock
    private let rerun: (any Entropy)?
    private let overlay = WriterOwned(Overlay())
    private let queue = Mutex(Queue())
    private let counters = Mutex(Counters())
    /// Runs the completions of a group, so that what they cause can be done together.
    struct Batch { var run: (@Sendable (() -> Void) -> Void)? }
    let batch = Mutex(Batch())
    private let step: Step

    /// - Parameter rerun: where set, bodies are run twice at random, as an engine with conflicts would.
    init(storage: any Storage, board: ChangeBoard, driver: any Driver, rerun: (any Entropy)?) {
        self.storage = storage
        self.board = board
        self.clock = driver.clock
        self.rerun = rerun
        let run = LateStep()
        self.step = Step(name: "writer") { run.run() }
        run.attach { [weak self] in self?.runGroup() ?? .idle }
        driver.add(self.step)
    }

    /// Queues a body. Errors: `.overloaded` when too many wait.
    func submit(_ job: Job) throws(StoreError) {
        let (accepted, isFirst) = self.queue.withLock { queue in
            guard queue.jobs.count < StoreLimits.waitingBodies else { return (false, false) }
            queue.jobs.append(job)
            return (true, queue.jobs.count == 1)
        }
        guard accepted else { throw .overloaded }
        if isFirst { self.step.wake() }
    }

    var waiting: Int { self.queue.withLock { $0.jobs.count } }
    var groups: UInt64 { self.counters.withLock { $0.groups } }
    var bodies: UInt64 { self.counters.withLock { $0.bodies } }

    private func runGroup() -> StepOutcome {
        let (jobs, recovering) = self.queue.withLock { queue in
            let count = min(queue.jobs.count, StoreLimits.bodiesPerGroup)
            if count == queue.jobs.count {
                var taken: [Job] = []
                swap(&taken, &queue.jobs)
                queue.jobs.reserveCapacity(min(taken.count, 64))
                return (taken, queue.recovering)
            }
            let taken = Array(queue.jobs[..<count])
            queue.jobs.removeSubrange(..<count)
            return (taken, queue.recovering)
        }
        if recovering, !self.tryRecovery() {
            for job in jobs { job.completion(.unavailable(reason: "the disk refused a write; recovering")) }
            return .sleep(until: Timestamp(milliseconds: self.clock.now.milliseconds + 500))
        }
        guard !jobs.isEmpty else { return .idle }
        var rest = jobs[...]
        while !rest.isEmpty { rest = self.commitSome(of: rest) }
        return .again
    }

    private func tryRecovery() -> Bool {
        do { try self.storage.recover() } catch { return false }
        self.queue.withLock { $0.recovering = false }
        return true
    }

    /// Runs jobs until the group is large enough, commits them, and answers them. Returns those not run.
    private func commitSome(of jobs: ArraySlice<Job>) -> ArraySlice<Job> {
        let overlay = self.overlay.value
        overlay.reset()
        var effects: [Transaction.Effect] = []
        var ran = jobs.startIndex
        var failure: StoreError?
        do throws(StoreError) {
            if jobs[ran].body == nil {
                ran += 1
                try self.storage.removeAll()
            }
            let view = try self.storage.view()
            while ran < jobs.endIndex, overlay.bytes < StoreLimits.bytesPerGroup,
                overlay.entries.count < StoreLimits.keysPerGroup, let body = jobs[ran].body
            {
                effects += self.run(body, view: view, overlay: overlay)
                ran += 1
            }
            if !overlay.isEmpty { try self.storage.commit(overlay.batch()) }
        } catch {
            failure = error
            ran = max(ran, jobs.startIndex + 1)
            switch error {
            // A storage also becomes unavailable by what it does in the background.
            case .unknownOutcome, .unavailable: self.queue.withLock { $0.recovering = true }
            default: break
            }
        }
        self.counters.withLock {
            $0.groups += 1
            $0.bodies += UInt64(ran - jobs.startIndex)
        }
        if failure == nil {
            for effect in effects {
                switch effect {
                case .signal(let channel): self.board.signal(channel)
                case .run(let body): body()
                }
            }
        }
        let answer = { for job in jobs[..<ran] { job.completion(failure) } }
        if let batch = self.batch.withLock({ $0.run }) { batch(answer) } else { answer() }
        return jobs[ran...]
    }

    /// Runs one body over the overlay; what it wrote stays there only if it says so.
    private func run(
        _ body: @Sendable (inout Transaction) -> Verdict, view: any StorageView, overlay: Overlay
    ) -> [Transaction.Effect] {
        let mark = overlay.mark
        if let rerun = self.rerun, rerun.below(4) == 0 {
            var rehearsal = Transaction(view: view, overlay: overlay)
            _ = body(&rehearsal)
            overlay.rollback(to: mark)
        }
        var transaction = Transaction(view: view, overlay: overlay)
        let verdict = body(&transaction)
        let effects = transaction.takeEffects()
        guard case .commit = verdict else {
            overlay.rollback(to: mark)
            return []
        }
        overlay.forgetUndo()
        return effects
    }
}

/// What a body wants done with its writes.
package enum Verdict: Sendable { case commit, rollback }

/// Something only the writer's step touches.
private struct WriterOwned<Value>: @unchecked Sendable {
    // SAFETY: a driver never runs a step twice at once, and only the writer's step reads `value`.
    let value: Value
    init(_ value: Value) { self.value = value }
}
