internal import ApusBase
internal import Glibc

/// Puts the program's file as it is now in the place of the running program, in the same process: number, working directory,
/// variables and arguments stay, and so do the sockets it listens on.
package struct ProgramReplacement: Sendable {
    /// How long the new program may take to look at its settings.
    private static let checkMilliseconds = 30_000

    /// Where the program was started from. Not resolved: a link may point to another release by now.
    package let path: String
    /// The arguments, the program's name first.
    package let arguments: [String]

    /// What was started with these arguments. Call it at the start: a relative name means something else later.
    package init(arguments: [String], searchPath: String) {
        self.arguments = arguments
        self.path = Self.locate(arguments.first ?? "", searchPath: searchPath)
    }

    /// The absolute path of a program that a shell was told to run.
    static func locate(_ name: String, searchPath: String) -> String {
        if name.hasPrefix("/") { return name }
        if name.contains("/") { return Self.workingDirectory + "/" + name }
        for folder in searchPath.split(separator: ":") {
            let path = "\(folder)/\(name)"
            if access(path, X_OK) == 0, !Files.isDirectory(path) {
                return path.hasPrefix("/") ? path : Self.workingDirectory + "/" + path
            }
        }
        return "/proc/self/exe"
    }

    private static var workingDirectory: String {
        guard let path = realpath(".", nil) else { return "" }
        defer { free(path) }
        return String(cString: path)
    }

    /// Why the program cannot take over, as a sentence; nil where it can, as far as it can tell itself: it is run with
    /// `--check`, which reads the settings. Blocks.
    package func problem() -> String? {
        guard access(self.path, X_OK) == 0 else {
            return "\(self.path) cannot be run: \(String(cString: strerror(errno)))."
        }
        let child = ChildProcess(
            arguments: [self.path] + self.arguments.dropFirst() + ["--check"],
            environment: ProcessEnvironment.variables.filter { !InheritedSockets.variables.contains($0.key) }
                .map { "\($0.key)=\($0.value)" },
            timeoutMilliseconds: Self.checkMilliseconds)
        var said: [String] = []
        let outcome = child.run { line in if said.count < 20 { said.append(line) } }
        let words = said.isEmpty ? "" : " It says: " + said.joined(separator: " ")
        return switch outcome {
        case .exited(0): nil
        case .exited(let code): "\(self.path) refuses to start with these settings (exit code \(code)).\(words)"
        case .signalled(let signal): "\(self.path) was ended by signal \(signal) when it was tried.\(words)"
        case .timedOut, .cancelled: "\(self.path) did not answer when it was tried."
        case .notStarted(let reason): "\(self.path) cannot be run: \(reason)."
        }
    }

    /// Runs the program in this process. Returns only where that fails, with the reason.
    ///
    /// Everything must have been closed but the sockets: threads that still run are gone with the old program.
    ///
    /// - Parameter keeper: who keeps the port open when no server does.
    /// - Parameter hangUp: what SIGHUP means to this server, and so to the next.
    package func execute(
        handingOver sockets: [Int32], keeper: InheritedSockets.Keeper, hangUp: ServerSignals.HangUp
    ) -> String {
        // Copies from far above, so that no target is a source that is still wanted.
        let copies = sockets.map { fcntl($0, F_DUPFD_CLOEXEC, 64) }
        for (index, copy) in copies.enumerated() {
            guard copy >= 0, dup2(copy, InheritedSockets.first + Int32(index)) >= 0 else {
                return "the sockets cannot be handed over: \(String(cString: strerror(errno)))"
            }
        }
        setenv("LISTEN_PID", String(getpid()), 1)
        setenv("LISTEN_FDS", String(sockets.count), 1)
        let name = InheritedSockets.upgradeName(keeper)
        setenv("LISTEN_FDNAMES", sockets.map { _ in name }.joined(separator: ":"), 1)
        // One that comes before the new program listens to signals would end it; it asks for what is being done.
        if hangUp == .replaces { signal(SIGHUP, SIG_IGN) }
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        CStrings.with(self.arguments) { _ = execv(self.path, $0) }
        return "\(self.path) cannot be run: \(String(cString: strerror(errno)))"
    }
}
