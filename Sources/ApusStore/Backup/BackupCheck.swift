internal import ApusBase

/// Whether a folder holds a whole backup.
package enum BackupCheck {
    /// The manifest of the backup in a folder. Nothing else was looked at.
    ///
    /// Errors: there is none, it is damaged, or of a newer release.
    package static func manifest(of path: String) throws(DiskError) -> BackupManifest {
        let file = path + "/manifest"
        guard Files.exists(file) else {
            guard Files.exists(path + "/incomplete") else {
                throw DiskError("there is no backup in \(path): it has no manifest")
            }
            throw DiskError("the backup in \(path) was interrupted and is none: remove it and take another")
        }
        let text = try DiskError.io { () throws(FileError) in
            try Files.size(file) <= BackupManifest.limit ? try Files.readAll(file) : []
        }
        return try BackupManifest(text, origin: file)
    }

    /// What is wrong with the files of a backup, a sentence each, at most `limit`; none: it is what was written. Reads all of it.
    package static func problems(
        of manifest: BackupManifest, in path: String, limit: Int = 20
    ) -> [String] {
        var problems: [String] = []
        for file in manifest.files {
            guard problems.count < limit else { return problems }
            if let problem = Self.problem(with: file, in: path) { problems.append(problem) }
        }
        let known = Set(manifest.files.map(\.path))
        for name in Self.walk(path + "/data") where !known.contains(name) {
            guard problems.count < limit else { return problems }
            problems.append("data/\(name) is not in the manifest")
        }
        return problems
    }

    private static func problem(with file: BackupManifest.File, in path: String) -> String? {
        do throws(FileError) {
            let name = "\(path)/data/\(file.path)"
            let size = try Files.size(name)
            guard size == file.bytes else { return "data/\(file.path) has \(size) bytes and should have \(file.bytes)" }
            let found = try FileCopy.digest(name)
            return found.sha256 == file.sha256 ? nil : "data/\(file.path) is not what was written: its checksum differs"
        } catch {
            return error.isNotFound ? "data/\(file.path) is missing" : "\(error)"
        }
    }

    /// Every file below a folder, two folders deep at most, as blobs lie.
    private static func walk(_ path: String) -> [String] {
        var files: [String] = []
        func visit(_ folder: String, _ prefix: String, depth: Int) {
            for name in (try? Files.names(in: folder)) ?? [] {
                let child = folder + "/" + name
                if depth < 3, Files.isDirectory(child) {
                    visit(child, prefix + name + "/", depth: depth + 1)
                } else {
                    files.append(prefix + name)
                }
            }
        }
        visit(path, "", depth: 0)
        return files
    }
}
