import ApusBase
import ApusSandbox
import ApusService
import Glibc
import Testing

@Suite(.serialized) struct TemplateTests {
    /// Tells by what its own process is called whether it was forked, and what an interpreter of its own would have.
    private static let source = """
        import os, sys, random
        drawn = random.random()
        def handler(event, context):
            with open('/proc/self/comm') as file: name = file.read().strip()
            return {"comm": name, "pid": os.getpid(), "group": os.getpgid(0), "session": os.getsid(0), "drawn": drawn,
                    "parent": os.getppid(), "user": os.getuid(), "name": context.function_name,
                    "mark": os.environ.get("MARK"), "root": os.environ["LAMBDA_TASK_ROOT"], "path": sys.path[0],
                    "folder": os.getcwd()}
        """

    /// Asks until an environment was forked: the template starts beside the first ones.
    private func forked(_ bench: Bench, _ change: (inout EnvironmentSpec) -> Void = { _ in }) async throws -> JSONValue
    {
        for _ in 0..<200 {
            var spec = bench.python(Self.source)
            change(&spec)
            let answer = try await bench.json(spec)
            if answer["comm"]?.stringValue == "apus-template" { return answer }
            bench.runner.retire(revision: spec.revision)
            try await Task.sleep(nanoseconds: 20_000_000)
        }
        throw BenchError("no environment was forked")
    }

    @Test func `a Python environment is forked from a template, into a session, a folder and variables of its own`()
        async throws
    {
        try await Bench.run { bench in
            let first = try await self.forked(bench) { $0.variables = ["MARK": "one"] }
            let second = try await self.forked(bench) { $0.variables = ["MARK": "two"] }
            for answer in [first, second] {
                #expect(answer["pid"]?.int64Value == answer["group"]?.int64Value)
                #expect(answer["pid"]?.int64Value == answer["session"]?.int64Value)
                #expect(answer["path"]?.stringValue == answer["root"]?.stringValue)
                #expect(answer["folder"]?.stringValue == answer["root"]?.stringValue)
                #expect(answer["name"]?.stringValue == "sample")
            }
            #expect(first["mark"]?.stringValue == "one" && second["mark"]?.stringValue == "two")
            #expect(first["pid"]?.int64Value != second["pid"]?.int64Value)
            #expect(first["drawn"] != second["drawn"], "randomness is seeded anew")
            #expect(first["parent"]?.int64Value == second["parent"]?.int64Value)
        }
    }

    @Test(.enabled(if: access("/sys/fs/cgroup/pids", W_OK) == 0, "processes cannot be counted here"))
    func `a fork that fails for want of a process fails one start, and the template goes on`() async throws {
        let group = "/sys/fs/cgroup/pids/apus-\(SystemEntropy().uuid())"
        try #require(mkdir(group, 0o755) == 0)
        defer { rmdir(group) }
        try await Bench.run { bench in
            _ = try await self.forked(bench)
            let template = try #require(processes(running: ["zygote.py", bench.directory]).first)
            writeFile("\(group)/pids.max", "1")
            writeFile("\(group)/cgroup.procs", String(template))
            let alone = try await bench.json(bench.python(Self.source))
            #expect(alone["comm"] != "apus-template")
            writeFile("\(group)/pids.max", "max")
            let next = try await bench.json(bench.python(Self.source))
            #expect(next["comm"] == "apus-template")
        }
        for _ in 0..<100 where rmdir(group) != 0 { try await Task.sleep(nanoseconds: 20_000_000) }
    }

    @Test func `a function that sets what an interpreter reads at its start has an interpreter of its own`()
        async throws
    {
        try await Bench.run { bench in
            _ = try await self.forked(bench)
            var spec = bench.python(
                """
                import sys
                def handler(event, context):
                    with open('/proc/self/comm') as file: return [file.read().strip(), sys.flags.optimize]
                """)
            spec.variables = ["PYTHONOPTIMIZE": "1"]
            let answer = try await bench.answer(spec)
            #expect(answer.hasSuffix(", 1]") && !answer.contains("apus-template"))
        }
    }

    @Test func `a module of the package comes before one of the same name that the template has loaded`() async throws {
        try await Bench.run { bench in
            _ = try await self.forked(bench)
            let spec = bench.function(files: [
                "app.py": "import csv\ndef handler(event, context): return csv.WHOSE", "csv.py": "WHOSE = 'mine'",
            ])
            #expect(try await bench.answer(spec) == "\"mine\"")
        }
    }

    @Test func `log records of a forked environment have Lambda's form`() async throws {
        try await Bench.run { bench in
            _ = try await self.forked(bench)
            let spec = bench.python(
                "import logging\ndef handler(event, context): logging.getLogger().error('a\\nb')")
            _ = try await bench.invoke(spec).get()
            #expect(bench.messages.contains { $0.hasPrefix("[ERROR]\t") && $0.hasSuffix("\ta\nb") })
        }
    }

    @Test func `an environment that was forked ends with its exit status, and with what it has started`() async throws {
        try await Bench.run { bench in
            _ = try await self.forked(bench)
            let spec = bench.python("import os\ndef handler(event, context): os._exit(7)")
            let outcome = try await bench.invoke(spec).get()
            #expect(outcome.text.contains("exit status 7"))
        }
    }

    @Test func `without templates interpreters are started`() async throws {
        try await Bench.run(configure: { $0.templates = .none }) { bench in
            for _ in 0..<3 {
                let answer = try await bench.json(bench.python(Self.source))
                #expect(answer["comm"]?.stringValue?.hasPrefix("python") == true)
            }
        }
    }
}
