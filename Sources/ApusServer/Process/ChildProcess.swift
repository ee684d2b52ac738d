internal import ApusBase
internal import Glibc

/// Runs a program to its end and passes on what it prints, line by line. Blocks; for a thread of its own.
struct ChildProcess {
    enum Outcome: Sendable, Equatable {
        case exited(Int32)
        case signalled(Int32)
        /// It ran for too long and was killed with all it started.
        case timedOut
        /// It was killed, with all it started, because `isCancelled` said so.
        case cancelled
        case notStarted(String)
    }

    /// A longer line is cut into several.
    private static let lineBytes = 8_192

    /// The program's path (it is not searched for) and its arguments.
    var arguments: [String]
    /// `NAME=value`.
    var environment: [String]
    var timeoutMilliseconds: Int
    /// Asked some times a second.
    var isCancelled: @Sendable () -> Bool = { false }

    /// - Parameter line: gets each line of both outputs, without its end.
    func run(_ line: (String) -> Void) -> Outcome {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return .notStarted(String(cString: strerror(errno))) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let started = self.start(output: ends[1])
        close(ends[1])
        guard case .success(let process) = started else {
            if case .failure(let error) = started { return .notStarted(String(cString: strerror(error.code))) }
            return .notStarted("")
        }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        var lines = Lines()
        let outcome = self.wait(for: process, output: ends[0], &lines, line)
        lines.end(line)
        return outcome
    }

    private struct SpawnError: Error { var code: Int32 }

    /// Its own process group, so that what it starts can be ended with it; no signal ignored or blocked, no input.
    private func start(output: Int32) -> Result<pid_t, SpawnError> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var every = sigset_t()
        sigfillset(&every)
        posix_spawnattr_setsigdefault(&attributes, &every)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var process = pid_t()
        let code = CStrings.with(self.arguments) { arguments in
            CStrings.with(self.environment) { environment in
                posix_spawn(&process, self.arguments[0], &actions, &attributes, arguments, environment)
            }
        }
        return code == 0 ? .success(process) : .failure(SpawnError(code: code))
    }

    /// Ends with the program, not with its output: what it leaves running in the background may keep that open.
    private func wait(
        for process: pid_t, output: Int32, _ lines: inout Lines, _ line: (String) -> Void
    ) -> Outcome {
        let clock = SystemClock()
        let deadline = clock.monotonicNanoseconds + UInt64(self.timeoutMilliseconds) * 1_000_000
        var isOpen = true
        while true {
            var status: Int32 = 0
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process || (ended < 0 && errno != EINTR) {
                _ = lines.read(output, line)
                let signal = status & 0x7F
                return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
            }
            let isLate = clock.monotonicNanoseconds >= deadline
            if isLate || self.isCancelled() {
                kill(-process, SIGKILL)
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                _ = lines.read(output, line)
                return isLate ? .timedOut : .cancelled
            }
            var watched = pollfd(fd: isOpen ? output : -1, events: Int16(POLLIN), revents: 0)
            // The end of the program shows on no descriptor here, so it is looked for.
            poll(&watched, 1, 20)
            if isOpen, watched.revents != 0 { isOpen = lines.read(output, line) }
        }
    }

    /// Gathers bytes into lines.
    private struct Lines {
        private var pending: [UInt8] = []

        /// Takes what is there. False at the end of the output.
        mutating func read(_ descriptor: Int32, _ line: (String) -> Void) -> Bool {
            var part = [UInt8](repeating: 0, count: 4_096)
            // Bounded: a program that prints without pause must not keep its time-out from being looked at.
            for _ in 0..<64 {
                let count = Glibc.read(descriptor, &part, part.count)
                if count == 0 { return false }
                guard count > 0 else { return errno == EAGAIN || errno == EINTR }
                for byte in part[..<count] {
                    if byte != 0x0A { self.pending.append(byte) }
                    if byte == 0x0A || self.pending.count >= ChildProcess.lineBytes { self.give(line) }
                }
            }
            return true
        }

        mutating func end(_ line: (String) -> Void) { if !self.pending.isEmpty { self.give(line) } }

        private mutating func give(_ line: (String) -> Void) {
            line(String(decoding: self.pending, as: UTF8.self))
            self.pending.removeAll(keepingCapacity: true)
        }
    }
}

/// Arrays of C strings, ended by a null pointer, as `execve` takes them.
enum CStrings {
    static func with<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}
