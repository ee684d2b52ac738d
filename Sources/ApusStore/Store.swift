package import ApusBase
internal import Synchronization

/// The store: typed transactions over one storage, committed in groups, with those who wait for changes.
package final class Store: Sendable {
    package let storage: any Storage
    package let board: ChangeBoard
    package let driver: any Driver
    private let writer: GroupWriter

    /// - Parameter rerun: test engines pass a source of randomness, and bodies are run twice at random.
    package init(storage: any Storage, driver: any Driver, rerun: (any Entropy)? = nil) {
        self.storage = storage
        self.driver = driver
        self.board = ChangeBoard(driver: driver)
        self.writer = GroupWriter(storage: storage, board: self.board, driver: driver, rerun: rerun)
    }

    /// Runs `body` at once, on the calling thread, over what is committed now. It must not write.
    package func read<Result: ~Copyable>(_ body: (inout Transaction) -> Result) throws(StoreError) -> Result {
        var transaction = Transaction(view: try self.storage.view(), overlay: nil)
        return body(&transaction)
    }

    /// A transaction that reads what is committed now, for layers that wrap transactions.
    package func readTransaction(budget: ReadBudget = .whole) throws(StoreError) -> Transaction {
        Transaction(view: try self.storage.view(), overlay: nil, budget: budget)
    }

    /// Queues `body` for the writer. `completion` is called once, on the writer's thread (or at once where the queue is
    /// full), after the commit: nil means that what `body` decided, `.commit` or `.rollback`, is so and durable.
    ///
    /// `body` may run more than once; what it hands out must be what its last run made.
    package func write(
        _ body: @escaping @Sendable (inout Transaction) -> Verdict,
        completion: @escaping @Sendable (StoreError?) -> Void
    ) {
        do throws(StoreError) {
            try self.writer.submit(GroupWriter.Job(body: body, completion: completion))
        } catch {
            completion(error)
        }
    }

    /// The async form of `write`.
    package func write(_ body: @escaping @Sendable (inout Transaction) -> Verdict) async throws(StoreError) {
        let failure = await withCheckedContinuation { (continuation: CheckedContinuation<StoreError?, Never>) in
            self.write(body) { continuation.resume(returning: $0) }
        }
        if let failure { throw failure }
    }

    /// Removes every key, durably, in the writer's turn: bodies queued before it are gone, those queued later run on nothing.
    package func removeAll(completion: @escaping @Sendable (StoreError?) -> Void) {
        do throws(StoreError) {
            try self.writer.submit(GroupWriter.Job(body: nil, completion: completion))
        } catch {
            completion(error)
        }
    }

    /// Whether a request that would write should be throttled: it would wait for longer than a caller should. Work of the
    /// server's own is bound by `StoreLimits.waitingBodies` only. From any thread; the price of a lock.
    package var isBehind: Bool { self.writer.isBehind }

    /// Has the completions of each group run inside `batch`, so that the answers they give can leave together.
    package func batchCompletions(_ batch: @escaping @Sendable (() -> Void) -> Void) {
        self.writer.batch.withLock { $0.run = batch }
    }

    package var statistics: StoreStatistics {
        StoreStatistics(
            storage: self.storage.statistics, waitingBodies: self.writer.waiting, groups: self.writer.groups,
            bodies: self.writer.bodies, waiters: self.board.waiting)
    }
}

/// What the metrics page says about the store.
package struct StoreStatistics: Sendable {
    package var storage: StorageStatistics
    package var waitingBodies: Int
    package var groups: UInt64
    package var bodies: UInt64
    package var waiters: Int
}
