import ApusBase
import Glibc
import Testing

@testable import ApusServer

@Suite struct ProgramReplacementTests {
    @Test func `a program is found as a shell found it`() {
        #expect(ProgramReplacement.locate("/opt/apus", searchPath: "/bin") == "/opt/apus")
        #expect(ProgramReplacement.locate("./apus", searchPath: "/bin").hasSuffix("/./apus"))
        #expect(ProgramReplacement.locate("./apus", searchPath: "/bin").hasPrefix("/"))
        #expect(ProgramReplacement.locate("sh", searchPath: "/nowhere:/bin") == "/bin/sh")
        #expect(ProgramReplacement.locate("no-such-program", searchPath: "/bin") == "/proc/self/exe")
    }

    @Test(arguments: [
        ("exit 0", nil), ("echo unknown flag; exit 64", "(exit code 64). It says: unknown flag"),
        ("kill -ILL $$", "ended by signal 4"),
    ])
    func `a program that will not start with the settings does not take over`(_ body: String, _ reason: String?) throws
    {
        let path = "/tmp/apus-replacement-\(getpid())-\(SystemEntropy().nextUInt64())"
        defer { _ = try? Files.removeIfExists(path) }
        try Files.replace(path, with: Array("#!/bin/sh\n[ \"$2\" = --check ] || exit 99\n\(body)\n".utf8))
        chmod(path, 0o755)
        let replacement = ProgramReplacement(arguments: [path, "serve"], searchPath: "")
        var problem = replacement.problem()
        // Another test's child may hold the descriptor that wrote the file, between its fork and its exec.
        for _ in 0..<1000 where problem?.contains("Text file busy") == true { problem = replacement.problem() }
        if let reason {
            #expect(problem?.contains(reason) == true, "\(problem ?? "")")
        } else {
            #expect(problem == nil)
        }
    }

    @Test func `a program that is gone, or may not be run, does not take over`() {
        #expect(
            ProgramReplacement(arguments: ["/nonexistent/apus"], searchPath: "").problem()?.contains("No such file")
                == true)
    }
}
