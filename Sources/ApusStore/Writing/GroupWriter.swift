internal import ApusBase
internal import Synchronization

/// The one writer of an embedded store: runs waiting bodies one after the other, applies what they wrote as one batch, and has
/// the disk keep it.
///
/// Two steps work at once: the *writer* runs the bodies of the next group while the *syncer* waits for the disk with those
/// before it. Bodies see what earlier groups wrote; nobody else sees it, and no answer leaves, before it is durable. Refusals
/// wait too: what a body saw may be what an earlier body wrote.
final class GroupWriter: Sendable {
    typealias Job = WriteGroup.Job

    private struct Queue {
        var jobs: [Job] = []
        /// Groups that were applied and wait for the disk.
        var applied: [WriteGroup] = []
        /// Bodies whose groups were applied and that are not answered.
        var unanswered = 0
        /// Whether somebody waits for the disk or is about to.
        var isSyncing = false
        /// As many jobs wake the writer while the disk works: fewer are not worth a group of their own.
        var worthwhile = 1
        var recovering = false

        var isDue: Bool { self.jobs.count >= (self.isSyncing ? self.worthwhile : 1) }

        /// Takes the jobs that came first, at most `limit`.
        mutating func takeJobs(_ limit: Int) -> ArraySlice<Job> {
            if self.jobs.count <= limit {
                var taken: [Job] = []
                swap(&taken, &self.jobs)
                self.jobs.reserveCapacity(min(taken.count, 64))
                return taken[...]
            }
            let taken = Array(self.jobs[..<limit])
            self.jobs.removeSubrange(..<limit)
            return taken[...]
        }
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
    private let syncStep: Step

    /// - Parameter rerun: where set, bodies are run twice at random, as an engine with conflicts would.
    init(storage: any Storage, board: ChangeBoard, driver: any Driver, rerun: (any Entropy)?) {
        self.storage = storage
        self.board = board
        self.clock = driver.clock
        self.rerun = rerun
        let run = LateStep()
        let sync = LateStep()
        self.step = Step(name: "writer") { run.run() }
        self.syncStep = Step(name: "syncer") { sync.run() }
        run.attach { [weak self] in self?.runGroup() ?? .idle }
        sync.attach { [weak self] in self?.syncGroups() ?? .idle }
        // The first added is the last to stop.
        driver.add(self.syncStep)
        driver.add(self.step)
    }

    /// Queues a body. Errors: `.overloaded` when too many wait.
    func submit(_ job: Job) throws(StoreError) {
        let (isAccepted, isAwaited) = self.queue.withLock { queue in
            guard queue.jobs.count + queue.unanswered < StoreLimits.waitingBodies else { return (false, false) }
            queue.jobs.append(job)
            return (true, queue.jobs.count == (queue.isSyncing ? queue.worthwhile : 1))
        }
        guard isAccepted else { throw .overloaded }
        if isAwaited { self.step.wake() }
    }

    var waiting: Int { self.queue.withLock { $0.jobs.count + $0.unanswered } }
    var groups: UInt64 { self.counters.withLock { $0.groups } }
    var bodies: UInt64 { self.counters.withLock { $0.bodies } }

    // MARK: The writer

    private func runGroup() -> StepOutcome {
        let (jobs, mustRecover) = self.queue.withLock { queue -> (ArraySlice<Job>, Bool) in
            // What was applied is answered first: recovery begins with what is on the disk.
            if queue.recovering { return ([], !queue.isSyncing) }
            guard queue.isDue else { return ([], false) }
            return (queue.takeJobs(StoreLimits.bodiesPerGroup), false)
        }
        if mustRecover { return self.tryRecovery() }
        guard !jobs.isEmpty else { return .idle }
        var rest = jobs
        while !rest.isEmpty { rest = self.applySome(of: rest) }
        return .again
    }

    private func tryRecovery() -> StepOutcome {
        do { try self.storage.recover() } catch {
            let jobs = self.queue.withLock { $0.takeJobs(Int.max) }
            for job in jobs { job.completion(.unavailable(reason: "the disk refused a write; recovering")) }
            return .sleep(until: Timestamp(milliseconds: self.clock.now.milliseconds + 500))
        }
        self.queue.withLock { $0.recovering = false }
        return .again
    }

    /// Runs jobs until the group is large enough and applies what they wrote. Returns those not run.
    private func applySome(of jobs: ArraySlice<Job>) -> ArraySlice<Job> {
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
            let view = try self.storage.head()
            while ran < jobs.endIndex, overlay.bytes < StoreLimits.bytesPerGroup,
                overlay.entries.count < StoreLimits.keysPerGroup, let body = jobs[ran].body
            {
                effects += self.run(body, view: view, overlay: overlay)
                ran += 1
            }
            if !overlay.isEmpty { try self.storage.apply(overlay.batch()) }
        } catch {
            failure = error
            ran = max(ran, jobs.startIndex + 1)
        }
        self.counters.withLock {
            $0.groups += 1
            $0.bodies += UInt64(ran - jobs.startIndex)
        }
        self.hand(WriteGroup(jobs: jobs[..<ran], effects: effects, failure: failure), isLast: ran == jobs.endIndex)
        return jobs[ran...]
    }

    /// Gives a group to whoever waits for the disk: the syncer, or, where a thread's wake-up would be for one body only, this
    /// step.
    private func hand(_ group: WriteGroup, isLast: Bool) {
        let (isFirst, isAlone) = self.queue.withLock { queue in
            if group.failure?.needsRecovery == true { queue.recovering = true }
            queue.applied.append(group)
            queue.unanswered += group.jobs.count
            defer { queue.isSyncing = true }
            return (!queue.isSyncing, isLast && group.jobs.count == 1 && queue.jobs.isEmpty)
        }
        guard isFirst else { return }
        if isAlone { _ = self.syncGroups() } else { self.syncStep.wake() }
    }

    // MARK: The syncer

    private func syncGroups() -> StepOutcome {
        let groups = self.queue.withLock { queue in
            defer { queue.applied.removeAll() }
            return queue.applied
        }
        guard !groups.isEmpty else { return .idle }
        var failure: StoreError?
        do throws(StoreError) { try self.storage.sync() } catch { failure = error }
        for group in groups { self.finish(group, failure: group.failure ?? failure) }
        let (goesOn, isAwaited) = self.queue.withLock { queue in
            if failure != nil { queue.recovering = true }
            let answered = groups.reduce(0) { $0 + $1.jobs.count }
            queue.unanswered -= answered
            queue.worthwhile = max(1, answered / 2)
            queue.isSyncing = !queue.applied.isEmpty
            return (queue.isSyncing, queue.recovering || queue.isDue)
        }
        if isAwaited { self.step.wake() }
        if goesOn { self.syncStep.wake() }
        return .idle
    }

    private func finish(_ group: WriteGroup, failure: StoreError?) {
        if failure == nil {
            for effect in group.effects {
                switch effect {
                case .signal(let channel): self.board.signal(channel)
                case .run(let body): body()
                }
            }
        }
        let answer = { for job in group.jobs { job.completion(failure) } }
        if let batch = self.batch.withLock({ $0.run }) { batch(answer) } else { answer() }
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

extension StoreError {
    /// Whether the storage must be mended before it takes writes again.
    fileprivate var needsRecovery: Bool {
        switch self {
        // A storage also becomes unavailable by what it does in the background.
        case .unknownOutcome, .unavailable: true
        default: false
        }
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
