internal import ApusBase
internal import Glibc

/// Makes a data directory of a backup.
///
/// ```
/// TARGET.restoring/restoring   says what the folder is; locked by the restore that works in it
/// TARGET.restoring/data/       the directory to be
/// ```
/// The files are copied there, checked on the way, made durable, and the folder `data` takes the target's name in one step:
/// whoever looks, also after a crash at any point, finds no data directory or a whole one. Until all is there, its file
/// `format` says that it is none. The next restore to the same target removes what an interrupted one left.
package enum DataRestore {
    /// The name of the file that marks the folder of a restore.
    package static let mark = "restoring"
    /// What the file `format` says until the files are whole.
    static let unfinished = Array("apus restore\n".utf8)

    /// Restores the backup in `backup` as the data directory `target`, which is not there or empty.
    ///
    /// Errors: the backup is damaged, interrupted or of a newer release; the target is in use or not empty, or a mount point;
    /// no space. The target is as it was then.
    package static func restore(from backup: String, to target: String) throws(DiskError) -> BackupManifest {
        let manifest = try BackupCheck.manifest(of: backup)
        try Self.refuseUsed(target)
        let folder = target + ".restoring"
        let lock = try Self.open(folder)
        defer { try? Files.removeTree(folder) }
        try Self.copy(manifest, from: backup, to: folder + "/data")
        guard Self.isStill(lock, at: "\(folder)/\(Self.mark)") else {
            throw DiskError("\(folder) was taken away while it was restored to; restore again")
        }
        try Self.finish(folder + "/data", manifest, as: target)
        return manifest
    }

    private static func refuseUsed(_ target: String) throws(DiskError) {
        guard Files.exists(target) else { return }
        guard Files.isDirectory(target) else {
            throw DiskError("\(target) is not a directory; choose another with --data")
        }
        let names = try DiskError.io { () throws(FileError) in try Files.names(in: target) }
        guard !names.isEmpty else { return }
        // Looked at without making a file: the target stays as it is.
        if names.contains("lock"), let lock = try? ByteFile(target + "/lock", .read), (try? lock.tryLock()) == false {
            throw DiskError(
                "a running server uses \(target): stop it, or choose another directory with --data", isInUse: true)
        }
        throw DiskError("\(target) is not empty: move it away, or choose another directory with --data")
    }

    /// Makes the folder to work in, empty but for its mark, which is locked.
    private static func open(_ folder: String) throws(DiskError) -> ByteFile {
        let mark = "\(folder)/\(Self.mark)"
        let names = try DiskError.io { () throws(FileError) in
            try Files.createDirectory(folder)
            return try Files.names(in: folder)
        }
        guard names.isEmpty || names.contains(Self.mark) else {
            throw DiskError("\(folder), which a restore needs, holds something else: move it away")
        }
        let lock = try DiskError.io { () throws(FileError) in try ByteFile(mark, .readWrite) }
        guard (try? lock.tryLock()) == true else {
            throw DiskError("another restore to the same directory is under way in \(folder)", isInUse: true)
        }
        try DiskError.io { () throws(FileError) in
            for name in try Files.names(in: folder) where name != Self.mark {
                try Files.removeTree("\(folder)/\(name)")
            }
        }
        return lock
    }

    private static func copy(
        _ manifest: BackupManifest, from backup: String, to folder: String
    ) throws(DiskError) {
        var folders: Set<String> = []
        try DiskError.io { () throws(FileError) in
            try Files.createDirectory(folder)
            try Files.replace(folder + "/format", with: Self.unfinished)
        }
        for file in manifest.files {
            let target = "\(folder)/\(file.path)"
            let (bytes, sha256) = try DiskError.io { () throws(FileError) in
                let parent = Files.directory(of: target)
                if folders.insert(parent).inserted { try Files.createDirectory(parent) }
                return try FileCopy.copy("\(backup)/data/\(file.path)", to: target, freeSpace: nil)
            }
            guard bytes == file.bytes, sha256 == file.sha256 else {
                throw DiskError(
                    "\(backup)/data/\(file.path) is not what was written: the backup is damaged, and nothing was restored"
                )
            }
        }
        try DiskError.io { () throws(FileError) in
            for parent in folders { try Files.synchronizeDirectory(parent) }
            for parent in Set(folders.map { Files.directory(of: $0) }) { try Files.synchronizeDirectory(parent) }
            try Files.synchronizeDirectory(folder)
        }
    }

    /// Makes the folder a data directory, and gives it the target's name.
    private static func finish(
        _ folder: String, _ manifest: BackupManifest, as target: String
    ) throws(DiskError) {
        do throws(FileError) {
            // Functions walk through the data directory to what is theirs.
            try Files.setPermissions(folder, 0o711)
            try Files.replace(folder + "/format", with: Array("apus store \(manifest.storeFormat)\n".utf8))
            try Files.rename(folder, to: target)
            try Files.synchronizeDirectory(Files.directory(of: target))
        } catch {
            let advice = error.code == EBUSY ? "; a mount point cannot be replaced: restore to a folder in it" : ""
            throw DiskError("\(error)\(advice)", isFull: error.isNoSpace)
        }
    }

    private static func isStill(_ file: borrowing ByteFile, at path: String) -> Bool {
        var (mine, there) = (stat(), stat())
        return fstat(file.descriptor, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino
            && mine.st_dev == there.st_dev
    }
}
