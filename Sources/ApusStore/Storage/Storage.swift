/// Where the bytes lie: an ordered map with atomic, durable batches. RocksDB in production, memory in tests.
///
/// A storage knows nothing of types, transactions or groups; the writer above it is the only one who calls `commit`.
package protocol Storage: AnyObject, Sendable {
    /// A consistent view of what is committed now; it does not change while it is held.
    func view() throws(StoreError) -> any StorageView

    /// Applies the batch as a whole; when it returns, the batch is on disk and every later view shows it.
    ///
    /// Errors: `.full` and `.unavailable` mean that nothing was written; after `.unknownOutcome` the storage answers
    /// `.unavailable` to commits until `recover` succeeds, and only then is it known what became of the batch.
    func commit(_ batch: WriteBatch) throws(StoreError)

    /// Tries to make a storage that failed a write take writes again. Called by the writer, with pauses.
    func recover() throws(StoreError)

    /// Removes every key at once, durably. For `POST /_apus/reset` of a development server.
    func removeAll() throws(StoreError)

    var statistics: StorageStatistics { get }

    /// Releases files and locks. No call may follow.
    func close()
}

/// A consistent view of a storage. Confined to one thread at a time.
package protocol StorageView: AnyObject {
    func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]?

    /// Calls `body` for each key in `start ..< end` in order (or backwards) until it answers false.
    /// The buffers live for the call only.
    func scan(
        start: [UInt8], end: [UInt8], direction: ScanDirection,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError)
}

/// The order in which a range is walked.
package enum ScanDirection: Sendable { case forward, backward }

/// What the metrics page says about a storage. Bytes; negative means that the engine does not say.
package struct StorageStatistics: Sendable {
    package var diskBytes: Int64 = -1
    package var memoryBytes: Int64 = -1
    package var freeDiskBytes: Int64 = -1
    package var commits: Int64 = 0
    package var acceptsWrites: Bool = true
    package init() {}
}
