internal import ApusSandbox

/// Asks the kernel what it is and how it is set.
enum KernelProbe {
    static func facts() -> MachineFacts.Kernel {
        var kernel = MachineFacts.Kernel()
        kernel.release = MachineProbe.text("/proc/sys/kernel/osrelease") ?? ""
        kernel.isClockSynchronised = MachineClock.isSynchronised
        kernel.hugePages = MachineProbe.text("/sys/kernel/mm/transparent_hugepage/enabled").flatMap {
            Self.chosen(in: $0)
        }
        kernel.overcommit = MachineProbe.text("/proc/sys/vm/overcommit_memory").flatMap { Int($0) } ?? 0
        let memory = Self.kibibytes(MachineProbe.text("/proc/meminfo") ?? "")
        kernel.availableMiB = memory["MemAvailable"].map { $0 / 1_024 }
        if let total = memory["SwapTotal"], let free = memory["SwapFree"] {
            kernel.swapUsedMiB = (total - free) / 1_024
        }
        return kernel
    }

    /// `madvise` of `always [madvise] never`.
    static func chosen(in text: String) -> String? {
        text.split(separator: " ").first { $0.hasPrefix("[") && $0.hasSuffix("]") }.map {
            String($0.dropFirst().dropLast())
        }
    }

    /// The numbers of /proc/meminfo by name.
    static func kibibytes(_ text: String) -> [String: Int] {
        text.split(separator: "\n").reduce(into: [:]) { numbers, line in
            let words = line.split { $0 == " " || $0 == ":" }
            if words.count >= 2, let number = Int(words[1]) { numbers[String(words[0])] = number }
        }
    }
}
