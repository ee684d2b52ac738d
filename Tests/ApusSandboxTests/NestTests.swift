import ApusBase
import ApusSandbox
import ApusService
import Glibc
import Testing

/// Environments in namespaces of their own; Tests/conformance/test_isolation.py tries to get out of them.
@Suite(.serialized, .enabled(if: Namespaces.problem() == nil, "this machine permits no namespaces")) struct NestTests {
    private static func run(_ body: (Bench) async throws -> Void) async throws {
        try await Bench.run(configure: { $0.isolation = .namespaces }, body)
    }

    @Test func `the code is at /var/task, and nothing of the host's is at /tmp`() async throws {
        let source = """
            import os
            def handler(event, context):
                return [os.getcwd(), __file__, os.environ["LAMBDA_TASK_ROOT"], os.environ.get("TMPDIR", ""), os.path.exists("/root")]
            """
        try await Self.run { bench in
            let found = try await bench.answer(bench.python(source))
            #expect(found == #"["/var/task", "/var/task/app.py", "/var/task", "", false]"#)
        }
    }

    @Test func `interpreters that are not forked, and Node, run in the same place`() async throws {
        try await Self.run { bench in
            let started = bench.function(
                files: ["app.py": "import os\ndef handler(event, context):\n    return [os.getcwd(), os.getppid()]\n"],
                variables: ["LANG": "C.UTF-8"])
            let first = try await bench.answer(started)
            #expect(first == #"["/var/task", 0]"#)
            let node = bench.function(
                "nodejs20.x", files: ["app.js": "exports.handler = async () => [__dirname, process.ppid]\n"])
            let second = try await bench.answer(node)
            #expect(second == #"["/var/task",0]"#)
        }
    }

    @Test func `a runtime that is killed is told by its signal`() async throws {
        try await Self.run { bench in
            let spec = bench.python("import os\ndef handler(event, context):\n    os.kill(os.getpid(), 9)\n")
            let outcome = try await bench.invoke(spec).get()
            #expect(outcome.text.hasSuffix(#"Error: Runtime exited with error: signal: killed"}"#))
        }
    }

    @Test func `a program that is not there is named as the function sees it`() async throws {
        try await Self.run { bench in
            let spec = bench.function("provided.al2023", files: ["other": "x"])
            let outcome = try await bench.invoke(spec).get()
            #expect(outcome.text.contains("Couldn't find valid bootstrap(s): [/var/task/bootstrap]"))
        }
    }

    @Test func `nothing leaks: mounts and processes after many environments`() async throws {
        func mounts() -> Int { (readFile("/proc/self/mountinfo") ?? "").split(separator: "\n").count }
        try await Self.run { bench in
            let before = mounts()
            for _ in 0..<10 {
                let spec = bench.python("import os\ndef handler(event, context):\n    if event: os._exit(3)\n")
                _ = await bench.invoke(spec, "0")
                _ = await bench.invoke(spec, "1")
                bench.runner.retire(revision: spec.revision)
                try await bench.wait { $0.ready + $0.frozen + $0.busy + $0.starting + $0.ending == 0 }
            }
            #expect(mounts() <= before)
        }
    }
}
