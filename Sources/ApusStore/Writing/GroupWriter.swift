internal import ApusBase
internal import Synchronization

/// The one writer of an embedded store: runs waiting bodies one after the other over what those before them wrote, and commits
/// many together.
///
/// Its step, the *leader*, runs what waits, applies it as one batch, has the disk keep it, and answers. While the disk works a
/// second step, the *helper*, runs what comes meanwhile, for the next batch. No answer leaves before what its body saw is
/// durable, refusals included. Of what was applied never more than one batch is not durable.
final class GroupWriter: Sendable {
    typealias Job = WriteGroup.Job

    private struct Counters {
        var groups: UInt64 = 0
        var bodies: UInt64 = 0
    }

    private let storage: any Storage
    private let board: ChangeBoard
    private let driver: any Driver
    private var clock: any Clock { self.driver.clock }
    private let rerun: (any Entropy)?
    private let queue: Mutex<WriteQueue>
    /// The group that bodies run into. Held while they run and while the group is applied.
    private let open = Mutex(WriteGroup())
    /// The group that the disk works on. The leader's.
    private let applied = Mutex<WriteGroup.Closed?>(nil)
    private let counters = Mutex(Counters())
    /// Runs the completions of a group, so that what they cause can be done together.
    struct Batch { var run: (@Sendable (() -> Void) -> Void)? }
    let batch = Mutex(Batch())
    private let leader: Step
    private let helper: Step

    /// - Parameter rerun: where set, bodies are run twice at random, as an engine with conflicts would, and the helper runs even
    ///   a single one.
    init(storage: any Storage, board: ChangeBoard, driver: any Driver, rerun: (any Entropy)?) {
        self.storage = storage
        self.board = board
        self.driver = driver
        self.rerun = rerun
        self.queue = Mutex(WriteQueue(fewest: rerun == nil ? StoreLimits.worthHelping : 1))
        let lead = LateStep()
        let help = LateStep()
        self.leader = Step(name: "writer") { lead.run() }
        self.helper = Step(name: "writer's helper") { help.run() }
        lead.attach { [weak self] in self?.lead() ?? .idle }
        help.attach { [weak self] in self?.help() ?? .idle }
        driver.add(self.leader)
        driver.add(self.helper)
    }

    /// Queues a body. Errors: `.overloaded` when too many wait.
    func submit(_ job: Job) throws(StoreError) {
        let (isAccepted, leads, helps) = self.queue.withLock { queue in
            guard queue.waiting < StoreLimits.waitingBodies else { return (false, false, false) }
            if queue.waiting == 0 { queue.pace.began(now: self.clock.monotonicNanoseconds) }
            queue.append(job)
            return (
                true, queue.jobs.count == 1 && !queue.isSyncing, queue.jobs.count == queue.worthwhile && queue.helps
            )
        }
        guard isAccepted else { throw .overloaded }
        if leads { self.leader.wake() }
        if helps { self.helper.wake() }
    }

    var waiting: Int { self.queue.withLock { $0.waiting } }
    /// Whether a body that came now would wait for longer than a request should.
    var isBehind: Bool {
        self.queue.withLock { queue in
            guard queue.waiting >= StoreLimits.bodiesAlwaysTaken else { return false }
            let wait = queue.pace.nanoseconds(behind: queue.waiting, now: self.clock.monotonicNanoseconds)
            return wait > StoreLimits.requestWaitNanoseconds
        }
    }
    var groups: UInt64 { self.counters.withLock { $0.groups } }
    var bodies: UInt64 { self.counters.withLock { $0.bodies } }

    // MARK: The two steps

    /// Closes and applies a group, or, in the run after that, has the disk keep it and answers.
    private func lead() -> StepOutcome {
        if let group = self.applied.withLock({ $0.take() }) {
            self.complete(group)
            return .again
        }
        if self.queue.withLock({ $0.mustRecover }) { return self.recover() }
        // Event loops that are in the middle of what they have received bring more bodies for the same sync.
        self.driver.letOthersRun()
        let group: WriteGroup.Closed? = self.open.withLock { open in
            // A removal waits until what ran before it is durable.
            let isOpen = !open.isEmpty
            let jobs = self.queue.withLock { $0.isRemovalNext && isOpen ? [] : $0.take(StoreLimits.bodiesPerGroup) }
            self.runAll(jobs, into: &open)
            return open.isEmpty ? nil : self.apply(&open)
        }
        guard let group else { return .idle }
        self.applied.withLock { $0 = group }
        let helps = self.queue.withLock { queue in
            queue.isFull = false
            queue.isSyncing = true
            return queue.helps
        }
        if helps { self.helper.wake() }
        return .again
    }

    /// Runs what came while the disk works, if it is enough.
    private func help() -> StepOutcome {
        let hasRun = self.open.withLock { open in
            let jobs = self.queue.withLock { $0.helps ? $0.take(StoreLimits.bodiesPerGroup) : [] }
            self.runAll(jobs, into: &open)
            return !jobs.isEmpty
        }
        guard hasRun else { return .idle }
        // The leader may have found nothing meanwhile.
        if !self.queue.withLock({ $0.isSyncing }) { self.leader.wake() }
        return .again
    }

    /// Has the storage mended; what ran on what may be lost is not written.
    private func recover() -> StepOutcome {
        let (group, isSound) = self.open.withLock { open in
            let group = open.close()
            do { try self.storage.recover() } catch { return (group, false) }
            return (group, true)
        }
        self.fail(group)
        if isSound {
            self.queue.withLock { $0.mustRecover = false }
            return .again
        }
        while true {
            let jobs = self.queue.withLock { $0.take() }
            if jobs.isEmpty { break }
            self.fail(WriteGroup.Closed(jobs: jobs, effects: []))
        }
        return .sleep(until: Timestamp(milliseconds: self.clock.now.milliseconds + 500))
    }

    // MARK: A group

    /// Runs jobs that were taken with the group held, so that all run in the order in which they came; what does not fit waits.
    private func runAll(_ jobs: [Job], into group: inout WriteGroup) {
        guard !jobs.isEmpty else { return }
        let rest = self.run(jobs[...], into: &group)
        if rest.isEmpty { return }
        self.queue.withLock { queue in
            queue.putBack(rest)
            queue.isFull = true
        }
    }

    /// Runs jobs until the group is full; those left.
    private func run(_ jobs: ArraySlice<Job>, into group: inout WriteGroup) -> ArraySlice<Job> {
        var rest = jobs
        do throws(StoreError) {
            if let job = rest.first, job.body == nil {
                try self.storage.removeAll()
                group.append(rest.removeFirst(), [])
            }
            guard !rest.isEmpty else { return rest }
            let view = try self.storage.head()
            while !group.isFull, let job = rest.first, let body = job.body {
                group.append(job, self.run(body, view: view, overlay: group.overlay))
                rest = rest.dropFirst()
            }
            return rest
        } catch {
            group.fail(rest, error)
            return []
        }
    }

    /// Closes the group and writes it, if there is something to write.
    private func apply(_ group: inout WriteGroup) -> WriteGroup.Closed {
        var failure: StoreError?
        if group.failure == nil, !group.overlay.isEmpty {
            do throws(StoreError) { try self.storage.apply(group.overlay.batch()) } catch { failure = error }
        }
        var closed = group.close()
        closed.failure = closed.failure ?? failure
        return closed
    }

    private func complete(_ group: WriteGroup.Closed) {
        var group = group
        if group.failure == nil {
            do throws(StoreError) { try self.storage.sync() } catch { group.failure = error }
        }
        self.counters.withLock {
            $0.groups += 1
            $0.bodies += UInt64(group.jobs.count)
        }
        self.answer(group)
        self.queue.withLock { queue in
            queue.synced(group.jobs.count)
            queue.pace.answered(
                group.jobs.count, remaining: queue.waiting, now: self.clock.monotonicNanoseconds)
            if group.failure?.needsRecovery == true { queue.mustRecover = true }
        }
    }

    private func fail(_ group: WriteGroup.Closed) {
        var group = group
        group.failure = .unavailable(reason: "the disk refused a write; recovering")
        self.answer(group)
        self.queue.withLock { queue in
            queue.answered(group.jobs.count)
            // Quickly refused is not quickly done.
            queue.pace.answered(0, remaining: queue.waiting, now: self.clock.monotonicNanoseconds)
        }
    }

    private func answer(_ group: WriteGroup.Closed) {
        let failure = group.failure
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
