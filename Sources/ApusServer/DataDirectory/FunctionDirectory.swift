internal import ApusBase
internal import Glibc

/// Where functions' packages are unpacked and environments have their private folders.
///
/// Environments of a server that is root have users of their own, who may not enter the data directory; so these folders lie
/// beside it, below `/var/tmp`, under a name made of the data directory's path. What lies there can be made again: it is not
/// part of the data.
enum FunctionDirectory {
    /// Makes the folder and answers its path.
    static func prepare(dataDirectory: String) throws(ServerFailure) -> String {
        guard geteuid() == 0 else { return dataDirectory }
        let absolute = Self.absolute(dataDirectory)
        let path = "/var/tmp/apus-" + Hex.encode(Digest.sha256(Array(absolute.utf8))).prefix(16)
        do throws(FileError) {
            try Files.createDirectory(path, permissions: 0o711)
        } catch {
            throw ServerFailure(.unavailable, "The folder for functions: \(error).")
        }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
            status.st_mode & 0o022 == 0, chmod(path, 0o711) == 0
        else {
            throw ServerFailure(.unavailable, "\(path) belongs to somebody else; remove it, so that functions can run.")
        }
        return path
    }

    private static func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
