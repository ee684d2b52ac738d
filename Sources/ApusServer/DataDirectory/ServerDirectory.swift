package import ApusBase
package import ApusStore
internal import Glibc

/// The data directory as a server uses it: locked, closed to other users, with the key that seals secrets.
///
/// ```
/// lock, format, rocksdb/, ballast, blobs/   the store's: see ApusStore.DataDirectory, which also locks
/// keys/master.key                           32 random bytes, 0600; made at the first start
/// schema                                    which keys and records may lie in the store; see DirectorySchema
/// admin/socket                              where an operator's commands reach the server that runs; see AdminSocket
/// runtime/                                  what a run leaves for other commands and for functions; may be deleted while
///                                           no server runs
/// ```
///
/// Functions run as users of their own, so others may walk through the directory to `runtime`, and into nothing else.
package final class ServerDirectory: Sendable {
    package let store: DataDirectory
    /// Seals every secret in the store. Whoever loses it loses those secrets, so it belongs in the backup.
    package let sealing: SealingKey

    package var path: String { self.store.path }
    package var runtimePath: String { self.path + "/runtime" }

    /// Opens the directory, making it at the first start, and locks it until `close` or the end of the process.
    ///
    /// Errors: `locked` where another server has it, `data` where it cannot be used as it is.
    package init(path: String, entropy: any Entropy) throws(ServerFailure) {
        do throws(FileError) {
            try DirectoryChecks.prepare(path)
        } catch {
            throw ServerFailure(.data, "The data directory: \(error). Choose another with --data, or mend its rights.")
        }
        if let problem = DirectoryChecks.problem(with: path) { throw ServerFailure(.data, problem) }
        do throws(DiskError) {
            self.store = try DataDirectory(path: path)
        } catch {
            throw ServerFailure(error.isInUse ? .locked : .data, "\(error)")
        }
        try DirectorySchema.ensure(in: path)
        self.sealing = SealingKey(key: try MasterKey.load(in: path, entropy: entropy), entropy: entropy)
        do throws(FileError) {
            try DirectoryChecks.closeParts(of: path)
        } catch {
            throw ServerFailure(.data, "The data directory: \(error).")
        }
    }

    /// What would keep this release from serving a directory that is there, without touching it: also while a server runs on
    /// it. nil where nothing is known to.
    package static func problem(with path: String) -> String? {
        guard Files.exists(path) else { return nil }
        return DirectoryChecks.problem(with: path) ?? DirectorySchema.problem(in: path)
    }

    /// Unlocks the directory. The store in it must be closed.
    package func close() {
        _ = try? Files.removeIfExists(self.runtimePath + "/endpoint")
        self.store.close()
    }

    /// Leaves the endpoint for `apus env`, which then knows it also when the port was chosen freely.
    package func announce(endpoint: String) {
        // Only a convenience: on a full disk the server runs all the same.
        try? Files.replace(self.runtimePath + "/endpoint", with: Array("\(endpoint)\n\(getpid())\n".utf8))
    }

    /// The endpoint of the server that runs on the directory now; nil where none does. Takes no lock: a server that starts at
    /// the same moment must find it free.
    package static func announcedEndpoint(in path: String) -> String? { self.announced(in: path)?.endpoint }

    /// What a server left when it became ready.
    struct Announced: Sendable {
        var endpoint: String
        var process: Int32
        /// Differs from start to start, also of one process.
        var start: String
    }

    /// As `announcedEndpoint`, with the server's process and start.
    static func announced(in path: String) -> Announced? {
        let file = path + "/runtime/endpoint"
        var status = stat()
        guard let bytes = try? Files.readAll(file), stat(file, &status) == 0 else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.count == 2, let process = pid_t(lines[1]), kill(process, 0) == 0 || errno == EPERM else {
            return nil
        }
        let start = "\(status.st_ino) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
        return Announced(endpoint: String(lines[0]), process: process, start: start)
    }
}
