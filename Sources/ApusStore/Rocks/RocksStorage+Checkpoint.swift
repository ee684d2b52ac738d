internal import ApusBase
internal import CRocksDB

extension RocksStorage {
    /// Makes the folder `path`, which is not there, a database with everything that is committed now, and perhaps some of what
    /// is committed meanwhile. Durable when it returns; commits go on.
    ///
    /// Files that do not change any more are hard links, where the file system has them and `path` is on it; the rest, the log
    /// above all, is copied. Nothing is flushed for it, since a flush on a full disk fails the database.
    ///
    /// Errors: `.full` when the copies would bring free space under the floor; nothing was kept then.
    package func checkpoint(to path: String) throws(StoreError) {
        guard let database = self.openDatabase, database.enter() else {
            throw .unavailable(reason: "the store is closed or being reopened")
        }
        defer { database.leave() }
        guard self.freeSpace.admits(Int64(self.bytesToCopy(to: path) + Self.checkpointMargin)) else { throw .full }
        do throws(RocksError) {
            try database.checkpoint(to: path)
        } catch {
            throw .unavailable(reason: error.message)
        }
    }

    /// What may be written while a checkpoint is made.
    private static var checkpointMargin: Int { 8 << 20 }

    /// The size of the files that change; of all of them where there are no hard links.
    private func bytesToCopy(to path: String) -> Int {
        let folder = self.databasePath
        let links = Files.canLink(in: Files.directory(of: path))
        let names = (try? Files.names(in: folder)) ?? []
        return names.reduce(0) { sum, name in
            links && name.hasSuffix(".sst") ? sum : sum + ((try? Files.size(folder + "/" + name)) ?? 0)
        }
    }
}

extension RocksDatabase {
    /// See `RocksStorage.checkpoint`; the caller has entered.
    func checkpoint(to path: String) throws(RocksError) {
        var failure: UnsafeMutablePointer<CChar>?
        let checkpoint = rocksdb_checkpoint_object_create(self.pointer, &failure)
        if let error = RocksError(taking: failure) { throw error }
        defer { rocksdb_checkpoint_object_destroy(checkpoint) }
        // The number is the size of the log from which on memtables are flushed first: never.
        rocksdb_checkpoint_create(checkpoint, path, .max, &failure)
        if let error = RocksError(taking: failure) { throw error }
    }
}
