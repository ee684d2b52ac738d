internal import ApusBase
internal import ApusStore
internal import Glibc

/// Whether a folder may be a server's data directory.
enum DirectoryChecks {
    /// What a server or a start that was interrupted leaves; `lost+found` is the root of a file system of its own.
    private static let ours: Set<String> = [
        "lock", "format", "format.new", "rocksdb", "ballast", "blobs", "keys", "runtime", "functions",
        "environments", "runtimes", "admin", "init", "lost+found",
    ]

    /// Makes the folder where there is none, and takes its rights from other users where it is empty.
    static func prepare(_ path: String) throws(FileError) {
        if !Files.exists(path) {
            try Files.createDirectory(path)
            try Files.synchronizeDirectory(Files.directory(of: path))
        }
        if Files.isDirectory(path), try Files.names(in: path).isEmpty { try Files.setPermissions(path, 0o711) }
    }

    /// Makes the folders in a locked data directory, closed to other users whatever made them before. Only `runtime` can be
    /// walked through.
    static func closeParts(of path: String) throws(FileError) {
        let parts = [
            ("rocksdb", mode_t(0o700)), ("blobs", 0o700), ("keys", 0o700), ("admin", 0o700), ("runtime", 0o711),
        ]
        for (name, rights) in parts {
            try Files.createDirectory("\(path)/\(name)")
            try Files.setPermissions("\(path)/\(name)", rights)
        }
    }

    /// What speaks against the folder, as a sentence that says what to do; nil where nothing does.
    static func problem(with path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return "The data directory \(path) cannot be examined: \(String(cString: strerror(errno)))."
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return "\(path) is not a directory; choose another with --data."
        }
        if Files.exists("\(path)/\(DataRestore.mark)") {
            return "\(path) is what an interrupted restore left: remove it and restore again."
        }
        let me = geteuid()
        guard status.st_uid == me || me == 0 else {
            return
                "\(path) belongs to user \(status.st_uid) and this is user \(me): run as that user, or choose another "
                + "directory with --data."
        }
        guard status.st_mode & 0o022 == 0 else {
            return "Other users may write to \(path). Run: chmod go-w \(path)"
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            return "This user may not write to \(path). Run: chmod u+rwx \(path)"
        }
        guard !Files.exists(path + "/format"), let names = try? Files.names(in: path) else { return nil }
        if names.contains("manifest"), names.contains("data") {
            return "\(path) is a backup: make a data directory of it with apus restore."
        }
        if let foreign = names.first(where: { !Self.ours.contains($0) }) {
            return
                "\(path) is not a data directory and not empty (it has \(foreign)); choose an empty or a new one with "
                + "--data."
        }
        return nil
    }
}
