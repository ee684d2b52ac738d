internal import ApusBase
internal import Glibc

/// Looks at the disk that a data directory is on, or would be made on.
enum DiskProbe {
    private static let rounds = 32

    static func facts(_ path: String) -> MachineFacts.Disk {
        var disk = MachineFacts.Disk()
        if Files.exists(path) {
            disk.directoryProblem = ServerDirectory.problem(with: path)
            disk.server = Self.server(of: path)
            disk.wasNotClosed = disk.server == nil && Files.exists(path + "/runtime/endpoint")
        }
        let folder = Self.existing(path)
        if disk.directoryProblem == nil, access(folder, W_OK) != 0 {
            disk.directoryProblem = "\(path) cannot be made: this user may not write to \(folder)."
        }
        var facts = statvfs()
        if statvfs(folder, &facts) == 0 { disk.freeMiB = Int((UInt64(facts.f_bavail) * UInt64(facts.f_frsize)) >> 20) }
        // Some file systems (btrfs) have no such number and say 0 of 0.
        if facts.f_files > 0 { disk.freeFiles = Int(facts.f_favail) }
        disk.fileSystem = String(Self.fileSystem(of: folder))
        if disk.directoryProblem == nil { disk.syncMicroseconds = try? Self.syncMicroseconds(in: folder) }
        return disk
    }

    /// The process whose number is in the lock file, if it lives. Takes no lock.
    private static func server(of path: String) -> Int32? {
        guard let bytes = try? Files.readAll(path + "/lock"),
            let process = Int32(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)),
            kill(process, 0) == 0 || errno == EPERM
        else { return nil }
        return process
    }

    /// The nearest folder above that exists.
    private static func existing(_ path: String) -> String {
        var folder = path
        while !Files.isDirectory(folder), folder != "/", folder != "." { folder = Files.directory(of: folder) }
        return folder
    }

    /// The type of the file system, from the longest mount point above the folder (proc(5), mountinfo); empty if unknown.
    private static func fileSystem(of folder: String) -> Substring {
        guard let resolved = realpath(folder, nil), let bytes = try? Files.readAll("/proc/self/mountinfo") else {
            return ""
        }
        defer { free(resolved) }
        let path = String(cString: resolved) + "/"
        var best: (point: Substring, type: Substring) = ("", "")
        for line in Substring(String(decoding: bytes, as: UTF8.self)).split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 6, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else { continue }
            let point = fields[4]
            // Of two mounts on one point, the later one is seen.
            if path.hasPrefix(point == "/" ? "/" : point + "/"), point.count >= best.point.count {
                best = (point, fields[dash + 1])
            }
        }
        return best.type
    }

    private static func syncMicroseconds(in folder: String) throws(FileError) -> Int {
        let path = "\(folder)/.apus-doctor-\(getpid())"
        defer { _ = try? Files.removeIfExists(path) }
        let file = try ByteFile(path, .create)
        let block = [UInt8](repeating: 0x61, count: 512)
        var times: [UInt64] = []
        for _ in 0..<Self.rounds {
            let started = SystemClock().monotonicNanoseconds
            try file.append(block)
            try file.synchronizeData()
            times.append(SystemClock().monotonicNanoseconds - started)
        }
        return Int(times.sorted()[times.count / 2] / 1_000)
    }
}
