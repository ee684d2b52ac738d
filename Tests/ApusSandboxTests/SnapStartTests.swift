import ApusBase
import ApusSandbox
import ApusService
import Glibc
import Testing

@Suite(.serialized, .enabled(if: Namespaces.problem() == nil, "this machine permits no namespaces"))
struct SnapStartTests {
    private static let source = """
        import os, random, uuid
        from snapshot_restore_py import register_before_snapshot, register_after_restore
        hooks = []
        register_before_snapshot(hooks.append, "first")
        register_before_snapshot(hooks.append, "second")
        @register_after_restore
        def restored(): hooks.append("restored")
        def handler(event, context):
            if event: import time; time.sleep(event)
            return {"hooks": hooks, "drawn": random.random(), "pid": os.getpid(), "uid": os.getuid(), "parent": os.getppid(),
                    "type": os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"], "seen": os.listdir("/tmp"),
                    "nest": os.readlink("/proc/self/ns/pid"), "comm": open("/proc/self/cmdline").read()}
        """

    private func run(_ change: (inout SandboxConfiguration) -> Void = { _ in }, _ body: (Bench) async throws -> Void)
        async throws
    {
        try await Bench.run(
            configure: {
                $0.isolation = .namespaces
                change(&$0)
            }, body)
    }

    private func function(
        _ bench: Bench, _ source: String = Self.source, _ files: [String: String] = [:]
    ) -> EnvironmentSpec {
        var spec = bench.function(files: files.merging(["app.py": source]) { old, _ in old })
        spec.version = "1"
        spec.snapStart = true
        return spec
    }

    private func snapshot(_ bench: Bench, _ spec: EnvironmentSpec) async -> SnapshotOutcome {
        await withCheckedContinuation { continuation in
            bench.runner.snapshot(spec) { continuation.resume(returning: $0) }
        }
    }

    private func isForked(_ answer: JSONValue) -> Bool {
        answer["comm"]?.stringValue?.contains("--snapshot") == true
    }

    @Test func `environments are forked from what was initialised once, each with what is its own`() async throws {
        try await self.run { bench in
            let spec = self.function(bench)
            #expect(await self.snapshot(bench, spec) == .on)
            #expect(bench.runner.statistics.snapshots == 1)
            async let one = bench.json(spec, "0.3")
            async let other = bench.json(spec, "0.3")
            let answers = try await [one, other]
            for answer in answers {
                #expect(self.isForked(answer))
                #expect(
                    answer["hooks"] == .array([.string("second"), .string("first"), .string("restored")]))
                #expect(answer["type"]?.stringValue == "snap-start")
                #expect(answer["parent"]?.int64Value == 0)
            }
            #expect(answers[0]["drawn"] != answers[1]["drawn"])
            #expect(answers[0]["nest"] != answers[1]["nest"])
            if geteuid() == 0 { #expect(answers[0]["uid"] != answers[1]["uid"]) }
            let messages = bench.messages
            #expect(messages.contains { $0.hasPrefix("INIT_REPORT Init Duration: ") && !$0.contains("Phase") })
            #expect(messages.filter { $0.hasPrefix("RESTORE_START Runtime Version: python3.11") }.count == 2)
            #expect(messages.contains { $0.hasPrefix("RESTORE_REPORT Restore Duration: ") })
            let report = try #require(messages.first { $0.hasPrefix("REPORT ") })
            #expect(report.contains("\tRestore Duration: ") && report.contains("\tBilled Restore Duration: "))
            #expect(!report.contains("Init Duration"))
        }
    }

    @Test func `a lost template costs an ordinary start, with its hooks, and is made again`() async throws {
        try await self.run { bench in
            let spec = self.function(bench)
            let first = try await bench.json(spec, "0.2")
            #expect(!self.isForked(first))
            #expect(first["hooks"] == .array([.string("second"), .string("first"), .string("restored")]))
            try await bench.wait { $0.snapshots == 1 }
            async let busy = bench.json(spec, "0.3")
            async let second = bench.json(spec, "0.3")
            let answers = try await [busy, second]
            #expect(answers.contains { self.isForked($0) })
        }
    }

    @Test func `a template serves no other revision, and goes with its own`() async throws {
        try await self.run { bench in
            let spec = self.function(bench)
            #expect(await self.snapshot(bench, spec) == .on)
            var other = spec
            other.revision = "another"
            other.account = "111111111111"
            let forked = self.isForked(try await bench.json(other))
            #expect(!forked)
            bench.runner.retire(revision: spec.revision)
            bench.runner.retire(revision: other.revision)
            try await bench.wait { $0.snapshots == 0 && $0.ready + $0.frozen + $0.busy + $0.ending + $0.starting == 0 }
        }
    }

    @Test func `a fork that fails for want of a process costs no more than one start, and the template goes on`() async throws {
        try await self.run { bench in
            // The third fork is that of the second environment in its process namespace, and the template's next.
            let spec = self.function(
                bench,
                """
                import os, resource, time
                most = resource.getrlimit(resource.RLIMIT_NPROC)[1]
                forks = 0
                def limit(count): resource.setrlimit(resource.RLIMIT_NPROC, (count, most))
                def before():
                    global forks
                    forks += 1
                    if forks == 3: limit(0)
                os.register_at_fork(before=before, after_in_parent=lambda: limit(most))
                def handler(event, context):
                    time.sleep(event)
                    return {"forks": forks, "comm": open("/proc/self/cmdline").read()}
                """)
            #expect(await self.snapshot(bench, spec) == .on)
            async let first = bench.json(spec, "7")
            try await bench.wait { $0.busy == 1 }
            async let second = bench.json(spec, "7")
            try await bench.wait { $0.busy == 2 }
            // The template's failure costs the third, unless it came to what would have stood by for it.
            async let third = bench.json(spec, "3")
            try await bench.wait { $0.busy == 3 }
            async let fourth = bench.json(spec, "0")
            let answers = try await [first, second, third, fourth]
            #expect(self.isForked(answers[0]) && !self.isForked(answers[1]) && self.isForked(answers[3]))
            #expect(answers[0]["forks"]?.int64Value == 2)
            #expect((answers[3]["forks"]?.int64Value ?? 0) >= 5)
            #expect(bench.runner.statistics.snapshots == 1)
        }
    }

    @Test func `an environment outlives the template that it was forked from`() async throws {
        try await self.run { bench in
            let spec = self.function(bench)
            #expect(await self.snapshot(bench, spec) == .on)
            async let busy = bench.json(spec, "0.6")
            try await bench.wait { $0.busy == 1 }
            let template = try #require(Self.template(below: bench.directory))
            #expect(kill(template, SIGKILL) == 0)
            let forked = self.isForked(try await busy)
            #expect(forked)
            // Its place is free once the last of its forks has gone.
            bench.runner.retire(revision: spec.revision)
            try await bench.wait { $0.snapshots == 0 && $0.ending == 0 }
        }
    }

    /// The process of a bench's template: it is in one process namespace below this one, its forks in two.
    private static func template(below directory: String) -> pid_t? {
        processes(running: ["--snapshot", directory]).first { pid in
            let numbers = readFile("/proc/\(pid)/status")?.split(separator: "\n").first { $0.hasPrefix("NSpid:") }
            return numbers?.split(whereSeparator: { $0 == "\t" }).count == 3
        }
    }

    @Test func `code that does not initialise fails the snapshot, and says how`() async throws {
        try await self.run { bench in
            let failing = self.function(bench, "raise ValueError('no such thing')")
            guard case .failed(let failure) = await self.snapshot(bench, failing) else {
                Issue.record("it did not fail")
                return
            }
            #expect(failure.code == "FunctionError.RuntimeInitError")
            #expect(failure.reason.contains("ValueError: no such thing"))
            let leaving = self.function(bench, "import os\nos._exit(3)")
            guard case .failed = await self.snapshot(bench, leaving) else {
                Issue.record("it did not fail")
                return
            }
            let hook = self.function(
                bench,
                "import snapshot_restore_py as s\ndef f(): raise KeyError('k')\ns.register_before_snapshot(f)\n"
                    + "def handler(event, context): pass")
            guard case .failed(let beforehand) = await self.snapshot(bench, hook) else {
                Issue.record("it did not fail")
                return
            }
            #expect(beforehand.reason.contains("Runtime.BeforeSnapshotError"))
            try await bench.wait { $0.snapshots == 0 }
        }
    }

    /// The log is told after the caller.
    private func waitForReport(_ bench: Bench, _ end: String) async throws {
        for _ in 0..<200 {
            if bench.messages.contains(where: { $0.hasPrefix("RESTORE_REPORT ") && $0.hasSuffix(end) }) { return }
            try await Task.sleep(nanoseconds: 5_000_000)
        }
        throw BenchError("no report that ends with \(end)")
    }

    @Test func `a hook that fails after the restoration is told by its own error, with or without a template`()
        async throws
    {
        try await self.run { bench in
            let spec = self.function(
                bench,
                "import snapshot_restore_py as s\ndef f(): raise KeyError('k')\ns.register_after_restore(f)\n"
                    + "def handler(event, context): pass")
            await #expect(throws: RunnerError.restoreFailed) { _ = try await bench.invoke(spec).get() }
            #expect(await self.snapshot(bench, spec) == .on)
            await #expect(throws: RunnerError.restoreFailed) { _ = try await bench.invoke(spec).get() }
            try await self.waitForReport(bench, "\tStatus: error\tError Type: Runtime.AfterRestoreError")
        }
    }

    @Test func `a hook after the restoration has a limit of time`() async throws {
        try await self.run({ $0.initMilliseconds = 400 }) { bench in
            let spec = self.function(
                bench,
                "import snapshot_restore_py as s, time\ns.register_after_restore(time.sleep, 5)\n"
                    + "def handler(event, context): pass")
            #expect(await self.snapshot(bench, spec) == .on)
            await #expect(throws: RunnerError.restoreTimedOut) { _ = try await bench.invoke(spec).get() }
            try await self.waitForReport(bench, "\tStatus: timeout")
        }
    }

    @Test(arguments: [
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "import mmap\nshared = mmap.mmap(-1, 4096)", "import os\nends = os.pipe()",
        "import subprocess\nchild = subprocess.Popen(['/bin/sleep', '60'])",
    ])
    func `what forks would share is not forked, and the version runs without a snapshot`(beginning: String) async throws
    {
        try await self.run { bench in
            let spec = self.function(bench, beginning + "\ndef handler(event, context): return 1")
            guard case .off = await self.snapshot(bench, spec) else {
                Issue.record("it was forked")
                return
            }
            let answer = try await bench.answer(spec)
            #expect(answer == "1")
        }
    }

    @Test func `each environment has the files of the snapshot as they were, and connections are cut`() async throws {
        try await self.run { bench in
            let spec = self.function(
                bench,
                """
                import os, socket
                os.makedirs('/tmp/deep/er'); open('/tmp/deep/er/file', 'w').write('kept'); os.symlink('deep', '/tmp/link')
                data = open('/var/task/data'); data.read(2)
                listener = socket.create_server(('127.0.0.1', 0)); near = socket.create_connection(listener.getsockname())
                far, _ = listener.accept()
                def handler(event, context):
                    before = open('/tmp/link/er/file').read()
                    open('/tmp/deep/er/file', 'w').write('changed'); import time; time.sleep(0.3)
                    return [before, data.read(2), near.recv(1).decode(), os.stat('/tmp/deep/er/file').st_uid == os.getuid()]
                """, ["data": "abcdef"])
            #expect(await self.snapshot(bench, spec) == .on)
            async let one = bench.answer(spec)
            async let other = bench.answer(spec)
            let answers = try await [one, other]
            #expect(answers == Array(repeating: #"["kept", "cd", "", true]"#, count: 2))
        }
    }

    @Test func `without namespaces there are no snapshots, and the hooks run all the same`() async throws {
        try await self.run({ $0.isolation = .process }) { bench in
            let spec = self.function(bench)
            guard case .off = await self.snapshot(bench, spec) else {
                Issue.record("there was one")
                return
            }
            let answer = try await bench.json(spec)
            #expect(answer["hooks"] == .array([.string("second"), .string("first"), .string("restored")]))
        }
    }

    @Test func `a version with a network of its own is forked into one`() async throws {
        guard Namespaces.problem(network: .own) == nil else { return }
        try await self.run({ $0.network = OwnNetwork(endpointPort: 4566) }) { bench in
            let spec = self.function(bench)
            #expect(await self.snapshot(bench, spec) == .on)
            let forked = self.isForked(try await bench.json(spec))
            #expect(forked)
        }
    }

    @Test func `a template that is gone before its door is heard to close is no more asked for its name`() async throws {
        try await self.run { bench in
            let (spec, other) = (self.function(bench), bench.python("def handler(event, context): return 1"))
            #expect(await self.snapshot(bench, spec) == .on)
            #expect(try await bench.answer(other) == "1")
            // What becomes readable first is read first. The launcher has told of one end when the door closes, and adds the
            // template's before anything is read.
            bench.runner.retire(revision: other.revision)
            bench.blockLoop(milliseconds: 300)
            bench.runner.retire(revision: spec.revision)
            bench.blockLoop(milliseconds: 300)
            try await bench.wait { $0.snapshots == 0 && $0.ready + $0.frozen + $0.ending == 0 }
            let answer = try await bench.answer(bench.python("def handler(event, context): return 2"))
            #expect(answer == "2")
        }
    }
}
