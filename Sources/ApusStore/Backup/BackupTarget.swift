internal import ApusBase

/// The folder of a backup while it is written. Used by one thread.
///
/// ```
/// incomplete      there until the manifest is
/// data/           rocksdb/…, blobs/ab/abcd…, keys/master.key: a data directory without its file `format`, so that no
///                 server takes it for one
/// manifest        BackupManifest; written last
/// ```
/// Everything is durable before the manifest is. All is closed to other users: it has the key that opens every secret.
package final class BackupTarget {
    package let path: String
    /// Whether the folder was made for this backup, and goes with it.
    private let isNew: Bool
    private let freeSpace: FreeSpace?
    /// An earlier backup whose equal files are linked to, with what its manifest says of them.
    private let base: (path: String, files: [String: BackupManifest.File])?
    private var files: [BackupManifest.File] = []
    private var folders: Set<String> = []
    /// Files that share their bytes with the server's, or with the base's.
    package private(set) var linked = 0

    private var data: String { self.path + "/data" }

    /// Makes the folder, or takes an empty one.
    ///
    /// - Parameter freeSpace: asked before bytes are written, where a server lives on the same disk.
    /// - Parameter base: the folder of an earlier backup on the same file system.
    /// Errors: there is something in the folder; the base is no backup.
    package init(path: String, freeSpace: FreeSpace?, base: String?) throws(DiskError) {
        self.path = path
        self.freeSpace = freeSpace
        if let base {
            let manifest = try BackupCheck.manifest(of: base)
            self.base = (base, Dictionary(manifest.files.map { ($0.path, $0) }) { first, _ in first })
        } else {
            self.base = nil
        }
        self.isNew = !Files.exists(path)
        let names = self.isNew ? [] : try DiskError.io { () throws(FileError) in try Files.names(in: path) }
        guard names.isEmpty else {
            let what = names.contains("incomplete") ? "holds an interrupted backup" : "is not empty"
            throw DiskError("\(path) \(what): remove it, or choose another folder for the backup")
        }
        try DiskError.io { () throws(FileError) in
            try Files.createDirectory(path)
            try Files.setPermissions(path, 0o700)
            try Files.replace(path + "/incomplete", with: [])
            try Files.createDirectory(path + "/data")
        }
    }

    /// Puts a file into the backup, under the path that it has in a data directory.
    ///
    /// - Parameter kind: whether `source` may ever change: what may not is linked to where that is possible.
    package func add(_ file: String, from source: String, _ kind: Kind) throws(DiskError) {
        precondition(BackupManifest.isAllowed(file[...]), "a backup has no file \(file)")
        let target = self.data + "/" + file
        let folder = Files.directory(of: target)
        if self.folders.insert(folder).inserted {
            try DiskError.io { () throws(FileError) in try Files.createDirectory(folder) }
        }
        do throws(FileError) {
            let (bytes, sha256) = try self.take(file, source, target, kind)
            self.files.append(BackupManifest.File(path: file, bytes: bytes, sha256: sha256))
        } catch {
            throw DiskError(error)
        }
    }

    package enum Kind: Sendable { case immutable, mutable }

    private func take(
        _ file: String, _ source: String, _ target: String, _ kind: Kind
    ) throws(FileError) -> (bytes: Int, sha256: [UInt8]) {
        guard kind == .immutable else { return try FileCopy.copy(source, to: target, freeSpace: self.freeSpace) }
        if let base = self.base, let known = base.files[file], try Files.size(source) == known.bytes {
            let found = try FileCopy.digest(source)
            if found.sha256 == known.sha256, (try? Files.link("\(base.path)/data/\(file)", to: target)) != nil {
                self.linked += 1
                return found
            }
        }
        // Not across file systems, and not on all of them: then it is a copy.
        guard (try? Files.link(source, to: target)) != nil else {
            return try FileCopy.copy(source, to: target, freeSpace: self.freeSpace)
        }
        self.linked += 1
        return try FileCopy.digest(target)
    }

    /// Makes it a backup.
    package func finish(
        release: String, storeFormat: Int, time: String, sequence: UInt64
    ) throws(DiskError) -> BackupManifest {
        let manifest = BackupManifest(
            release: release, storeFormat: storeFormat, time: time, sequence: sequence,
            files: self.files.sorted { $0.path < $1.path })
        let (path, data, folders) = (self.path, self.data, self.folders)
        try DiskError.io { () throws(FileError) in
            for folder in folders { try Files.synchronizeDirectory(folder) }
            // The folders of blobs lie one deeper than the others.
            for parent in Set(folders.map { Files.directory(of: $0) }) { try Files.synchronizeDirectory(parent) }
            try Files.synchronizeDirectory(data)
            try Files.synchronizeDirectory(path)
            try Files.synchronizeDirectory(Files.directory(of: path))
            try Files.replace(path + "/manifest", with: manifest.text)
            try Files.removeIfExists(path + "/incomplete")
            try Files.synchronizeDirectory(path)
        }
        return manifest
    }

    /// Removes what was written.
    package func discard() {
        for name in ["manifest", "manifest.new"] { _ = try? Files.removeIfExists("\(self.path)/\(name)") }
        try? Files.removeTree(self.data)
        _ = try? Files.removeIfExists(self.path + "/incomplete")
        _ = try? Files.removeIfExists(self.path + "/incomplete.new")
        if self.isNew { try? Files.removeTree(self.path) }
    }
}
