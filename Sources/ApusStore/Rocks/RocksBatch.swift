internal import CRocksDB

/// Turns a `WriteBatch` into RocksDB's form. Used by the writer alone.
struct RocksBatch: ~Copyable {
    let pointer: OpaquePointer
    private let database: RocksDatabase
    /// Whether a key of the `records` family is written or cleared.
    private(set) var touchesRecords = false
    /// A cleared range with no more keys than this becomes deletes of its keys: a range tombstone slows every read of its
    /// family until it is compacted away.
    private static let pointDeletes = 32
    /// Dead keys in a row after which a cleared range is not looked through any further.
    private static let deadKeys: UInt64 = 256

    init(database: RocksDatabase) {
        self.pointer = rocksdb_writebatch_create()
        self.database = database
    }

    deinit { rocksdb_writebatch_destroy(self.pointer) }

    /// Bytes as they go to the log.
    var bytes: Int {
        var count = 0
        _ = rocksdb_writebatch_data(self.pointer, &count)
        return count
    }

    var isEmpty: Bool { rocksdb_writebatch_count(self.pointer) == 0 }

    mutating func append(_ write: WriteBatch.Write) {
        if !self.touchesRecords {
            self.touchesRecords = write.firstKey.withUnsafeBytes { KeyTag.family(ofKey: $0) } == .records
        }
        switch write {
        case .put(let key, let value):
            Self.with(key) { key, keyCount, family in
                value.withUnsafeBytes { value in
                    let bytes = value.baseAddress?.assumingMemoryBound(to: CChar.self)
                    rocksdb_writebatch_put_cf(
                        self.pointer, self.database.handle(family), key, keyCount, bytes, value.count)
                }
            }
        case .delete(let key):
            Self.with(key) { key, keyCount, family in
                rocksdb_writebatch_delete_cf(self.pointer, self.database.handle(family), key, keyCount)
            }
        case .deleteRange(let start, let end):
            guard bytesAreOrdered(start, end) else { return }
            self.appendRange(start: start, end: end)
        }
    }

    /// Clears every family.
    mutating func appendEverything() {
        self.touchesRecords = true
        let (low, high): ([CChar], [CChar]) = ([0], [CChar](repeating: -1, count: 8))
        for family in ColumnFamily.allCases {
            rocksdb_writebatch_delete_range_cf(
                self.pointer, self.database.handle(family), low, low.count, high, high.count)
        }
    }

    private func appendRange(start: [UInt8], end: [UInt8]) {
        Self.with(start) { startBytes, startCount, family in
            let handle = self.database.handle(family)
            var keys: [[UInt8]] = []
            let failure = RocksScan.run(
                self.database, family: family, snapshot: nil, start: start, end: end, direction: .forward,
                skipLimit: Self.deadKeys
            ) { key, _ in
                keys.append(Array(key))
                return keys.count <= Self.pointDeletes
            }
            if failure == nil, keys.count <= Self.pointDeletes {
                for key in keys {
                    Self.with(key) { key, count, _ in rocksdb_writebatch_delete_cf(self.pointer, handle, key, count) }
                }
                return
            }
            end.withUnsafeBytes { endBytes in
                let bytes = endBytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                rocksdb_writebatch_delete_range_cf(self.pointer, handle, startBytes, startCount, bytes, endBytes.count)
            }
        }
    }

    private static func with(_ key: [UInt8], _ body: (UnsafePointer<CChar>?, Int, ColumnFamily) -> Void) {
        key.withUnsafeBytes { bytes in
            guard let family = KeyTag.family(ofKey: bytes) else {
                preconditionFailure("a write to a key without a tag")
            }
            body(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, family)
        }
    }
}
