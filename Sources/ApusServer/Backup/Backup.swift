internal import ApusBase
internal import ApusStore
internal import Glibc

/// What `apus backup` and `apus restore` do.
package enum Backup {
    /// What a backup came to.
    package struct Report: Sendable {
        package var summary: BackupSummary
        /// Files that share their bytes with the data directory or with the base.
        package var linked: Int
        package var ofRunningServer: Bool
    }

    /// Backs a data directory up into `target`, which is not there or empty; of a running server everything that was
    /// acknowledged before the call is in it.
    ///
    /// - Parameter base: an earlier backup, whose equal files are linked to.
    /// Errors: `locked` while another backup is taken; `data` for the folders; `unavailable` where the server cannot be
    /// reached or there is no space. What was written is removed then.
    package static func take(
        of configuration: Configuration, to target: String, base: String?
    ) throws(ServerFailure) -> Report {
        let data = configuration.dataDirectory
        guard Files.exists(data + "/format") else {
            throw ServerFailure(.data, "\(data) is no data directory; name it with --data.")
        }
        let target = self.trimmed(target)
        try self.refuseNesting(target, in: data)
        let stopped: DataDirectory?
        do throws(DiskError) {
            stopped = try DataDirectory(path: data)
        } catch {
            guard error.isInUse else { throw ServerFailure(.data, "\(error).") }
            stopped = nil
        }
        defer { stopped?.close() }
        let floor = Int64(configuration.store.freeSpaceFloorMiB) << 20
        let writer = BackupWriter(data: data, target: target, base: base, floor: floor)
        guard stopped != nil else { return try self.takeOfRunning(data, writer) }
        let summary = BackupSummary(try writer.copyStopped())
        return Report(summary: summary, linked: writer.linked, ofRunningServer: false)
    }

    private static func takeOfRunning(_ data: String, _ writer: BackupWriter) throws(ServerFailure) -> Report {
        let lock = try BackupLock(of: data)
        defer { withExtendedLifetime(lock) {} }
        // Whoever holds the lock is alone: what is there was made for a command that has died.
        _ = try AdminClient.ask("DELETE", BackupDesk.path, in: data)
        let answer = try AdminClient.ask("POST", BackupDesk.path, in: data)
        guard answer.status == 200, let sequence = Self.sequence(answer) else {
            throw ServerFailure(.unavailable, "The server refused: \(AdminClient.message(of: answer)).")
        }
        defer { _ = try? AdminClient.ask("DELETE", BackupDesk.path, in: data) }
        let manifest = try writer.copy(stage: BackupDesk.stage(in: data), sequence: sequence)
        return Report(summary: BackupSummary(manifest), linked: writer.linked, ofRunningServer: true)
    }

    private static func sequence(_ answer: AdminClient.Answer) -> UInt64? {
        (try? JSONValue(parsing: answer.body))?["sequence"]?.stringValue.flatMap { UInt64($0) }
    }

    /// A backup in the data directory would be in the way of the server, and go with it.
    private static func refuseNesting(_ target: String, in data: String) throws(ServerFailure) {
        let (outer, inner) = (self.absolute(data), self.absolute(target))
        guard inner == outer || inner.hasPrefix(outer + "/") else { return }
        throw ServerFailure(.data, "\(target) lies in the data directory: choose a folder outside of it.")
    }

    /// The path without the slashes at its end: its last part is a name.
    private static func trimmed(_ path: String) -> String {
        var path = path
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// The path without links and dots; of a folder that is not there, by the one above it that is.
    private static func absolute(_ path: String) -> String {
        if let resolved = realpath(path, nil) {
            defer { free(resolved) }
            return String(cString: resolved)
        }
        let parent = Files.directory(of: path)
        guard parent != path, parent != "." || !path.hasPrefix("/") else { return path }
        let name = path.split(separator: "/").last.map { String($0) } ?? ""
        return self.absolute(parent) + "/" + name
    }

    /// What a backup is whose every file is what was written. Reads all of it.
    ///
    /// Errors: `data`, with a line for each file that is not.
    package static func verify(_ path: String) throws(ServerFailure) -> BackupSummary {
        let manifest: BackupManifest
        do throws(DiskError) {
            manifest = try BackupCheck.manifest(of: path)
        } catch {
            throw ServerFailure(.data, "\(error).")
        }
        let problems = BackupCheck.problems(of: manifest, in: path)
        guard problems.isEmpty else {
            throw ServerFailure(
                .data, "The backup in \(path) is damaged; take another.\n  " + problems.joined(separator: "\n  "))
        }
        return BackupSummary(manifest)
    }

    /// Restores a backup as a data directory, which is not there or empty.
    ///
    /// Errors: `locked` where a server or another restore has it, `unavailable` without space, else `data`.
    package static func restore(_ backup: String, to target: String) throws(ServerFailure) -> BackupSummary {
        do throws(DiskError) {
            return BackupSummary(try DataRestore.restore(from: backup, to: self.trimmed(target)))
        } catch {
            throw ServerFailure(error.isInUse ? .locked : error.isFull ? .unavailable : .data, "\(error).")
        }
    }
}
