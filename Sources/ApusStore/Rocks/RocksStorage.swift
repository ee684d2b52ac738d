internal import CRocksDB
internal import Glibc
internal import Synchronization

/// The storage of a server: RocksDB, whose log is synced apart from the writes to it, that survives a full and a failing disk.
///
/// A full disk is seen before it hurts: below a floor of free space commits are refused with `.full`, and what is left, and a
/// ballast file, suffice to put all memory on disk. After a failed write nothing is written to that opening of the database
/// again (it would abort the process); reads go on from it until `recover` has reopened it.
package final class RocksStorage: Storage {
    /// What the database can be used for.
    private enum Condition: Sendable {
        case sound
        /// A write failed: reads go on, writes wait for `recover`.
        case failed(reason: String)
        case closed
    }
    private struct State {
        var condition = Condition.sound
        /// nil while the database is being reopened, when that failed, and when it is closed.
        var database: RocksDatabase?
        /// What is durable: made by the last sync, before it wrote to the disk, or at the opening. nil when `database` is.
        var view: RocksView?
        /// Whether something was applied since the last sync began.
        var isUnsynced = false
        /// Whether all was removed since.
        var isEmptied = false
        /// Of the cache; odd while a commit that touches what it holds is under way or failed. See `RecordCache`.
        var epoch: UInt64 = 0
        var commits: Int64 = 0
        /// The second of the last look after what changes without commits.
        var lookedAfter: UInt64 = 0
    }

    package let freeSpace: FreeSpace
    private let directory: DataDirectory
    private let tuning: RocksTuning
    private let ballast: Ballast
    private let state: Mutex<State>
    private let cache = RecordCache()
    private let written = WrittenRecords()
    private let writtenKeys = WrittenKeys()
    private let unsyncedWrite = CPointer(rocksdb_writeoptions_create())
    /// What the log and the manifest may take beyond the bytes of a batch.
    private static let overheadBytes: Int64 = 64 << 10

    /// Opens the store in a locked directory, and makes it when there is none. The directory is closed with the storage.
    package init(directory: DataDirectory, configuration: RocksConfiguration = RocksConfiguration()) throws(DiskError) {
        self.directory = directory
        self.tuning = RocksTuning(configuration)
        self.freeSpace = FreeSpace(path: directory.path, floor: configuration.floorBytes)
        self.ballast = Ballast(path: directory.ballastPath, bytes: Int64(configuration.memtableBytes))
        if (self.freeSpace.bytes ?? 0) < self.ballast.bytes { self.ballast.release() }
        do {
            let database = try RocksDatabase(path: directory.databasePath, tuning: self.tuning, access: .readWrite)
            let view = try? RocksView(database: database, cache: self.cache, epoch: 0, moment: .snapshot)
            self.state = Mutex(State(database: database, view: view))
        } catch {
            throw DiskError("cannot open the store in \(directory.databasePath): \(error.message)")
        }
        self.takeBallast()
    }

    deinit { rocksdb_writeoptions_destroy(self.unsyncedWrite.pointer) }

    // MARK: Reading

    package func view() throws(StoreError) -> any StorageView {
        let (view, condition): (RocksView?, Condition) = self.state.withLock { ($0.view, $0.condition) }
        guard let view else { throw Self.unavailable(condition) }
        return view
    }

    package func head() throws(StoreError) -> any StorageView {
        let (database, condition, epoch) = self.state.withLock { ($0.database, $0.condition, $0.epoch) }
        guard let database else { throw Self.unavailable(condition) }
        return try RocksView(database: database, cache: self.cache, epoch: epoch, moment: .now(self.written, self.writtenKeys))
    }

    private static func unavailable(_ condition: Condition) -> StoreError {
        .unavailable(reason: Self.reason(condition))
    }

    private static func reason(_ condition: Condition) -> String {
        switch condition {
        case .sound: "the store is being reopened"
        case .failed(let reason): reason
        case .closed: "the store is closed"
        }
    }

    // MARK: Writing

    package func apply(_ batch: WriteBatch) throws(StoreError) {
        try self.write { native in
            for write in batch.writes { native.append(write) }
        }
        self.written.note(batch)
        self.writtenKeys.note(batch)
    }

    /// For when all was removed, or it is not known what became of a batch.
    private func forgetWritten() {
        self.written.forgetAll()
        self.writtenKeys.forgetAll()
    }

    package func removeAll() throws(StoreError) {
        try self.write { native in native.appendEverything() }
        self.forgetWritten()
        self.state.withLock { $0.isEmptied = true }
    }

    /// Writes one batch, which the next sync makes durable, or says why not.
    private func write(_ fill: (inout RocksBatch) -> Void) throws(StoreError) {
        let database = try self.soundDatabase()
        guard database.enter() else { throw .unavailable(reason: "the store is closed") }
        defer { database.leave() }
        var native = RocksBatch(database: database)
        fill(&native)
        guard !native.isEmpty else { return }
        // Once for the log, once for the flush of what the log holds.
        guard self.freeSpace.admits(2 * Int64(native.bytes) + Self.overheadBytes) else { throw .full }
        let touchesRecords = native.touchesRecords
        if touchesRecords { self.state.withLock { $0.epoch += 1 } }
        var failure: UnsafeMutablePointer<CChar>?
        rocksdb_write(database.pointer, self.unsyncedWrite.pointer, native.pointer, &failure)
        if let error = RocksError(taking: failure) {
            self.state.withLock { $0.condition = .failed(reason: error.message) }
            self.forgetWritten()
            throw .unknownOutcome(reason: error.message)
        }
        let epoch: UInt64 = self.state.withLock { state in
            state.commits += 1
            state.isUnsynced = true
            if touchesRecords { state.epoch += 1 }
            return state.epoch
        }
        if touchesRecords { self.cache.begin(epoch: epoch) }
    }

    package func sync() throws(StoreError) {
        let (database, condition, isUnsynced) = self.state.withLock { state in
            defer { state.isUnsynced = false }
            return (state.database, state.condition, state.isUnsynced)
        }
        guard case .sound = condition, let database, database.enter() else {
            throw .unknownOutcome(reason: Self.reason(condition))
        }
        defer { database.leave() }
        guard isUnsynced else { return }
        // What the snapshot shows is in the log by now. The old one is let go of outside the lock: it gives itself back.
        let view = try self.makeView(of: database)
        if let error = database.syncLog() {
            self.state.withLock { $0.condition = .failed(reason: error.message) }
            throw .unknownOutcome(reason: error.message)
        }
        let (old, isEmptied): (RocksView?, Bool) = self.state.withLock { state in
            defer {
                state.view = view
                state.isEmptied = false
            }
            return (state.view, state.isEmptied)
        }
        withExtendedLifetime(old) {}
        if isEmptied { database.discardRemoved() }
    }

    /// A view whose epoch is that of its moment: odd while what the cache holds is being written.
    private func makeView(of database: RocksDatabase) throws(StoreError) -> RocksView {
        let view: RocksView? = self.state.withLock { state in
            try? RocksView(database: database, cache: self.cache, epoch: state.epoch, moment: .snapshot)
        }
        guard let view else { throw .unknownOutcome(reason: Self.reason(.closed)) }
        return view
    }

    /// The database, if it takes writes. About once a second looks after what changes without commits.
    private func soundDatabase() throws(StoreError) -> RocksDatabase {
        let now = Self.coarseSeconds
        let (database, failure, isDue): (RocksDatabase?, StoreError?, Bool) = self.state.withLock { state in
            guard case .sound = state.condition, let database = state.database else {
                return (nil, Self.unavailable(state.condition), false)
            }
            defer { state.lookedAfter = now }
            return (database, nil, state.lookedAfter != now)
        }
        if let failure { throw failure }
        guard let database else { preconditionFailure("neither a database nor an error") }
        if isDue { try self.lookAfter(database) }
        return database
    }

    /// Sees whether a flush or compaction failed, and whether the ballast can be taken again.
    private func lookAfter(_ database: RocksDatabase) throws(StoreError) {
        if self.freeSpace.owed > 0 { self.takeBallast() }
        guard database.enter() else { return }
        defer { database.leave() }
        guard database.backgroundErrors > 0 else { return }
        let reason = "a flush or compaction failed, probably for want of disk space"
        self.state.withLock { $0.condition = .failed(reason: reason) }
        throw .unavailable(reason: reason)
    }

    private static var coarseSeconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        return UInt64(time.tv_sec)
    }

    /// The database as it is opened now, for what neither commits nor reads through a view; entered by the caller.
    var openDatabase: RocksDatabase? { self.state.withLock { $0.database } }

    var databasePath: String { self.directory.databasePath }

    // MARK: Recovery

    /// Reopens the database, with the ballast given back. Views from before fail from here on.
    package func recover() throws(StoreError) {
        let condition = self.state.withLock { $0.condition }
        if case .closed = condition { throw Self.unavailable(condition) }
        guard case .failed(let reason) = condition else { return }
        // What is in memory must fit on the disk, or opening fails, and with it reading.
        let ballast = self.ballast.isThere ? self.ballast.bytes : 0
        guard (self.freeSpace.bytes ?? 0) + ballast >= self.ballast.bytes else { throw .full }
        self.releaseBallast()
        let (old, epoch): ((RocksDatabase?, RocksView?), UInt64) = self.state.withLock { state in
            defer { (state.database, state.view) = (nil, nil) }
            state.epoch += state.epoch.isMultiple(of: 2) ? 2 : 1
            return ((state.database, state.view), state.epoch)
        }
        self.cache.begin(epoch: epoch)
        self.forgetWritten()
        old.0?.close()
        do {
            let database = try RocksDatabase(path: self.directory.databasePath, tuning: self.tuning, access: .readWrite)
            self.install(database)
            self.state.withLock { $0.condition = .sound }
        } catch {
            // Reading needs no space.
            let readable = try? RocksDatabase(path: self.directory.databasePath, tuning: self.tuning, access: .readOnly)
            if let readable { self.install(readable) }
            throw .unavailable(reason: "\(reason); reopening: \(error.message)")
        }
        self.takeBallast()
    }

    /// Takes a database that was opened anew, all of which is durable.
    private func install(_ database: RocksDatabase) {
        let view = try? self.makeView(of: database)
        self.state.withLock { state in
            state.database = database
            state.view = view
            state.isUnsynced = false
        }
    }

    /// Gives the ballast back; until it is there again, the floor is higher by as much.
    private func releaseBallast() {
        self.ballast.release()
        self.freeSpace.owed = self.ballast.bytes
    }

    /// Takes the ballast when it is not there and there is space for it over the floor.
    private func takeBallast() {
        if self.ballast.isThere { return self.freeSpace.owed = 0 }
        let isPossible = (self.freeSpace.bytes ?? 0) >= self.ballast.bytes + self.freeSpace.floor
        self.freeSpace.owed = isPossible && self.ballast.take() ? 0 : self.ballast.bytes
    }

    /// Rewrites everything into as few files as possible. Takes seconds per gigabyte; reads and writes go on.
    package func compact() {
        guard let database = self.state.withLock({ $0.database }), database.enter() else { return }
        defer { database.leave() }
        _ = try? database.flush(waiting: .untilDone)
        for family in ColumnFamily.allCases {
            rocksdb_compact_range_cf(database.pointer, database.handle(family), nil, 0, nil, 0)
        }
    }

    // MARK: Facts and the end

    package var statistics: StorageStatistics {
        let (database, commits, isSound): (RocksDatabase?, Int64, Bool) = self.state.withLock { state in
            if case .sound = state.condition { return (state.database, state.commits, true) }
            return (state.database, state.commits, false)
        }
        var statistics = StorageStatistics()
        let free = self.freeSpace.bytes ?? -1
        statistics.commits = commits
        statistics.freeDiskBytes = free
        statistics.acceptsWrites = isSound && self.freeSpace.isAboveFloor
        guard let database, database.enter() else { return statistics }
        defer { database.leave() }
        statistics.diskBytes =
            database.sum("rocksdb.live-sst-files-size") + database.sum("rocksdb.cur-size-all-mem-tables")
        statistics.memoryBytes =
            Int64(rocksdb_cache_get_usage(self.tuning.cache)) + database.sum("rocksdb.cur-size-all-mem-tables")
            + database.sum("rocksdb.estimate-table-readers-mem")
        return statistics
    }

    package func close() {
        let (database, view, isSound): (RocksDatabase?, RocksView?, Bool) = self.state.withLock { state in
            let isSound = if case .sound = state.condition { true } else { false }
            defer {
                state.condition = .closed
                state.database = nil
                state.view = nil
            }
            return (state.database, state.view, isSound)
        }
        withExtendedLifetime(view) {}
        if let database {
            // The next start then has no log to replay. It may fail: the log has everything.
            if isSound, database.enter() {
                _ = try? database.flush(waiting: .untilDone)
                database.leave()
            }
            database.close()
        }
        self.directory.close()
    }
}
