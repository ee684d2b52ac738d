internal import CRocksDB
internal import Glibc

/// A snapshot of the database, shared by all who look between two commits; or, without one, the database as it is now.
final class RocksView: StorageView, @unchecked Sendable {
    // SAFETY: nothing changes after init; RocksDB lets many threads read through one snapshot and one options object.
    private let database: RocksDatabase
    private let snapshot: CPointer?
    private let options: OpaquePointer
    private let cache: RecordCache
    /// What the last batches left, and what was ever written to some ranges, for a view of the head.
    private let written: (records: WrittenRecords, keys: WrittenKeys)?
    /// Of the cache, when the view was made.
    private let epoch: UInt64

    /// Fails with `.unavailable` when the database is closed.
    init(database: RocksDatabase, cache: RecordCache, epoch: UInt64, moment: Moment) throws(StoreError) {
        var snapshot: CPointer?
        switch moment {
        case .snapshot:
            snapshot = database.makeSnapshot()
            if snapshot == nil { throw Self.closed }
            self.written = nil
        case .now(let records, let keys): self.written = (records, keys)
        }
        self.database = database
        self.cache = cache
        self.epoch = epoch
        self.snapshot = snapshot
        self.options = rocksdb_readoptions_create()
        if let snapshot { rocksdb_readoptions_set_snapshot(self.options, snapshot.pointer) }
    }

    /// What a view shows.
    enum Moment {
        /// The moment at which it was made.
        case snapshot
        /// The moment of each look: enough for the one who alone writes.
        case now(WrittenRecords, WrittenKeys)
    }

    deinit {
        rocksdb_readoptions_destroy(self.options)
        if let snapshot = self.snapshot { self.database.release(snapshot) }
    }

    private static var closed: StoreError {
        .unavailable(reason: "the store was closed or reopened while this was reading; try again")
    }

    func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
        switch try self.find(key) {
        case .nothing: nil
        case .bytes(let bytes): bytes
        case .shared(let record): record.bytes
        }
    }

    func find(_ key: [UInt8]) throws(StoreError) -> FoundRecord {
        guard let family = key.withUnsafeBytes({ KeyTag.family(ofKey: $0) }) else { return .nothing }
        guard family == .records else {
            if let written = self.written {
                if let bytes = written.records.find(key) { return .bytes(bytes) }
                if try self.isKnownAbsent(key, written.keys) { return .nothing }
            }
            return try self.read(key, family).map { .bytes($0) } ?? .nothing
        }
        if let record = self.cache.find(key, epoch: self.epoch) { return .shared(record) }
        let record = SharedRecord(try self.read(key, family))
        self.cache.keep(key, record, epoch: self.epoch)
        return .shared(record)
    }

    private func isKnownAbsent(_ key: [UInt8], _ written: WrittenKeys) throws(StoreError) -> Bool {
        switch written.find(key) {
        case .absent: return true
        case .unknown: return false
        case .unexplored(let prefix):
            var isEmpty = true
            try self.scan(start: prefix, end: bytesAfter(prefix: prefix), direction: .forward) { _, _ in
                isEmpty = false
                return false
            }
            written.note(rangeOf: key, isEmpty: isEmpty)
            return isEmpty
        }
    }

    private func read(_ key: [UInt8], _ family: ColumnFamily) throws(StoreError) -> [UInt8]? {
        guard self.database.enter() else { throw Self.closed }
        defer { self.database.leave() }
        var failure: UnsafeMutablePointer<CChar>?
        let slice = key.withUnsafeBytes { bytes in
            rocksdb_get_pinned_cf(
                self.database.pointer, self.options, self.database.handle(family),
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, &failure)
        }
        guard let slice else {
            guard let error = RocksError(taking: failure) else { return nil }
            throw .unreadable(reason: error.message)
        }
        defer { rocksdb_pinnableslice_destroy(slice) }
        var count = 0
        guard let bytes = rocksdb_pinnableslice_value(slice, &count), count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let target = buffer.baseAddress { memcpy(target, bytes, count) }
            initialized = count
        }
    }

    func scan(
        start: [UInt8], end: [UInt8], direction: ScanDirection,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError) {
        guard bytesAreOrdered(start, end), let family = start.withUnsafeBytes({ KeyTag.family(ofKey: $0) }) else {
            return
        }
        guard self.database.enter() else { throw Self.closed }
        defer { self.database.leave() }
        let failure = RocksScan.run(
            self.database, family: family, snapshot: self.snapshot?.pointer, start: start, end: end,
            direction: direction, body)
        if let failure { throw .unreadable(reason: failure.message) }
    }
}
