internal import ApusBase
internal import Glibc

/// The bootstraps of Runtimes/, which the binary carries, as files on disk.
package enum RuntimeFiles {
    /// Writes them below `directory` into a folder named after their content, so that an upgrade changes nothing under running
    /// environments, and returns that folder. All users can read it. Nil when the disk refuses.
    ///
    /// - Parameter pythonLibraries: what Python functions find as `libraries` beside their bootstrap; nil: nothing.
    package static func install(into directory: String, pythonLibraries: String? = nil) -> String? {
        var content = Array((pythonLibraries ?? "").utf8) + [0]
        for file in Self.embedded { content += Array(file.path.utf8) + [0] + Array(file.text.utf8) + [0] }
        let compiled: [(path: String, bytes: [UInt8])] = [
            (JavaArchive.path, JavaArchive.bytes), (JavaArchive.nativePath, JavaArchive.nativeBytes),
            (NodeLibrary.path, NodeLibrary.bytes),
        ]
        for file in compiled { content += file.bytes }
        let folder = "\(directory)/\(Hex.encode(Array(Digest.sha256(content).prefix(8))))"
        guard ControlFiles.makeDirectories(directory, mode: 0o755) else { return nil }
        if ControlFiles.exists("\(folder)/complete") { return folder }
        guard ControlFiles.makeDirectory(folder, mode: 0o755) else { return nil }
        for file in Self.embedded {
            let parent = file.path.split(separator: "/").dropLast().joined(separator: "/")
            guard ControlFiles.makeDirectories("\(folder)/\(parent)", mode: 0o755),
                ControlFiles.write("\(folder)/\(file.path)", file.text),
                chmod("\(folder)/\(file.path)", 0o644) == 0
            else { return nil }
        }
        if let pythonLibraries, symlink(pythonLibraries, "\(folder)/python/libraries") != 0, errno != EEXIST {
            return nil
        }
        guard ControlFiles.makeDirectory("\(folder)/java", mode: 0o755) else { return nil }
        for file in compiled {
            let path = "\(folder)/\(file.path)"
            guard ControlFiles.write(path, file.bytes), chmod(path, 0o644) == 0 else { return nil }
        }
        return ControlFiles.write("\(folder)/complete", "") ? folder : nil
    }

    /// Compiles the Python bootstrap for an interpreter, once: functions run as users that could not write the bytecode, and
    /// compiling it costs more than starting. Blocks for some tens of milliseconds.
    package static func compile(folder: String, for interpreter: Interpreter) {
        let marker = "\(folder)/python/__pycache__/apus_runtime.cpython-\(interpreter.major)\(interpreter.minor).pyc"
        guard interpreter.language == .python, !ControlFiles.exists(marker) else { return }
        let source = "\(folder)/python/apus_runtime.py"
        // The folder is named after the content, so Python need not compare times.
        let script =
            "import py_compile as p; p.compile(\"\(source)\", invalidation_mode=p.PycInvalidationMode.UNCHECKED_HASH)"
        _ = Program.run([interpreter.path, "-S", "-s", "-E", "-c", script], milliseconds: 10_000)
        // Whatever the server's umask is.
        chmod("\(folder)/python/__pycache__", 0o755)
        chmod(marker, 0o644)
    }
}
