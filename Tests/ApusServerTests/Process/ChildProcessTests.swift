import ApusBase
import Glibc
import Testing

@testable import ApusServer

@Suite struct ChildProcessTests {
    @Test func `lines of both outputs are passed on, also one without an end`() {
        let (outcome, lines) = self.run("echo one; echo two >&2; printf three")
        #expect(outcome == .exited(0))
        #expect(lines == ["one", "two", "three"])
    }

    @Test func `the environment is what it is given`() {
        #expect(self.run("echo $GIVEN", environment: ["GIVEN=value"]).lines == ["value"])
    }

    @Test func `how it ended is told`() {
        #expect(self.run("exit 3").outcome == .exited(3))
        #expect(self.run("kill -TERM $$").outcome == .signalled(SIGTERM))
        var child = ChildProcess(arguments: ["/nonexistent/program"], environment: [], timeoutMilliseconds: 1_000)
        #expect(child.run { _ in } == .notStarted("No such file or directory"))
        child.arguments = ["/bin/true"]
        #expect(child.run { _ in } == .exited(0))
    }

    @Test func `one that takes too long is ended with all it started`() {
        let (outcome, lines) = self.run("sleep 600 & echo $!; sleep 600", timeoutMilliseconds: 300)
        #expect(outcome == .timedOut)
        let grandchild = lines.first.flatMap { pid_t($0) } ?? 0
        #expect(grandchild > 0)
        for _ in 0..<200 where kill(grandchild, 0) == 0 && !Self.isZombie(grandchild) { usleep(10_000) }
        #expect(kill(grandchild, 0) != 0 || Self.isZombie(grandchild))
    }

    @Test func `one that is not wanted any more is ended`() {
        var child = ChildProcess(arguments: ["/bin/sleep", "600"], environment: [], timeoutMilliseconds: 60_000)
        child.isCancelled = { true }
        #expect(child.run { _ in } == .cancelled)
    }

    @Test func `what it leaves running with its output is not waited for`() {
        let (outcome, lines) = self.run("sleep 5 & echo done", timeoutMilliseconds: 4_000)
        #expect(outcome == .exited(0))
        #expect(lines == ["done"])
    }

    @Test func `endless lines are cut and endless output ends with the time-out`() {
        let child = ChildProcess(
            arguments: ["/bin/sh", "-c", "cat /dev/zero | tr '\\0' x"], environment: [], timeoutMilliseconds: 100)
        var longest = 0
        #expect(child.run { longest = max(longest, $0.utf8.count) } == .timedOut)
        #expect(longest == 8_192)
    }

    private func run(
        _ script: String, environment: [String] = [], timeoutMilliseconds: Int = 20_000
    ) -> (outcome: ChildProcess.Outcome, lines: [String]) {
        var lines: [String] = []
        let outcome = ChildProcess(
            arguments: ["/bin/sh", "-c", script], environment: environment + ["PATH=/usr/bin:/bin"],
            timeoutMilliseconds: timeoutMilliseconds
        ).run { lines.append($0) }
        return (outcome, lines)
    }

    /// Dead, and not yet collected by whoever adopted it.
    private static func isZombie(_ process: pid_t) -> Bool {
        let text = (try? Files.readAll("/proc/\(process)/stat")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.contains(") Z ")
    }
}
