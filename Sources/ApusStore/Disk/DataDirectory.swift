internal import ApusBase
internal import Glibc
internal import Synchronization

/// The directory in which everything durable lies, locked for this process.
///
/// ```
/// lock        the process that serves this directory; flock
/// format      "apus store 1\n": the format of everything below
/// rocksdb/    RocksStorage
/// ballast     space that is given back when the disk is full
/// blobs/      BlobStore
/// ```
package final class DataDirectory: Sendable {
    /// The newest format that this release reads, and the one it writes.
    package static let format = 1

    package let path: String
    private let lock: Mutex<ByteFile?>

    package var databasePath: String { self.path + "/rocksdb" }
    package var ballastPath: String { self.path + "/ballast" }
    package var blobsPath: String { self.path + "/blobs" }

    /// Makes the directory if it is not there, locks it, and checks its format.
    ///
    /// Errors: another process serves it, a newer release wrote it, or the system refuses access.
    package init(path: String) throws(DiskError) {
        self.path = path
        do {
            if !Files.isDirectory(path) {
                try Files.createDirectory(path)
                try Files.synchronizeDirectory(Files.directory(of: path))
            }
            let file = try ByteFile(path + "/lock", .readWrite)
            guard try file.tryLock() else { throw Self.inUse(path, owner: (try? file.readAll()) ?? []) }
            try Self.checkFormat(of: path)
            // The number only serves the message above: on a full disk the lock holds without it.
            try? file.truncate(to: 0)
            try? file.write(Array("\(getpid())\n".utf8), at: 0)
            self.lock = Mutex(file)
        } catch let error as FileError {
            throw DiskError(error)
        } catch let error as DiskError {
            throw error
        } catch {
            throw DiskError("\(error)")
        }
    }

    /// Unlocks the directory, after everything that lies in it is closed.
    package func close() {
        self.lock.withLock { file in
            file?.unlock()
            file = nil
        }
    }

    private static func inUse(_ path: String, owner: [UInt8]) -> DiskError {
        let process = String(decoding: owner.prefix { $0 != 0x0A }, as: UTF8.self)
        return DiskError(
            "another Apus server\(process.isEmpty ? "" : " (process \(process))") uses the data directory \(path); "
                + "stop it, or choose another directory with --data", isInUse: true)
    }

    private static func checkFormat(of path: String) throws {
        let file = path + "/format"
        guard Files.exists(file) else {
            let database = path + "/rocksdb"
            guard !Files.exists(database + "/CURRENT") else {
                throw DiskError(
                    "\(path) holds a store, but its file \"format\" is missing: restore the directory as a whole")
            }
            // Made here so that the sync of the directory makes both names durable.
            try Files.createDirectory(database)
            return try Files.replace(file, with: Array("apus store \(Self.format)\n".utf8))
        }
        let bytes = try Files.readAll(file)
        guard bytes != DataRestore.unfinished else {
            throw DiskError("\(path) is what an interrupted restore left: remove it and restore again")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("apus store "), let found = Int(text.dropFirst(11).prefix { $0 != "\n" }), found >= 1
        else {
            throw DiskError("\(file) should say \"apus store\" and a number: restore the directory from a backup")
        }
        guard found <= Self.format else {
            throw DiskError(
                "\(path) was written by a newer release of Apus (store format \(found); this release reads up to "
                    + "\(Self.format)): start that release or a newer one")
        }
    }
}
