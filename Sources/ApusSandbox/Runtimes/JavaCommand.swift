package import ApusService
internal import Glibc

/// How Java functions are started: the machine's flags, the class path that Lambda documents, and an archive of the bootstrap's
/// classes, which halves the start (class data sharing).
package enum JavaCommand {
    /// Dynamic archives came with Java 13.
    private static let oldestWithArchive = 13
    /// Those before were not tried.
    private static let oldestThatWaits = 17
    /// From this one on who loads native code is warned, unless it is permitted at the start.
    private static let oldestThatWarns = 24
    /// Variables that Java's machine or the loader read once, when they start.
    private static let prefixes = ["JAVA_", "_JAVA_", "JDK_", "LD_", "GLIBC_", "MALLOC_", "LC_"]
    private static let names: Set<String> = ["LANG", "LANGUAGE", "CLASSPATH", WrapperScript.variable]

    /// `directory`: where the bootstrap's jar is.
    package static func arguments(_ java: Interpreter, directory: String, spec: EnvironmentSpec) -> [String] {
        let root = spec.codeDirectory
        // "/var/task", the jars of "lib" in it, and those of "java/lib" in layers (Lambda developer guide, Java).
        // Without namespaces layers lie in folders of their own, and the last one is looked into first.
        let layers = spec.layerDirectories.reversed().map { "\($0)/java/lib/*:" }.joined()
        let classPath = "\(directory)/apus.jar:\(root):\(root)/lib/*:\(layers)/opt/java/lib/*"
        var arguments = Self.machine(java, memoryMiB: spec.memoryMiB)
        let archive = Self.archive(of: java, directory: directory)
        if ControlFiles.exists(archive) { arguments.append("-XX:SharedArchiveFile=\(archive)") }
        return arguments + ["-cp", classPath, "apus.Bootstrap"]
    }

    private static func machine(_ java: Interpreter, memoryMiB: Int) -> [String] {
        // Functions run shortly and many at a time: no optimising compiler, no parallel collector, no file of counters in /tmp,
        // which is written to twenty times a second.
        let arguments = [
            java.path, "-Xmx\(max(32, memoryMiB * 8 / 10))m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData", "-Xshare:auto",
        ]
        // Warnings about the archive would be lines of the function's log.
        return java.major > 8 ? arguments + ["-Xlog:disable"] : arguments
    }

    // MARK: Waiting

    static func canWait(_ java: Interpreter) -> Bool { java.major >= Self.oldestThatWaits }

    /// Whether a waiting machine (Runtimes/java/apus/Waiting.java) is the same to the function as one of its own. Layers that are
    /// laid over each other cannot be added to a root; shared libraries in a folder `lib` are looked for by the loader, which
    /// knows from the start which folders there are. Blocks for a few system calls.
    static func mayWait(_ spec: EnvironmentSpec, _ java: Interpreter) -> Bool {
        let isBound = spec.hasVariable(named: self.names, orBeginningWith: self.prefixes)
        return Self.canWait(java) && !isBound && spec.layerDirectories.count <= 1
            && !([spec.codeDirectory] + spec.layerDirectories).contains { folder in
                ControlFiles.list("\(folder)/lib").contains { $0.contains(".so") }
            }
    }

    /// The folder is mounted later, and the jars are added by the bootstrap.
    fileprivate static func waiting(_ java: Interpreter, directory: String, memoryMiB: Int) -> [String] {
        var arguments = Self.machine(java, memoryMiB: memoryMiB)
        if java.major >= Self.oldestThatWarns { arguments.append("--enable-native-access=ALL-UNNAMED") }
        // Java asks for the folder that it runs in once, at the start.
        return arguments + [
            "-Duser.dir=\(NestPaths.code)", "-cp", "\(directory)/apus.jar:\(NestPaths.code)", "apus.Bootstrap",
        ]
    }

    // MARK: The archive

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
                java.path, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto",
                "-Xlog:disable",
                "-XX:ArchiveClassesAtExit=\(unfinished)", "-cp", "\(directory)/apus.jar", "apus.Bootstrap", "--archive",
            ], milliseconds: 30_000)
        guard result?.status == 0, chmod(unfinished, 0o644) == 0, rename(unfinished, path) == 0 else {
            unlink(unfinished)
            return
        }
    }
}

extension WaitingProcess.Kind {
    /// `folder`: where the bootstraps are.
    static func java(_ java: Interpreter, folder: String, memoryMiB: Int, ephemeralMiB: Int) -> Self {
        let directory = "\(folder)/java"
        var kind = Self(
            arguments: JavaCommand.waiting(java, directory: directory, memoryMiB: memoryMiB), directory: directory,
            memoryMiB: memoryMiB, ephemeralMiB: ephemeralMiB)
        kind.archive = JavaCommand.archive(of: java, directory: directory)
        kind.tellsWhenReady = true
        return kind
    }
}
