internal import ApusService

/// How Node.js functions are started, and which of them may be given a process that has been started before
/// (Runtimes/node/waiting.js).
enum NodeCommand {
    /// Variables that Node.js, its libraries or the loader read once, when they start.
    private static let prefixes = ["NODE_", "LD_", "GLIBC_", "MALLOC_", "OPENSSL_", "SSL_", "UV_", "ICU_", "LC_"]
    private static let names: Set<String> = ["LANG", "LANGUAGE", "NO_COLOR", "FORCE_COLOR", WrapperScript.variable]

    /// Whether a waiting process is the same to the function as one of its own. Layers that are laid over each other cannot be
    /// added to a root; a package with a folder `lib` brings shared libraries that the loader looks for at the start. Blocks for
    /// one system call or two.
    static func mayWait(_ spec: EnvironmentSpec) -> Bool {
        let isBound = spec.hasVariable(named: self.names, orBeginningWith: self.prefixes)
        return !isBound && spec.layerDirectories.count <= 1
            && !([spec.codeDirectory] + spec.layerDirectories).contains { ControlFiles.exists("\($0)/lib") }
    }

    static func arguments(interpreter path: String, directory: String, memoryMiB: Int) -> [String] {
        // Without a limit V8 takes the machine's memory for its own and is killed before it collects garbage.
        [path, "--max-old-space-size=\(max(32, memoryMiB * 9 / 10))", "\(directory)/bootstrap.js"]
    }
}

extension EnvironmentSpec {
    /// Whether the function sets a variable of one of these names.
    func hasVariable(named names: Set<String>, orBeginningWith prefixes: [String]) -> Bool {
        self.variables.keys.contains { name in names.contains(name) || prefixes.contains { name.hasPrefix($0) } }
    }
}

extension WaitingProcess.Kind {
    /// `folder`: where the bootstraps are.
    static func node(_ interpreter: String, folder: String, memoryMiB: Int, ephemeralMiB: Int) -> Self {
        let directory = "\(folder)/node"
        return Self(
            arguments: NodeCommand.arguments(interpreter: interpreter, directory: directory, memoryMiB: memoryMiB),
            directory: directory, memoryMiB: memoryMiB, ephemeralMiB: ephemeralMiB)
    }
}
