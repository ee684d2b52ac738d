import ArgumentParser
import Glibc

/// How a command ends that cannot go on.
enum Failure {
    /// Writes `apus: sentence` to the standard error and gives the exit to throw.
    static func show(_ sentence: String, code: Int32) -> ExitCode {
        Output.error("apus: " + sentence)
        return ExitCode(code)
    }
}

/// The standard streams, without the buffering that makes lines of two programs meet in the wrong order.
enum Output {
    static func line(_ text: String) { self.write(text + "\n", to: STDOUT_FILENO) }
    static func error(_ text: String) { self.write(text + "\n", to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // A closed pipe or a full disk: nobody reads this, and the exit code says the rest.
            guard written > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(written, 0))
        }
    }
}
