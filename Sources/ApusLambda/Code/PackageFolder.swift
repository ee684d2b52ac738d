internal import ApusBase
internal import Glibc

/// Writes the files of an archive into a new folder, readable by all, with the archive's permission to execute.
enum PackageFolder {
    static func write(_ archive: ZipArchive, to root: String) throws {
        try Files.createDirectory(root, permissions: 0o755)
        var made: Set<String> = [""]
        for entry in archive.entries {
            let folder = entry.isDirectory ? entry.path : Files.parent(entry.path)
            try self.make(folder, under: root, &made)
            if entry.isDirectory { continue }
            let path = root + "/" + entry.path
            let permissions: UInt32 = (entry.mode ?? 0o644) & 0o111 != 0 ? 0o755 : 0o644
            // Exclusive: a file where an earlier entry made a folder, or the other way round, is refused.
            let file = try ByteFile(path, .create, permissions: permissions)
            try file.append(try archive.content(of: entry))
            // The server's umask does not reach the functions' users.
            guard chmod(path, mode_t(permissions)) == 0 else {
                throw FileError(operation: "change the permissions of", path: path, code: errno)
            }
        }
    }

    private static func make(_ folder: String, under root: String, _ made: inout Set<String>) throws {
        guard !made.contains(folder) else { return }
        try self.make(Files.parent(folder), under: root, &made)
        let path = root + "/" + folder
        try Files.createDirectory(path, permissions: 0o755)
        guard chmod(path, 0o755) == 0 else {
            throw FileError(operation: "change the permissions of", path: path, code: errno)
        }
        made.insert(folder)
    }
}

extension Files {
    /// The folder part of a relative path; empty for a name alone.
    fileprivate static func parent(_ path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(path[..<slash])
    }
}
