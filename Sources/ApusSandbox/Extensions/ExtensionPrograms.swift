internal import ApusService
internal import Glibc

/// The external extensions that a function's layers bring: executable files in `/opt/extensions`.
struct ExtensionProgram: Hashable, Sendable {
    var name: String
    /// Where it is on the host.
    var path: String

    /// As the environment sees it.
    func seen(under isolation: Isolation) -> ExtensionProgram {
        guard isolation == .namespaces else { return self }
        return ExtensionProgram(name: self.name, path: "\(NestPaths.layers)/extensions/\(self.name)")
    }

    /// By name. Where two layers have one of the same name, the later layer's counts. Blocks for a system call or two a layer.
    static func find(in layers: [String]) -> [ExtensionProgram] {
        var found: [String: String] = [:]
        for layer in layers {
            for name in ControlFiles.list("\(layer)/extensions") {
                let path = "\(layer)/extensions/\(name)"
                var status = stat()
                guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o111 != 0 else {
                    continue
                }
                // What cannot be told in one line of the starter's is no name of an extension.
                guard !name.utf8.contains(where: { $0 <= 32 || $0 == 127 }) else { continue }
                found[name] = path
            }
        }
        return found.sorted { $0.key < $1.key }.prefix(ExtensionRegistry.limit).map {
            ExtensionProgram(name: $0.key, path: $0.value)
        }
    }

    /// Those that a container image brings, whose unpacked root is `folder`: what is a link there may lead anywhere on the host,
    /// and is none of them.
    static func find(inImage folder: String) -> [ExtensionProgram] {
        var status = stat()
        for part in ["/opt", "/opt/extensions"] {
            guard lstat(folder + part, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [] }
        }
        return Self.find(in: [folder + "/opt"]).filter { program in
            lstat(program.path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }
    }

    /// The command that starts extensions and then the runtime: see Runtimes/extensions/start.sh.
    static func command(_ programs: [ExtensionProgram], folder: String, runtime arguments: [String]) -> [String] {
        ["/bin/sh", "\(folder)/extensions/start.sh"] + programs.flatMap { [$0.name, $0.path] } + ["--"] + arguments
    }
}
