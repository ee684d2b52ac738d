internal import CApusSandbox
internal import Glibc

/// Finds the interpreters of this machine. Blocks for some tens of milliseconds: Node.js is asked for its version.
package enum InterpreterSearch {
    /// System directories only: a version manager's shim costs 150 ms at each start and lies in a home directory.
    package static let directories = ["/usr/bin", "/usr/local/bin", "/opt/bin"]

    package static func run(directories: [String] = Self.directories) -> [Interpreter] {
        var found: [Interpreter] = []
        for directory in directories {
            for minor in 8...14 {
                if let path = Self.usable("\(directory)/python3.\(minor)") {
                    found.append(Interpreter(language: .python, path: path, major: 3, minor: minor))
                }
            }
            for name in ["python3", "node", "nodejs"] {
                guard let path = Self.usable("\(directory)/\(name)"), !found.contains(where: { $0.path == path }) else {
                    continue
                }
                if let interpreter = Self.ask(path, language: name == "python3" ? .python : .node) {
                    found.append(interpreter)
                }
            }
        }
        return found
    }

    /// The interpreter at a configured path.
    package static func interpreter(at path: String) -> Interpreter? {
        guard let real = Self.usable(path) else { return nil }
        return Self.ask(real, language: real.split(separator: "/").last?.hasPrefix("python") == true ? .python : .node)
    }

    /// The real path of a program that is a native executable which every user can run; nil otherwise.
    static func usable(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        let real = String(cString: resolved)
        guard Self.isOpenToAll(real), Self.isELF(real) else { return nil }
        return real
    }

    private static func isOpenToAll(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o5 == 0o5, status.st_mode & S_IFMT == S_IFREG else {
            return false
        }
        return ReachableDirectory.isTraversableByAll(parentsOf: path)
    }

    private static func isELF(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var magic: [UInt8] = [0, 0, 0, 0]
        return read(file, &magic, 4) == 4 && magic == [0x7F, 0x45, 0x4C, 0x46]
    }

    /// `Python 3.11.2` or `v20.19.2`
    private static func ask(_ path: String, language: Interpreter.Language) -> Interpreter? {
        guard let (status, output) = Program.run([path, "--version"], milliseconds: 5000), status == 0 else {
            return nil
        }
        let digits = output.drop { !$0.isNumber }.split(separator: ".").prefix(2).compactMap { Int($0) }
        guard digits.count == 2 else { return nil }
        return Interpreter(language: language, path: path, major: digits[0], minor: digits[1])
    }
}

/// Directories that other users can walk through.
enum ReachableDirectory {
    /// Whether every directory above `path` may be walked through by all users.
    static func isTraversableByAll(parentsOf path: String) -> Bool { Self.firstClosed(parentsOf: path) == nil }

    /// The first directory above `path`, from the root down, that other users cannot walk through.
    static func firstClosed(parentsOf path: String) -> String? {
        var current = ""
        for part in path.split(separator: "/").dropLast() {
            current += "/\(part)"
            var status = stat()
            guard stat(current, &status) == 0, status.st_mode & 0o1 != 0 else { return current }
        }
        return nil
    }
}

/// Runs a program to its end.
enum Program {
    /// Its exit status and the first 4 KiB of what it printed; nil when it could not be started. Blocks.
    static func run(_ arguments: [String], milliseconds: Int32) -> (status: Int32, output: String)? {
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        var length = 0
        var status: Int32 = 0
        let output = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            status = buffer.withMemoryRebound(to: CChar.self) { text in
                apus_run(&pointers, text.baseAddress, text.count, &length, milliseconds)
            }
            count = length
        }
        return status < 0 ? nil : (status, String(decoding: output, as: UTF8.self))
    }
}
