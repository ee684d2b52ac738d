internal import ApusBase
internal import ApusService
internal import CApusSandbox

/// The template of Python environments (Runtimes/python/zygote.py), and which functions it can stand for.
enum PythonTemplate {
    /// Variables that an interpreter or the loader reads once, when it starts: a function that sets one is started, not forked.
    private static let prefixes = ["PYTHON", "LD_", "GLIBC_", "MALLOC_", "OPENSSL_", "LC_"]
    private static let names: Set<String> = ["LANG", "LANGUAGE", WrapperScript.variable]

    /// Whether a fork of the template is the same to the function as an interpreter of its own. A package with a folder `lib`
    /// brings shared libraries that the loader finds only when its search path is set before the start. Blocks for one system call.
    static func serves(_ spec: EnvironmentSpec) -> Bool {
        let isBound = spec.variables.keys.contains { name in
            self.names.contains(name) || self.prefixes.contains { name.hasPrefix($0) }
        }
        return !isBound && !([spec.codeDirectory] + spec.layerDirectories).contains { ControlFiles.exists("\($0)/lib") }
    }

    static func arguments(interpreter path: String, folder: String) -> [String] {
        [path, "-S", "-s", "\(folder)/python/zygote.py"]
    }

    /// What the template is started with: what environments have whatever their function is.
    static func variables(folder: String) -> [String] {
        [
            "LANG=en_US.UTF-8", "TZ=:UTC", "PATH=/usr/local/bin:/usr/bin/:/bin:/opt/bin",
            "LD_LIBRARY_PATH=/lib64:/usr/lib64:\(folder)/python:\(folder)/python/lib:/opt/lib",
            "PYTHONPATH=\(folder)/python", "APUS_SECCOMP=\(SystemCallFilter.hex)",
        ]
    }
}

/// The filter of system calls, which the template sets for what it forks; the launcher does so itself.
enum SystemCallFilter {
    private static let bytesMaximum = 4096

    static var hex: String {
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.bytesMaximum) { buffer, count in
            count = apus_seccomp_program(buffer.baseAddress, Self.bytesMaximum)
        }
        return Hex.encode(bytes)
    }
}
