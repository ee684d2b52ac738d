extension Diagnosis {
    /// Groups can be entered at birth since 5.7 (clone3 with CLONE_INTO_CGROUP); Landlock came with 5.13.
    private static let oldestKernel = (5, 13)
    /// An environment is some processes and threads.
    private static let processesPerEnvironment = 8
    private static let littleMemoryMiB = 256

    static func limits(_ facts: MachineFacts, _ configuration: Configuration) -> [Finding] {
        // Connections, environments with some pipes each, and the store's files.
        let environments = configuration.functions.maximumEnvironments
        let wanted = UInt64(configuration.http.connectionLimit + 8 * environments + 1_024)
        let text = "This process may open \(facts.openFileLimit) files; the settings can need \(wanted)."
        var findings: [Finding] = []
        if facts.openFileLimit >= wanted {
            findings.append(Finding(good: "limits", text))
        } else {
            findings.append(
                Finding(
                    .warning, "limits", text,
                    matters: "Past the limit connections are refused and functions do not start.",
                    remedy: facts.openFileHardLimit >= wanted
                        ? "ulimit -n \(wanted)"
                        : "Raise the hard limit (LimitNOFILE= of the service, or limits.conf) to \(wanted)."))
        }
        let processes = UInt64(Self.processesPerEnvironment * environments)
        if let limit = facts.processLimit, limit < processes {
            findings.append(
                Finding(
                    .warning, "limits", "This user may have \(limit) processes; the settings can need \(processes).",
                    matters: "Past the limit functions do not start.",
                    remedy: "ulimit -u \(processes), or lower functions.maximum_environments."))
        }
        return findings
    }

    static func machine(_ facts: MachineFacts) -> [Finding] {
        let kernel = facts.kernel
        var findings = [
            Finding(
                good: "machine",
                "\(facts.processors) processors, \(facts.memoryMiB) MiB of memory, Linux \(kernel.release).")
        ]
        if let version = kernel.version, version < Self.oldestKernel {
            findings.append(
                Finding(
                    .warning, "kernel", "Linux \(kernel.release) is old.",
                    matters: "Some means to keep functions apart came with 5.13.", remedy: "Install a newer kernel."))
        }
        if kernel.isClockSynchronised == false {
            findings.append(
                Finding(
                    .warning, "clock", "Nobody keeps the machine's clock right.",
                    matters:
                        "Requests whose time differs by more than 5 minutes are refused, and messages come early or late.",
                    remedy: "apt-get install systemd-timesyncd (or chrony); timedatectl shows the state."))
        }
        return findings + Self.memory(kernel)
    }

    private static func memory(_ kernel: MachineFacts.Kernel) -> [Finding] {
        var findings: [Finding] = []
        if kernel.hugePages == "always" {
            findings.append(
                Finding(
                    .warning, "memory", "Transparent huge pages are given to every program.",
                    matters: "The server and each function take more memory than they use, and pauses get longer.",
                    remedy: "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"))
        }
        if kernel.overcommit == 2 {
            findings.append(
                Finding(
                    .warning, "memory", "The kernel gives no more memory than there is (vm.overcommit_memory=2).",
                    matters:
                        "Interpreters reserve much more than they use: functions fail to start while memory is free.",
                    remedy: "sysctl vm.overcommit_memory=0"))
        }
        if let available = kernel.availableMiB, available < Self.littleMemoryMiB {
            findings.append(
                Finding(
                    .warning, "memory", "\(available) MiB of memory are available.",
                    matters: "The kernel ends processes when none is left, and the server may be among them.",
                    remedy: "Stop something else, or lower functions.maximum_environments and store.cache_mib."))
        }
        if kernel.swapUsedMiB > 1_024 {
            findings.append(
                Finding(
                    .warning, "memory", "\(kernel.swapUsedMiB) MiB are in the swap.",
                    matters: "What was swapped out is slow when it is needed: a request may take seconds.",
                    remedy: "Find what takes the memory (ps aux --sort -rss), or add some."))
        }
        return findings
    }
}
