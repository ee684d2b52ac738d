package import ApusService
internal import Glibc

/// How Java functions are started: the machine's flags, the class path that Lambda documents, and an archive of the bootstrap's
/// classes, which halves the start (class data sharing).
package enum JavaCommand {
    /// Dynamic archives came with Java 13.
    private static let oldestWithArchive = 13

    /// `directory`: where the bootstrap's jar is.
    package static func arguments(_ java: Interpreter, directory: String, spec: EnvironmentSpec) -> [String] {
        let (root, heap) = (spec.codeDirectory, max(32, spec.memoryMiB * 8 / 10))
        // "/var/task", the jars of "lib" in it, and those of "java/lib" in layers (Lambda developer guide, Java).
        // Without namespaces layers lie in folders of their own, and the last one is looked into first.
        let layers = spec.layerDirectories.reversed().map { "\($0)/java/lib/*:" }.joined()
        let classPath = "\(directory)/apus.jar:\(root):\(root)/lib/*:\(layers)/opt/java/lib/*"
        // Functions run shortly and many at a time: no optimising compiler, no parallel collector.
        var arguments = [java.path, "-Xmx\(heap)m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]
        // Warnings about the archive would be lines of the function's log.
        if java.major > 8 { arguments.append("-Xlog:disable") }
        let archive = Self.archive(of: java, directory: directory)
        if ControlFiles.exists(archive) { arguments.append("-XX:SharedArchiveFile=\(archive)") }
        return arguments + ["-cp", classPath, "apus.Bootstrap"]
    }

    /// Where the archive of an installation's classes is, or will be. The virtual machine refuses that of another build, and one
    /// that is installed in place of another has another time. Blocks for one system call.
    static func archive(of java: Interpreter, directory: String) -> String {
        var status = stat()
        let time = stat(java.path, &status) == 0 ? status.st_mtim.tv_sec : 0
        return "\(directory)/classes\(String(java.path.map { $0 == "/" ? "-" : $0 }))-\(time).jsa"
    }

    /// Makes the archive unless it is there. Blocks for about a second; whatever goes wrong, functions start without it.
    static func makeArchive(of java: Interpreter, directory: String) {
        let path = Self.archive(of: java, directory: directory)
        guard java.language == .java, java.major >= Self.oldestWithArchive, !ControlFiles.exists(path) else { return }
        let unfinished = "\(path).\(getpid())"
        let result = Program.run(
            [
                java.path, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xlog:disable",
                "-XX:ArchiveClassesAtExit=\(unfinished)", "-cp", "\(directory)/apus.jar", "apus.Bootstrap", "--archive",
            ], milliseconds: 30_000)
        guard result?.status == 0, chmod(unfinished, 0o644) == 0, rename(unfinished, path) == 0 else {
            unlink(unfinished)
            return
        }
    }
}
