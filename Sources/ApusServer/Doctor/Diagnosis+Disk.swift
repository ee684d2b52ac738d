extension Diagnosis {
    private static let memoryFileSystems: Set<String> = ["tmpfs", "ramfs"]
    private static let networkFileSystems: Set<String> = [
        "9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "glusterfs", "nfs", "nfs4", "smb3", "virtiofs",
    ]
    /// Fewer free files than this are soon used up: a store of some GiB has hundreds.
    private static let fewFiles = 10_000
    /// Each answer to a write waits for one sync: a solid-state disk needs 100 to 1,000 µs.
    private static let slowSyncMicroseconds = 5_000

    static func disk(_ facts: MachineFacts, _ configuration: Configuration) -> [Finding] {
        let disk = facts.disk
        let path = configuration.dataDirectory
        if let problem = disk.directoryProblem {
            return [
                Finding(
                    .problem, "data directory", problem, matters: "A server would not start.",
                    remedy: "Mend it as it says, or choose another with --data.")
            ]
        }
        let use = disk.server.map { "\(path) is in use by a running server, process \($0)." } ?? "\(path) can be used."
        var findings = [Finding(good: "data directory", use)]
        if Self.memoryFileSystems.contains(disk.fileSystem) {
            findings.append(
                Finding(
                    .warning, "disk", "\(path) is in memory (\(disk.fileSystem)).",
                    matters: "What is acknowledged is gone with the machine.",
                    remedy: "Choose a directory on a disk with --data."))
        }
        if Self.networkFileSystems.contains(disk.fileSystem) {
            findings.append(
                Finding(
                    .warning, "disk", "\(path) is on a network file system (\(disk.fileSystem)).",
                    matters:
                        "Whether a write is on a disk when the server says so, and whether a second server is kept away, is "
                        + "up to the other machine.",
                    remedy: "Choose a directory on a disk of this machine with --data."))
        }
        return findings + Self.space(disk, configuration) + (disk.syncMicroseconds.map { [Self.sync($0)] } ?? [])
    }

    private static func space(_ disk: MachineFacts.Disk, _ configuration: Configuration) -> [Finding] {
        var findings: [Finding] = []
        let floor = configuration.store.freeSpaceFloorMiB
        if let free = disk.freeMiB {
            findings.append(
                free < 4 * floor
                    ? Finding(
                        free < floor ? .problem : .warning, "disk", "\(free) MiB are free.",
                        matters: "Below \(floor) MiB writes are refused.",
                        remedy: "Free some space, or lower store.free_space_floor_mib.")
                    : Finding(good: "disk", "\(free) MiB are free."))
        }
        if let files = disk.freeFiles, files < Self.fewFiles {
            findings.append(
                Finding(
                    .warning, "disk", "The file system has room for \(files) more files.",
                    matters: "Without one, nothing can be written however much space is free.",
                    remedy:
                        "Remove files nobody needs (df -i shows the count), or choose another directory with --data."))
        }
        return findings
    }

    private static func sync(_ microseconds: Int) -> Finding {
        let text = "A durable write takes \(microseconds) µs (median of small appends with fdatasync)."
        guard microseconds >= Self.slowSyncMicroseconds else { return Finding(good: "disk", text) }
        return Finding(
            .warning, "disk", text, matters: "Each answer to a write waits for one.",
            remedy: "Use a solid-state disk, or one with a write cache that survives a power cut.")
    }
}
