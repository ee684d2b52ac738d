internal import ApusBase
internal import CRocksDB

/// What the files of a database say, read without opening it to writes: of a checkpoint, or of a server that is stopped.
///
/// Reading replays the log into memory and changes no file, but for an empty info log that is not part of the data.
package struct StoreImage: Sendable {
    /// RocksDB's number of the last write.
    package let sequence: UInt64
    /// Every blob that a record names, sorted.
    package let blobs: [BlobID]

    /// Errors: the files are not a whole database, or of a release that this one does not know.
    package init(databasePath: String) throws(DiskError) {
        var configuration = RocksConfiguration()
        configuration.cacheBytes = 4 << 20
        let database: RocksDatabase
        do throws(RocksError) {
            database = try RocksDatabase(
                path: databasePath, tuning: RocksTuning(configuration), access: .readOnly)
        } catch {
            throw DiskError("cannot read the store in \(databasePath): \(error.message)")
        }
        defer { database.close() }
        self.sequence = rocksdb_get_latest_sequence_number(database.pointer)
        let range = BlobKey.range()
        var blobs: [BlobID] = []
        var foreign = 0
        let failure = RocksScan.run(
            database, family: BlobKey.tag.family, snapshot: nil, start: range.start, end: range.end, direction: .forward
        ) { key, _ in
            var decoder = KeyDecoder(Array(key))
            if let key = try? BlobKey(from: &decoder) { blobs.append(key.id) } else { foreign += 1 }
            return true
        }
        if let failure { throw DiskError("cannot read the store in \(databasePath): \(failure.message)") }
        guard foreign == 0 else {
            throw DiskError("the store in \(databasePath) names blobs that this release cannot read")
        }
        self.blobs = blobs
    }

    /// Whether a file of the database's folder is part of the data: not the info log, the lock, or a file that was being made.
    package static func isData(_ name: String) -> Bool {
        !name.hasPrefix("LOG") && name != "LOCK" && !name.hasSuffix(".dbtmp")
    }
}
