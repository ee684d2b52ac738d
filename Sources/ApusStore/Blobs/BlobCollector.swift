internal import ApusBase
internal import Synchronization

/// Removes the files that nothing names: garbage, intents of those who never came back, leftovers of a reset.
///
/// Bounded batches, each correct when the process dies in it: what a record tells of is removed first, durably, and the
/// record after it.
final class BlobCollector: Sendable {
    private struct State {
        /// A transaction is under way.
        var busy = false
        /// Files are compared with records first.
        var sweeps = false
        /// Changes of the channel that were looked at.
        var seen: UInt64 = 0
        var waits = false
        /// Those who want every file to stay for now.
        var holds = 0
        /// After a failure, nothing before this.
        var pausedUntil = Timestamp(milliseconds: .min)
        var intentsLookedAt = Timestamp(milliseconds: .min)
    }
    private let store: Store
    private let disk: any BlobDisk
    private let session: UInt64
    private let state: Mutex<State>
    private let step: Step

    /// Files and records of one batch.
    private static let batch = 64
    /// An intent of this run that is as old belongs to nobody.
    static let intentMilliseconds: Int64 = 3_600_000
    private static let lookMilliseconds: Int64 = 600_000
    private static let retryMilliseconds: Int64 = 5_000

    init(store: Store, disk: any BlobDisk, session: UInt64) {
        self.store = store
        self.disk = disk
        self.session = session
        self.state = Mutex(State(sweeps: disk.isUnswept()))
        let run = LateStep()
        self.step = Step(name: "blob-collector") { run.run() }
        run.attach { [weak self] in self?.run() ?? .idle }
    }

    /// Begins to collect; called once.
    func start() { self.store.driver.add(self.step) }

    /// Compares the files with the records, soon.
    func sweep() {
        self.state.withLock { $0.sweeps = true }
        self.step.wake()
    }

    /// Keeps every file of a blob that something names now where it is, until `letGo`. Garbage of before may still go.
    func hold() { self.state.withLock { $0.holds += 1 } }

    func letGo() {
        self.state.withLock { $0.holds -= 1 }
        self.step.wake()
    }

    /// Makes garbage of blobs that were not adopted.
    static func giveUp(_ ids: [BlobID], in transaction: inout Transaction) -> Verdict {
        do throws(StoreError) {
            for id in ids where try transaction.contains(BlobIntentKey(id)) {
                try transaction.delete(BlobIntentKey(id))
                try transaction.put(BlobGarbageKey(id), Presence())
            }
            transaction.signal(BlobGarbageKey.channel)
            return .commit
        } catch {
            return .rollback
        }
    }

    // MARK: The step

    private func run() -> StepOutcome {
        let now = self.store.driver.clock.now
        let (pause, sweeps): (StepOutcome?, Bool) = self.state.withLock { state in
            if state.busy || state.holds > 0 { return (.idle, false) }
            if state.pausedUntil > now { return (.sleep(until: state.pausedUntil), false) }
            state.busy = true
            return (nil, state.sweeps)
        }
        if let pause { return pause }
        let seen = self.store.board.version(of: BlobGarbageKey.channel)
        do {
            if sweeps {
                try self.sweepFiles()
                self.state.withLock { $0.sweeps = false }
            }
            if try self.collectGarbage() { return .idle }
            if try self.giveUpIntents(now) { return .idle }
        } catch {
            self.end(.failed)
            return .idle
        }
        return self.rest(now, seen: seen)
    }

    /// Waits for more, or for the time to look at intents again.
    private func rest(_ now: Timestamp, seen: UInt64) -> StepOutcome {
        let (waits, next) = self.state.withLock { state in
            state.busy = false
            defer { state.waits = true }
            return (state.waits, state.intentsLookedAt + Self.lookMilliseconds)
        }
        if !waits {
            self.store.board.wait(
                on: BlobGarbageKey.channel, seen: seen, wakeAt: nil, deadline: Timestamp(milliseconds: .max)
            ) { [weak self] _ in
                self?.state.withLock { $0.waits = false }
                self?.step.wake()
            }
        }
        return .sleep(until: max(next, now + 1))
    }

    /// Commits, and then runs the step again.
    private func commit(_ body: @escaping @Sendable (inout Transaction) -> Verdict) {
        self.store.write(body) { [weak self] failure in self?.end(failure == nil ? .done : .failed) }
    }

    private enum Ending { case done, failed }

    /// Ends a batch; the next one comes at once, or after a pause.
    private func end(_ ending: Ending) {
        let now = self.store.driver.clock.now
        self.state.withLock { state in
            state.busy = false
            if ending == .failed { state.pausedUntil = now + Self.retryMilliseconds }
        }
        self.step.wake()
    }

    /// Removes the files of one batch of garbage; true when there was any, and its records are being deleted.
    private func collectGarbage() throws -> Bool {
        let page = try self.store.page(BlobGarbageKey.range(), limit: Self.batch)
        guard !page.isEmpty else { return false }
        for id in page { try self.disk.remove(id.id) }
        try self.disk.synchronizeNames(of: page.map(\.id))
        self.commit { transaction in
            do throws(StoreError) {
                for key in page { try transaction.delete(key) }
                return .commit
            } catch {
                return .rollback
            }
        }
        return true
    }

    /// Gives up one batch of intents of earlier runs and of old ones; true when there were any.
    private func giveUpIntents(_ now: Timestamp) throws -> Bool {
        guard self.state.withLock({ $0.intentsLookedAt + Self.lookMilliseconds <= now }) else { return false }
        var stale: [BlobID] = []
        let transaction = try self.store.readTransaction()
        try Self.scan(transaction) { id, intent in
            if intent.session != self.session || intent.at + Self.intentMilliseconds <= now { stale.append(id) }
            return stale.count < Self.batch
        }
        guard !stale.isEmpty else {
            self.state.withLock { $0.intentsLookedAt = now }
            return false
        }
        let ids = stale
        self.commit { transaction in Self.giveUp(ids, in: &transaction) }
        return true
    }

    private static func scan(
        _ transaction: consuming Transaction, _ body: (BlobID, BlobIntent) -> Bool
    ) throws(StoreError) {
        try transaction.scan(BlobIntentKey.range()) { (key, intent) throws(StoreError) in
            body(key.id, intent) ? .next : .stop
        }
    }

    /// Removes every file that no record tells of. Only after a reset: O(files).
    private func sweepFiles() throws {
        let ids = try self.disk.list()
        for start in stride(from: 0, to: ids.count, by: Self.batch) {
            // A file that nothing names now may be named by what the holder took note of.
            guard self.state.withLock({ $0.holds }) == 0 else { throw BlobError.overloaded }
            let part = Array(ids[start..<min(start + Self.batch, ids.count)])
            var transaction = try self.store.readTransaction()
            var orphans: [BlobID] = []
            for id in part where try !Self.isKnown(id, in: &transaction) { orphans.append(id) }
            for id in orphans { try self.disk.remove(id) }
            try self.disk.synchronizeNames(of: orphans)
        }
        try self.disk.setUnswept(false)
    }

    private static func isKnown(_ id: BlobID, in transaction: inout Transaction) throws(StoreError) -> Bool {
        if try transaction.contains(BlobKey(id)) { return true }
        if try transaction.contains(BlobIntentKey(id)) { return true }
        return try transaction.contains(BlobGarbageKey(id))
    }
}

extension Store {
    /// The first keys of a range, as committed now.
    fileprivate func page<Key: StoreKey>(_ range: KeyRange<Key>, limit: Int) throws(StoreError) -> [Key] {
        var transaction = try self.readTransaction()
        return try transaction.page(range, limit: limit).map(\.key)
    }
}
