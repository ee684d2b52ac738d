internal import ApusBase
internal import ApusStore
internal import Glibc

/// Copies a data directory, or the picture of one, into the folder of a backup. Used by one thread.
final class BackupWriter {
    private let data: String
    private let target: String
    private let base: String?
    private let floor: Int64
    private(set) var linked = 0

    /// - Parameter floor: bytes that stay free on the disk when it is the server's.
    init(data: String, target: String, base: String?, floor: Int64) {
        self.data = data
        self.target = target
        self.base = base
        self.floor = floor
    }

    /// Copies the picture that a running server has made.
    func copy(stage: String, sequence: UInt64) throws(ServerFailure) -> BackupManifest {
        let blobs: [(file: String, source: String)]
        do throws(FileError) {
            blobs = try Self.blobs(in: stage + "/blobs")
        } catch {
            throw ServerFailure(.unavailable, "The backup could not be taken: \(error).")
        }
        return try self.write(database: stage + "/rocksdb", blobs: blobs, sequence: sequence)
    }

    /// Copies a data directory that this process has locked.
    func copyStopped() throws(ServerFailure) -> BackupManifest {
        let image: StoreImage
        do throws(DiskError) {
            image = try StoreImage(databasePath: self.data + "/rocksdb")
        } catch {
            throw ServerFailure(.data, "\(error).")
        }
        let blobs = image.blobs.map { id in
            let place = DirectoryBlobDisk.place(of: id)
            return (file: "blobs/" + place, source: "\(self.data)/blobs/\(place)")
        }
        return try self.write(database: self.data + "/rocksdb", blobs: blobs, sequence: image.sequence)
    }

    private func write(
        database: String, blobs: [(file: String, source: String)], sequence: UInt64
    ) throws(ServerFailure) -> BackupManifest {
        let target: BackupTarget
        do throws(DiskError) {
            target = try BackupTarget(path: self.target, freeSpace: self.sharedSpace(), base: self.base)
        } catch {
            throw ServerFailure(error.isFull ? .unavailable : .data, "\(error).")
        }
        do throws(DiskError) {
            try target.add("keys/master.key", from: self.data + "/keys/master.key", .mutable)
            let schema = DirectorySchema.file(in: self.data)
            if Files.exists(schema) { try target.add("schema", from: schema, .mutable) }
            for name in try Self.databaseFiles(database) {
                try target.add(
                    "rocksdb/" + name, from: "\(database)/\(name)", name.hasSuffix(".sst") ? .immutable : .mutable)
            }
            for blob in blobs { try target.add(blob.file, from: blob.source, .immutable) }
            let manifest = try target.finish(
                release: ApusVersion.current, storeFormat: DataDirectory.format, time: SystemClock().now.iso8601Seconds,
                sequence: sequence)
            self.linked = target.linked
            return manifest
        } catch {
            target.discard()
            guard error.isFull else {
                throw ServerFailure(
                    .unavailable, "The backup could not be taken: \(error). What was written is removed.")
            }
            throw ServerFailure(
                .unavailable,
                "There is no space left for the backup in \(self.target): \(error). What was written is removed; choose "
                    + "another disk.")
        }
    }

    private static func databaseFiles(_ path: String) throws(DiskError) -> [String] {
        do throws(FileError) {
            return try Files.names(in: path).filter { StoreImage.isData($0) }
        } catch {
            throw DiskError("\(error)")
        }
    }

    private static func blobs(in path: String) throws(FileError) -> [(file: String, source: String)] {
        var blobs: [(file: String, source: String)] = []
        for folder in try Files.names(in: path) {
            for name in try Files.names(in: path + "/" + folder) {
                blobs.append(("blobs/\(folder)/\(name)", "\(path)/\(folder)/\(name)"))
            }
        }
        return blobs
    }

    /// Where the backup lies on the server's disk, it stops before it takes the server's last space.
    private func sharedSpace() -> FreeSpace? {
        var (mine, theirs) = (stat(), stat())
        var existing = self.target
        while !Files.exists(existing), Files.directory(of: existing) != existing {
            existing = Files.directory(of: existing)
        }
        guard stat(self.data, &mine) == 0, stat(existing, &theirs) == 0, mine.st_dev == theirs.st_dev else {
            return nil
        }
        return FreeSpace(path: self.data, floor: self.floor)
    }
}
