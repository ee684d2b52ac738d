internal import Glibc

/// Directories that other users can walk through.
enum ReachableDirectory {
    /// Whether every directory above `path` may be walked through by all users.
    static func isTraversableByAll(parentsOf path: String) -> Bool { Self.firstClosed(parentsOf: path) == nil }

    /// The first directory above `path`, from the root down, that other users cannot walk through.
    static func firstClosed(parentsOf path: String) -> String? {
        var current = ""
        for part in path.split(separator: "/").dropLast() {
            current += "/\(part)"
            var status = stat()
            guard stat(current, &status) == 0, status.st_mode & 0o1 != 0 else { return current }
        }
        return nil
    }
}
