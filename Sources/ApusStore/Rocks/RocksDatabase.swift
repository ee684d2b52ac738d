internal import CRocksDB
internal import Glibc
internal import Synchronization

/// A sentence of RocksDB's about what went wrong.
struct RocksError: Error, Sendable {
    let message: String

    /// Takes over an error out-parameter; nil when there was no error.
    init?(taking pointer: UnsafeMutablePointer<CChar>?) {
        guard let pointer else { return nil }
        self.message = String(cString: pointer)
        rocksdb_free(pointer)
    }
}

/// One opening of the database. Every use lies between `enter` and `leave`, so that it can be closed under its views.
final class RocksDatabase: @unchecked Sendable {
    // SAFETY: RocksDB's objects may be used from all threads; `close` waits until no thread is between `enter` and `leave`.

    /// How a database is opened. Reading alone needs no free space, and is what is left on a disk that takes no writes.
    enum Access { case readWrite, readOnly }

    let pointer: OpaquePointer
    private let records: OpaquePointer
    private let flow: OpaquePointer
    private let history: OpaquePointer
    private let items: OpaquePointer
    /// Each handle once.
    private let opened: [OpaquePointer]
    private let gate = Atomic<Int>(0)
    private let snapshots = Mutex<Set<CPointer>>([])
    private static let closing = 1 << 40
    /// Memtables with no more than this are not worth a flush when all they hold is dead.
    private static let idleMemtableBytes: Int64 = 4 << 20

    init(path: String, tuning: RocksTuning, access: Access) throws(RocksError) {
        // Reading makes no families: a database of an older release may lack some.
        let families = access == .readWrite ? ColumnFamily.allCases : try Self.families(at: path, tuning)
        let names: [UnsafeMutablePointer<CChar>?] = families.map { strdup($0.storedName) }
        defer { for name in names { free(name) } }
        let namePointers = names.map { UnsafePointer<CChar>($0) }
        let options: [OpaquePointer?] = families.map { tuning.families[Int($0.rawValue)] }
        var handles = [OpaquePointer?](repeating: nil, count: names.count)
        var failure: UnsafeMutablePointer<CChar>?
        let count = Int32(names.count)
        let opened =
            switch access {
            case .readWrite:
                rocksdb_open_column_families(tuning.database, path, count, namePointers, options, &handles, &failure)
            case .readOnly:
                rocksdb_open_for_read_only_column_families(
                    tuning.database, path, count, namePointers, options, &handles, 0, &failure)
            }
        if let error = RocksError(taking: failure) { throw error }
        let found = Dictionary(uniqueKeysWithValues: zip(families, handles))
        guard let opened, let records = found[.records] ?? nil else {
            preconditionFailure("RocksDB opened without an error and without a database")
        }
        self.opened = handles.compactMap { $0 }
        self.pointer = opened
        self.records = records
        // No key of theirs is in `records`, so a family that is not there is as an empty one.
        self.flow = (found[.flow] ?? nil) ?? records
        self.history = (found[.history] ?? nil) ?? records
        self.items = (found[.items] ?? nil) ?? records
    }

    /// The families that the database at `path` has.
    private static func families(at path: String, _ tuning: RocksTuning) throws(RocksError) -> [ColumnFamily] {
        var failure: UnsafeMutablePointer<CChar>?
        var count = 0
        let list = rocksdb_list_column_families(tuning.database, path, &count, &failure)
        if let error = RocksError(taking: failure) { throw error }
        guard let list else { return ColumnFamily.allCases }
        defer { rocksdb_list_column_families_destroy(list, count) }
        let names = Set((0..<count).compactMap { list[$0].map { String(cString: $0) } })
        return ColumnFamily.allCases.filter { names.contains($0.storedName) }
    }

    func handle(_ family: ColumnFamily) -> OpaquePointer {
        switch family {
        case .records: self.records
        case .flow: self.flow
        case .history: self.history
        case .items: self.items
        }
    }

    // MARK: Use and closing

    /// Begins a use; false when the database is closed or closes. A true is answered with `leave`.
    @inline(__always)
    func enter() -> Bool {
        // Of this thread. RocksDB counts each comparison of keys where a thread does not say that it needs no counts, and
        // looking for the counter takes longer than the comparison.
        rocksdb_set_perf_level(Int32(rocksdb_disable))
        if self.gate.add(1, ordering: .acquiring).newValue < Self.closing { return true }
        self.gate.subtract(1, ordering: .releasing)
        return false
    }

    @inline(__always)
    func leave() { self.gate.subtract(1, ordering: .releasing) }

    /// A snapshot of what is committed now, to be given back with `release`; nil when the database is closed.
    func makeSnapshot() -> CPointer? {
        guard self.enter() else { return nil }
        defer { self.leave() }
        guard let pointer = rocksdb_create_snapshot(self.pointer) else { return nil }
        let snapshot = CPointer(pointer)
        self.snapshots.withLock { _ = $0.insert(snapshot) }
        return snapshot
    }

    /// Gives a snapshot back. After the database has closed, which gave all of them back, nothing happens.
    func release(_ snapshot: CPointer) {
        guard self.enter() else { return }
        defer { self.leave() }
        if self.snapshots.withLock({ $0.remove(snapshot) }) != nil {
            rocksdb_release_snapshot(self.pointer, snapshot.pointer)
        }
    }

    /// Waits for the uses under way, ends the background work, and closes. Later uses are refused. Called once.
    func close() {
        self.gate.add(Self.closing, ordering: .acquiringAndReleasing)
        while self.gate.load(ordering: .acquiring) & (Self.closing - 1) != 0 { usleep(100) }
        rocksdb_cancel_all_background_work(self.pointer, 1)
        self.snapshots.withLock { snapshots in
            for snapshot in snapshots { rocksdb_release_snapshot(self.pointer, snapshot.pointer) }
            snapshots.removeAll()
        }
        for handle in self.opened { rocksdb_column_family_handle_destroy(handle) }
        rocksdb_close(self.pointer)
    }

    // MARK: Facts

    /// The sum of an integer property over the families; the caller has entered.
    func sum(_ property: String) -> Int64 {
        var sum: UInt64 = 0
        for family in ColumnFamily.allCases {
            var value: UInt64 = 0
            if rocksdb_property_int_cf(self.pointer, self.handle(family), property, &value) == 0 { sum += value }
        }
        return Int64(clamping: sum)
    }

    /// How many flushes and compactions have failed; the caller has entered.
    var backgroundErrors: UInt64 {
        var value: UInt64 = 0
        _ = rocksdb_property_int(self.pointer, "rocksdb.background-errors", &value)
        return value
    }

    /// Has the disk keep all that was written to the log before the call; the caller has entered.
    func syncLog() -> RocksError? {
        var failure: UnsafeMutablePointer<CChar>?
        rocksdb_flush_wal(self.pointer, 1, &failure)
        return RocksError(taking: failure)
    }

    /// Writes every memtable to its level; the caller has entered.
    func flush(waiting: Waiting) throws(RocksError) {
        let options = rocksdb_flushoptions_create()
        defer { rocksdb_flushoptions_destroy(options) }
        rocksdb_flushoptions_set_wait(options, waiting == .untilDone ? 1 : 0)
        for family in ColumnFamily.allCases {
            var failure: UnsafeMutablePointer<CChar>?
            rocksdb_flush_cf(self.pointer, options, self.handle(family), &failure)
            if let error = RocksError(taking: failure) { throw error }
        }
    }

    /// Has the background threads give back the space of what was removed; the caller has entered.
    func discardRemoved() {
        if self.sum("rocksdb.cur-size-all-mem-tables") > Self.idleMemtableBytes {
            _ = try? self.flush(waiting: .notAtAll)
        }
        guard self.sum("rocksdb.live-sst-files-size") > 0 else { return }
        let (low, high): ([CChar], [CChar]) = ([0], [CChar](repeating: -1, count: 8))
        for family in ColumnFamily.allCases {
            var failure: UnsafeMutablePointer<CChar>?
            rocksdb_suggest_compact_range_cf(
                self.pointer, self.handle(family), low, low.count, high, high.count, &failure)
            _ = RocksError(taking: failure)
        }
    }

    /// Whether a call returns before the work is done.
    enum Waiting { case untilDone, notAtAll }
}
