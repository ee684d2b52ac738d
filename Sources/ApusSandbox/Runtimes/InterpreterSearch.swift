internal import Glibc

/// Finds the interpreters of this machine. Blocks for some tens of milliseconds: Node.js is asked for its version.
package enum InterpreterSearch {
    /// System directories only: a version manager's shim costs 150 ms at each start and lies in a home directory.
    package static let directories = ["/usr/bin", "/usr/local/bin", "/opt/bin"]

    package static func run(
        directories: [String] = Self.directories, javaDirectory: String = Self.javaDirectory
    ) -> [Interpreter] {
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
        return found + Self.javas(in: javaDirectory)
    }

    /// Where Debian, Ubuntu and others put Java, a folder for each installation.
    package static let javaDirectory = "/usr/lib/jvm"

    /// The Java installations below a folder, each once, newest first. Their versions are read from the file `release` that each
    /// has: asking the program costs 50 to 300 ms.
    package static func javas(in directory: String) -> [Interpreter] {
        var found: [Interpreter] = []
        for name in ControlFiles.list(directory).sorted() {
            if let java = Self.java(home: "\(directory)/\(name)"), !found.contains(where: { $0.path == java.path }) {
                found.append(java)
            }
        }
        return found.sorted { ($0.major, $0.minor) > ($1.major, $1.minor) }
    }

    private static func java(home: String) -> Interpreter? {
        guard let path = Self.usable("\(home)/bin/java"), let release = ControlFiles.read("\(home)/release"),
            let line = release.split(separator: "\n").first(where: { $0.hasPrefix("JAVA_VERSION=") })
        else { return nil }
        // JAVA_VERSION="17.0.15", or "1.8.0_402".
        let numbers = line.split { !$0.isNumber }.prefix(3).compactMap { Int($0) }
        guard let first = numbers.first else { return nil }
        let isOld = first == 1 && numbers.count > 1
        let minor = numbers.count > (isOld ? 2 : 1) ? numbers[isOld ? 2 : 1] : 0
        return Interpreter(language: .java, path: path, major: isOld ? numbers[1] : first, minor: minor)
    }

    /// The interpreter at a configured path; nil where there is none that every user can run.
    package static func interpreter(at path: String) -> Interpreter? {
        guard let real = Self.usable(path) else { return nil }
        let name = real.split(separator: "/").last ?? ""
        if name == "java" {
            return Self.java(home: String(real.dropLast("/bin/java".count)))
                ?? Self.java(home: String(real.dropLast("/jre/bin/java".count)))
        }
        return Self.ask(real, language: name.hasPrefix("python") ? .python : .node)
    }

    /// What a configured program is for a runtime: an interpreter, or a runtime client. Nil when it cannot be used.
    static func choice(_ runtime: RuntimeIdentifier, path: String) -> RuntimeCatalog.Choice? {
        switch runtime.family {
        case .python, .node, .java: return Self.interpreter(at: path).map { .interpreter($0) }
        case .ruby, .dotnet, .provided:
            // It may be a script.
            guard let real = Self.resolved(path), Self.isOpenToAll(real) else { return nil }
            return .client(path: real)
        }
    }

    /// What the program is that functions.runtimes names for a runtime, or why it cannot be used.
    static func configured(_ path: String, for name: String) throws(StartFailureError) -> RuntimeCatalog.Choice {
        guard case .supported(let runtime) = RuntimeIdentifier.recognise(name) else {
            throw StartFailureError(sentence: "functions.runtimes names \(name), which is no runtime of Lambda's today")
        }
        guard let choice = Self.choice(runtime, path: path) else {
            throw StartFailureError(
                sentence: "functions.runtimes names \(path) for \(name), which is no program that every user can run")
        }
        return choice
    }

    /// What speaks against the program that functions.runtimes names for a runtime, a sentence without its stop; nil where nothing
    /// does.
    package static func problem(of path: String, for name: String) -> String? {
        do throws(StartFailureError) {
            _ = try Self.configured(path, for: name)
            return nil
        } catch {
            return error.sentence
        }
    }

    /// The real path of a program that is a native executable which every user can run; nil otherwise.
    static func usable(_ path: String) -> String? {
        guard let real = Self.resolved(path), Self.isOpenToAll(real), Self.isELF(real) else { return nil }
        return real
    }

    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
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
