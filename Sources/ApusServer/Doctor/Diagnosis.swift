/// What follows from the facts for a server with these settings.
package enum Diagnosis {
    /// The findings in the order in which an operator reads them.
    package static func findings(_ facts: MachineFacts, _ configuration: Configuration) -> [Finding] {
        Self.disk(facts.disk, configuration) + [Self.store(facts)] + Self.interpreters(facts)
            + [Self.isolation(facts), Self.openFiles(facts, configuration), Self.size(facts)]
    }

    private static func disk(_ disk: MachineFacts.Disk, _ configuration: Configuration) -> [Finding] {
        let path = configuration.dataDirectory
        if let problem = disk.directoryProblem {
            return [
                Finding(
                    .problem, "data directory", problem, remedy: "Mend it as it says, or choose another with --data.")
            ]
        }
        var findings: [Finding] = []
        if let server = disk.server {
            findings.append(
                Finding(.good, "data directory", "\(path) is in use by a running server, process \(server)."))
        } else {
            findings.append(Finding(.good, "data directory", "\(path) can be used."))
        }
        if disk.isMemory {
            findings.append(
                Finding(
                    .warning, "disk", "\(path) is in memory: what is acknowledged is gone with the machine.",
                    remedy: "Choose a directory on a disk with --data."))
        }
        if let free = disk.freeMiB {
            let floor = configuration.store.freeSpaceFloorMiB
            findings.append(
                free < 4 * floor
                    ? Finding(
                        free < floor ? .problem : .warning, "disk",
                        "\(free) MiB are free; below \(floor) MiB writes are refused.",
                        remedy: "Free some space, or lower store.free_space_floor_mib.")
                    : Finding(.good, "disk", "\(free) MiB are free."))
        }
        if let microseconds = disk.syncMicroseconds { findings.append(Self.sync(microseconds)) }
        return findings
    }

    private static func sync(_ microseconds: Int) -> Finding {
        let text = "A durable write takes \(microseconds) µs (median of small appends with fdatasync)."
        switch microseconds {
        case ..<5_000: return Finding(.good, "disk", text)
        default:
            return Finding(
                .warning, "disk", text + " Each answer to a write waits for one.",
                remedy: "Use a solid-state disk, or one with a write cache that survives a power cut.")
        }
    }

    private static func store(_ facts: MachineFacts) -> Finding {
        guard let version = facts.rocksDBVersion else {
            return Finding(.warning, "store", "The version of RocksDB could not be told.")
        }
        return Finding(.good, "store", "RocksDB \(version).")
    }

    private static func interpreters(_ facts: MachineFacts) -> [Finding] {
        [("Python", facts.pythons, "python3"), ("Node.js", facts.nodes, "nodejs")].map { name, found, package in
            found.isEmpty
                ? Finding(
                    .warning, "functions",
                    "No \(name) was found in the system's folders; functions for it cannot be made.",
                    remedy: "apt-get install \(package)")
                : Finding(.good, "functions", found.joined(separator: ", ") + ".")
        }
    }

    private static func isolation(_ facts: MachineFacts) -> Finding {
        var parts: [String] = []
        if facts.isRoot { parts.append("a user of their own") }
        if facts.hasCGroups { parts.append("limits by cgroup") }
        let own = parts.isEmpty ? "nothing but a process of their own" : parts.joined(separator: " and ")
        let features: [(name: String, isThere: Bool?)] = [
            ("user namespaces", facts.hasUserNamespaces), ("seccomp", facts.hasSeccomp),
            ("Landlock", facts.hasLandlock),
        ]
        let kernel = features.map { "\($0.name) \($0.isThere.map { $0 ? "yes" : "no" } ?? "unknown")" }
            .joined(separator: ", ")
        let text = "Functions are kept apart by \(own). The kernel has: \(kernel)."
        guard facts.isRoot, facts.hasCGroups else {
            return Finding(
                .warning, "functions", text,
                remedy: facts.isRoot
                    ? "Mount cgroups writable, or give the service a delegated group (Delegate=yes)."
                    : "Run the server as root for more.")
        }
        return Finding(.good, "functions", text)
    }

    private static func openFiles(_ facts: MachineFacts, _ configuration: Configuration) -> Finding {
        // Connections, environments with some pipes each, and the store's files.
        let wanted = UInt64(
            configuration.http.connectionLimit + 8 * configuration.functions.maximumEnvironments + 1_024)
        let text = "This process may open \(facts.openFileLimit) files; the settings can need \(wanted)."
        guard facts.openFileLimit < wanted else { return Finding(.good, "limits", text) }
        let isRaisable = facts.openFileHardLimit >= wanted
        return Finding(
            .warning, "limits", text,
            remedy: isRaisable
                ? "ulimit -n \(wanted)"
                : "Raise the hard limit (LimitNOFILE= of the service, or limits.conf) to \(wanted).")
    }

    private static func size(_ facts: MachineFacts) -> Finding {
        Finding(.good, "machine", "\(facts.processors) processors, \(facts.memoryMiB) MiB of memory.")
    }
}
