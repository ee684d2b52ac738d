internal import Glibc

/// Makes a cgroup for each environment slot, in whatever versions this machine has and permits. Blocking calls on a few files.
package struct CGroups: Sendable {
    private let name: String
    private var version1: [CGroupLayout.Controller: String] = [:]
    private var version2: (directory: String, controllers: Set<CGroupLayout.Controller>)?

    /// Makes the server's group of groups, `name`, in each tree where that is permitted.
    package init(layout: CGroupLayout, name: String) {
        self.name = name
        for (controller, base) in layout.version1 {
            let directory = "\(base)/\(name)"
            if ControlFiles.makeDirectory(directory, mode: 0o755) { self.version1[controller] = directory }
        }
        if let base = layout.version2 { self.prepareVersion2(base) }
    }

    /// What is in force, for the operator.
    package var findings: [String] {
        CGroupLayout.Controller.allCases.map { controller in
            if self.version1[controller] != nil { return "cgroup \(controller.rawValue): limited (version 1)" }
            if self.version2?.controllers.contains(controller) == true {
                return "cgroup \(controller.rawValue): limited (version 2)"
            }
            return "cgroup \(controller.rawValue): not permitted or not there"
        }
    }

    private mutating func prepareVersion2(_ base: String) {
        let offered = Set((ControlFiles.read("\(base)/cgroup.controllers") ?? "").split { $0 == " " || $0 == "\n" })
        let wanted = CGroupLayout.Controller.allCases.filter { offered.contains(Substring($0.rawValue)) }
        guard !wanted.isEmpty else { return }
        let directory = "\(base)/\(self.name)"
        guard ControlFiles.makeDirectory(directory, mode: 0o755) else { return }
        var enabled: Set<CGroupLayout.Controller> = []
        for controller in wanted {
            // Refused (EBUSY) where the server's own group has processes and is not the root: then it needs a delegated group.
            if ControlFiles.write("\(base)/cgroup.subtree_control", "+\(controller.rawValue)"),
                ControlFiles.write("\(directory)/cgroup.subtree_control", "+\(controller.rawValue)")
            {
                enabled.insert(controller)
            }
        }
        if enabled.isEmpty { rmdir(directory) } else { self.version2 = (directory, enabled) }
    }

    /// Makes or reuses the groups of a slot and sets the limits for an environment of `memoryMiB`.
    package func prepare(slot: Int, memoryMiB: Int) -> CGroupPlacement? {
        var placement = CGroupPlacement()
        for (controller, parent) in self.version1 {
            let directory = "\(parent)/e\(slot)"
            guard ControlFiles.makeDirectory(parent, mode: 0o755), ControlFiles.makeDirectory(directory, mode: 0o755),
                self.limit1(controller, directory, memoryMiB)
            else { continue }
            placement.joinFiles.append("\(directory)/tasks")
            if controller == .memory { placement.peakFile = "\(directory)/memory.max_usage_in_bytes" }
        }
        if let (parent, controllers) = self.version2 {
            let directory = "\(parent)/e\(slot)"
            // Older kernels cannot set a group's peak back, so a group is not used twice.
            rmdir(directory)
            if ControlFiles.makeDirectory(directory, mode: 0o755) {
                for controller in controllers { self.limit2(controller, directory, memoryMiB) }
                placement.birthDirectory = directory
                if controllers.contains(.memory) { placement.peakFile = "\(directory)/memory.peak" }
            }
        }
        placement.joinFiles.sort()
        return placement.joinFiles.isEmpty && placement.birthDirectory == nil ? nil : placement
    }

    private func limit1(_ controller: CGroupLayout.Controller, _ directory: String, _ memoryMiB: Int) -> Bool {
        switch controller {
        case .memory:
            let bytes = String(memoryMiB << 20)
            // The limit with swap may never be below the one without: lift it first, whatever the slot had before.
            if ControlFiles.exists("\(directory)/memory.memsw.limit_in_bytes") {
                _ = ControlFiles.write("\(directory)/memory.memsw.limit_in_bytes", "-1")
            }
            guard ControlFiles.write("\(directory)/memory.limit_in_bytes", bytes) else { return false }
            if ControlFiles.exists("\(directory)/memory.memsw.limit_in_bytes") {
                _ = ControlFiles.write("\(directory)/memory.memsw.limit_in_bytes", bytes)
            }
            return ControlFiles.write("\(directory)/memory.max_usage_in_bytes", "0")
        case .cpu:
            return ControlFiles.write(
                "\(directory)/cpu.shares", String(max(2, 1024 * memoryMiB / SandboxLimits.memoryMiBPerCPU)))
        case .pids: return ControlFiles.write("\(directory)/pids.max", String(SandboxLimits.processes))
        }
    }

    private func limit2(_ controller: CGroupLayout.Controller, _ directory: String, _ memoryMiB: Int) {
        switch controller {
        case .memory:
            _ = ControlFiles.write("\(directory)/memory.max", String(memoryMiB << 20))
            if ControlFiles.exists("\(directory)/memory.swap.max") {
                _ = ControlFiles.write("\(directory)/memory.swap.max", "0")
            }
        case .cpu:
            let weight = min(10_000, max(1, 100 * memoryMiB / SandboxLimits.memoryMiBPerCPU))
            _ = ControlFiles.write("\(directory)/cpu.weight", String(weight))
        case .pids: _ = ControlFiles.write("\(directory)/pids.max", String(SandboxLimits.processes))
        }
    }

    /// Removes the groups of this server. The kernel keeps those that still have processes.
    package func remove() {
        for parent in self.version1.values { Self.removeTree(parent) }
        if let (directory, _) = self.version2 { Self.removeTree(directory) }
    }

    /// The name of a server's group of groups, with its process id. One process may have several runners (tests do).
    static func name(runner: Int) -> String { "apus-\(getpid())-\(runner)" }

    /// Removes what servers that were killed have left: groups named after processes that are no more.
    static func removeStale(layout: CGroupLayout) {
        for base in Array(layout.version1.values) + (layout.version2.map { [$0] } ?? []) {
            for name in ControlFiles.list(base) where name.hasPrefix("apus-") {
                guard let pid = Int32(name.split(separator: "-").dropFirst().first ?? "") else { continue }
                if kill(pid, 0) != 0, errno == ESRCH { Self.removeTree("\(base)/\(name)") }
            }
        }
    }

    private static func removeTree(_ directory: String) {
        for name in ControlFiles.list(directory) { rmdir("\(directory)/\(name)") }
        rmdir(directory)
    }
}
