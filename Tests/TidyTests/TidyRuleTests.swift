import Testing

/// A rule that finds nothing may be one that cannot find anything.
@Suite struct TidyRuleTests {
    @Test(arguments: [
        "let now = Date()", "let id = UUID().uuidString", "x = Int.random(in: 0..<3)", "        Task { await f() }",
        "print(\"x\")", "Task.detached(priority: .high) {",
    ])
    func `a banned call is found`(_ line: String) {
        #expect(SourceRules.bannedCalls(self.file(line)).count == 1)
    }

    @Test(arguments: [
        "// Date() is banned", "let text = \"Date()\"", "self.blueprint(3)", "myTask { }", "fingerprint(a)",
        "call.print(x)", "let date = ValidDate()", "let id: MessageID = .random(call.entropy)",
    ])
    func `what only looks like a banned call is left alone`(_ line: String) {
        #expect(SourceRules.bannedCalls(self.file(line)).isEmpty)
    }

    @Test func `a call is banned in services alone`() {
        #expect(SourceRules.bannedCalls(SourceTree.File(path: "Sources/ApusBase/A.swift", text: "Date()\n")).isEmpty)
    }

    @Test(arguments: ["import Foundation", "internal import FoundationEssentials", "@preconcurrency import Foundation"])
    func `Foundation is found`(_ line: String) { #expect(SourceRules.bannedImports(self.file(line)).count == 1) }

    @Test func `a long function, line and file are found`() {
        let body = String(repeating: "        x()\n", count: 70)
        let text = "    func f() {\n\(body)    }\n"
        #expect(SourceRules.longFunctions(self.file(text)) == ["Sources/ApusSQS/A.swift:1: 72 lines"])
        #expect(SourceRules.tooLong(self.file(String(repeating: "x", count: 133) + "\n")).count == 1)
        #expect(SourceRules.tooLong(self.file(String(repeating: "\n", count: 401))).count == 1)
    }

    @Test func `unsafety without a reason is found`() {
        #expect(SourceRules.unexplainedUnsafety(self.file("final class A: @unchecked Sendable {}")).count == 1)
        let explained = "// SAFETY: immutable.\nnonisolated(unsafe) let a = 1"
        #expect(SourceRules.unexplainedUnsafety(self.file(explained)).isEmpty)
    }

    @Test func `a mutex of a bare function is found`() {
        let line = "    private let body = Mutex<(@Sendable () -> Void)?>(nil)"
        #expect(SourceRules.lentFunctions(self.file(line)).count == 1)
        #expect(SourceRules.lentFunctions(self.file("    let queue = Mutex(Queue())")).isEmpty)
    }

    @Test func `a closure that captures what it does not keep is found`() {
        #expect(SourceRules.unownedCaptures(self.file("x { [unowned self] y in self.f(y) }")).count == 1)
        #expect(SourceRules.unownedCaptures(self.file("x { [weak self, unowned y] in y.f() }")).count == 1)
        #expect(SourceRules.unownedCaptures(self.file("private unowned let runner: Runner")).isEmpty)
    }

    @Test func `an inlinable function that no other module sees is found`() {
        let body = "struct X {\n    @inlinable package func f() {}\n}"
        #expect(SourceRules.unseenBodies(self.file("package " + body)).count == 1)
        #expect(SourceRules.unseenBodies(self.file("@usableFromInline package " + body)).isEmpty)
        #expect(SourceRules.unseenBodies(self.file("extension SIMD16 {\n    @inlinable package func f() {}\n}")).isEmpty)
    }

    @Test(arguments: [
        ("[a](b.md) and [c](d/e.swift#L3)", ["b.md", "d/e.swift"]), ("[a](https://x.y) [b](#here)", []),
        ("`Sources/X.swift`", []),
    ])
    func `links to files are found`(_ text: String, _ targets: [String]) {
        #expect(DocumentRules.linkTargets(text[...]) == targets)
    }

    @Test func `shell commands of a page are found`() {
        let page = "a\n```sh\nscript/run\n# comment\naws sqs list \\\n  --x\n```\n```toml\nport = 1\n```\n"
        #expect(DocumentRules.shellCommands(page) == ["script/run", "aws sqs list \\\n  --x"])
    }

    @Test func `points on deviations are found with their continuation`() {
        let page = "# A\n\n- no\n\n## Where it differs from AWS\n\n- one\n  more (`t`)\n- two\n\n## B\n\n- no\n"
        #expect(DocumentRules.deviations(.init(path: "README.md", text: page)) == ["one more (`t`)", "two"])
    }

    private func file(_ text: String) -> SourceTree.File { .init(path: "Sources/ApusSQS/A.swift", text: text) }
}
