/// Where the bytes lie: an ordered map with atomic batches. RocksDB in production, memory in tests.
///
/// A batch is written in two acts, so that bodies can run while the disk works: `apply` writes it, `sync` makes it durable, and
/// only then do others see it. A storage knows nothing of types, transactions or groups. All but `view`, `head` and
/// `statistics` are called by one thread at a time; `head`, and what it answers, may be used beside `sync` only.
package protocol Storage: AnyObject, Sendable {
    /// A consistent view of what is durable now; it does not change while it is held.
    func view() throws(StoreError) -> any StorageView

    /// A view of all that was applied, durable or not: what the writer's bodies run on. Of no use after the next `apply`.
    func head() throws(StoreError) -> any StorageView

    /// Applies the batch as a whole. `head` shows it at once, `view` after the next `sync`; a crash before that may lose it.
    ///
    /// Errors: `.full` and `.unavailable` mean that nothing was written; after `.unknownOutcome` the storage answers
    /// `.unavailable` to writes until `recover` succeeds, and only then is it known what became of the batch.
    func apply(_ batch: WriteBatch) throws(StoreError)

    /// When it returns, all that was applied before the call is on disk, and every later view shows it.
    ///
    /// Errors: `.unknownOutcome`, for all that was applied since the last success; the storage then waits for `recover`.
    func sync() throws(StoreError)

    /// Tries to make a storage that failed a write take writes again. Called by the writer, with pauses.
    func recover() throws(StoreError)

    /// Removes every key at once, as `apply` would. For `POST /_apus/reset` of a development server.
    func removeAll() throws(StoreError)

    var statistics: StorageStatistics { get }

    /// Releases files and locks. No call may follow.
    func close()
}

extension Storage {
    /// Applies the batch and makes it durable.
    package func commit(_ batch: WriteBatch) throws(StoreError) {
        try self.apply(batch)
        try self.sync()
    }
}

/// A consistent view of a storage. Confined to one thread at a time.
package protocol StorageView: AnyObject {
    func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]?

    /// The same, shared with other readers where the storage keeps it for them.
    func find(_ key: [UInt8]) throws(StoreError) -> FoundRecord

    /// Calls `body` for each key in `start ..< end` in order (or backwards) until it answers false.
    /// The buffers live for the call only.
    func scan(
        start: [UInt8], end: [UInt8], direction: ScanDirection,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError)
}

extension StorageView {
    package func find(_ key: [UInt8]) throws(StoreError) -> FoundRecord {
        try self.get(key).map { .bytes($0) } ?? .nothing
    }
}

/// The order in which a range is walked.
@usableFromInline package enum ScanDirection: Sendable { case forward, backward }

/// What the metrics page says about a storage. Bytes; negative means that the engine does not say.
package struct StorageStatistics: Sendable {
    package var diskBytes: Int64 = -1
    package var memoryBytes: Int64 = -1
    package var freeDiskBytes: Int64 = -1
    package var commits: Int64 = 0
    package var acceptsWrites: Bool = true
    package init() {}
}
