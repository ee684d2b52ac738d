/// Where one environment lives in the cgroup trees.
package struct CGroupPlacement: Equatable, Sendable {
    /// Version 2: the directory the process is born in.
    package var birthDirectory: String?
    /// Version 1: files the process writes itself into before exec.
    package var joinFiles: [String]
    /// Tells the peak memory use in bytes; nil when memory is not limited.
    package var peakFile: String?

    package init(birthDirectory: String? = nil, joinFiles: [String] = [], peakFile: String? = nil) {
        self.birthDirectory = birthDirectory
        self.joinFiles = joinFiles
        self.peakFile = peakFile
    }
}
