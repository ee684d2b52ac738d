internal import Glibc

/// What is done with files by their names.
package enum Files {
    /// The content of a file.
    package static func readAll(_ path: String) throws(FileError) -> [UInt8] {
        let file = try ByteFile(path, .read)
        return try file.readAll()
    }

    /// Puts `bytes` in the place of the file `path`, or makes it: whoever looks, also after a crash, sees the old content or
    /// the new. Durable when it returns. `path` with `.new` appended is used meanwhile; one writer per path.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
        let temporary = path + ".new"
        try Self.removeIfExists(temporary)
        let file = try ByteFile(temporary, .create)
        try file.append(bytes)
        try file.synchronize()
        try Self.rename(temporary, to: path)
        try Self.synchronizeDirectory(Self.directory(of: path))
    }

    /// Gives a file another name, taking the place of a file that has it. Not durable before both directories are
    /// synchronized.
    package static func rename(_ path: String, to newPath: String) throws(FileError) {
        guard Glibc.rename(path, newPath) == 0 else { throw .last("rename to \(newPath)", path) }
    }

    /// Waits until the names in a directory are on disk.
    package static func synchronizeDirectory(_ path: String) throws(FileError) {
        let directory = try ByteFile(path, .read)
        try directory.synchronize()
    }

    /// Makes a directory, and those above it, with the permissions given (less the umask). One that exists stays as it is.
    /// None is synchronized.
    package static func createDirectory(_ path: String, permissions: UInt32 = 0o700) throws(FileError) {
        guard mkdir(path, permissions) != 0 else { return }
        var code = errno
        let parent = Self.directory(of: path)
        if code == ENOENT, parent != path {
            try Self.createDirectory(parent, permissions: permissions)
            guard mkdir(path, permissions) != 0 else { return }
            code = errno
        }
        if code == EEXIST, Self.isDirectory(path) { return }
        throw FileError(operation: "create directory", path: path, code: code)
    }

    /// Removes a file; true where there was one.
    @discardableResult
    package static func removeIfExists(_ path: String) throws(FileError) -> Bool {
        if unlink(path) == 0 { return true }
        guard errno == ENOENT else { throw .last("remove", path) }
        return false
    }

    /// Removes a directory and all below it, following no symbolic link; or a file. What is not there is removed already.
    package static func removeTree(_ path: String) throws(FileError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw .last("examine", path)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            try Self.removeIfExists(path)
            return
        }
        for name in try Self.names(in: path) { try Self.removeTree(path + "/" + name) }
        guard rmdir(path) == 0 || errno == ENOENT else { throw .last("remove", path) }
    }

    /// Whether something has the name, be it a dangling symbolic link.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// The size of a file in bytes.
    package static func size(_ path: String) throws(FileError) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .last("examine", path) }
        return Int(status.st_size)
    }

    /// Sets the permissions of a file or a directory, whatever the umask.
    package static func setPermissions(_ path: String, _ permissions: UInt32) throws(FileError) {
        guard chmod(path, permissions) == 0 else { throw .last("change the permissions of", path) }
    }

    /// Gives a file a second name on the same file system; what has the name is an error. Not durable before the directory
    /// is synchronized.
    package static func link(_ path: String, to newPath: String) throws(FileError) {
        guard Glibc.link(path, newPath) == 0 else { throw .last("link to \(newPath)", path) }
    }

    /// Whether a directory's file system lets this process give a file a second name. Tries it.
    package static func canLink(in directory: String) -> Bool {
        let (first, second) = (directory + "/.link-probe-1", directory + "/.link-probe-2")
        defer {
            _ = try? Self.removeIfExists(first)
            _ = try? Self.removeIfExists(second)
        }
        do throws(FileError) {
            _ = try ByteFile(first, .readWrite)
            try Self.link(first, to: second)
            return true
        } catch {
            return false
        }
    }

    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a directory, sorted, without `.` and `..`.
    package static func names(in path: String) throws(FileError) -> [String] {
        guard let directory = opendir(path) else { throw .last("list", path) }
        defer { closedir(directory) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(directory) else { break }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw .last("list", path) }
        return names.sorted()
    }

    /// The directory that a path's last part is in: `/a` of `/a/b`, `.` of `b`.
    package static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
