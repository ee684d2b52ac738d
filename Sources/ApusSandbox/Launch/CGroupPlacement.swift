/// Where one environment lives in the cgroup trees.
package struct CGroupPlacement: Equatable, Sendable {
    /// Version 2: the directory the process is born in.
    package var birthDirectory: String?
    /// Version 1: files the process writes itself into before exec.
    package var joinFiles: [String]
    /// Tells the peak memory use in bytes; nil when memory is not limited.
    package var peakFile: String?
    /// How many processes the kernel had killed in it for want of memory before the environment came.
    package var earlierKills = 0

    /// How many processes the kernel has killed in it for want of memory: `oom_kill` of `memory.oom_control` (version 1, from
    /// Linux 4.13 on) or `memory.events`. Blocks for a system call or two.
    package var kills: Int {
        guard let peakFile, let end = peakFile.lastIndex(of: "/") else { return 0 }
        let name = self.birthDirectory.map { peakFile.hasPrefix($0) } == true ? "memory.events" : "memory.oom_control"
        let text = ControlFiles.read(peakFile[..<end] + "/\(name)") ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line.flatMap { Int($0.drop { !$0.isNumber }) } ?? 0
    }

    package init(birthDirectory: String? = nil, joinFiles: [String] = [], peakFile: String? = nil) {
        self.birthDirectory = birthDirectory
        self.joinFiles = joinFiles
        self.peakFile = peakFile
    }
}
