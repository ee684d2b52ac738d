import ApusBase
import ApusSandbox
import ApusService
import Glibc
import NIOCore
import Testing

/// What happens to environments: reuse, freezing, time-outs, crashes, ends.
@Suite(.serialized) struct LifecycleTests {
    private let pidSource = "import os\ndef handler(event, context):\n    return os.getpid()\n"

    @Test
    func `an environment past the function's time-out is killed, its processes too, and answers Sandbox.Timedout`()
        async throws
    {
        let source = """
            import subprocess, time
            def handler(event, context):
                child = subprocess.Popen(["/bin/sleep", "1000"])
                print("child", child.pid, flush=True)
                if event == 1: time.sleep(1000)
                return child.pid
            """
        try await Bench.run { bench in
            let spec = bench.python(source, timeoutSeconds: 1)
            let outcome = try await bench.invoke(spec, "1", requestID: "b70435cc").get()
            #expect(outcome.functionError == .unhandled)
            #expect(
                outcome.text
                    == #"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: b70435cc Error: Task timed out after 1.00 seconds"}"#
            )
            #expect(outcome.durationMilliseconds >= 1000 && outcome.durationMilliseconds < 1500)
            let lines = outcome.tail.split(separator: "\n")
            #expect(lines.first == "START RequestId: b70435cc Version: $LATEST")
            #expect(lines.contains { $0.hasSuffix(" b70435cc Task timed out after 1.00 seconds") })
            #expect(lines.last?.hasSuffix("\tStatus: timeout") == true)
            try await bench.wait { $0.ending == 0 && $0.busy == 0 }
            let child = try #require(lines.first { $0.hasPrefix("child ") }.flatMap { Int32($0.dropFirst(6)) })
            #expect(!isAlive(child))
            #expect(bench.runner.statistics.timeouts == 1)
            let next = try await bench.invoke(spec, "2").get()
            #expect(next.functionError == nil)
            #expect(next.initDurationMilliseconds != nil)
        }
    }

    @Test func `provisioned environments are initialised before any event, kept, and replaced when they end`()
        async throws
    {
        try await Bench.run(configure: { $0.keepAliveSeconds = 0 }) { bench in
            let spec = bench.python(
                """
                import os
                def handler(event, context):
                    if event.get("die"): os._exit(1)
                    return os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]
                """)
            bench.runner.provision(spec, environments: 2)
            try await waitUntil { bench.runner.provisionedCount(revision: spec.revision) == 2 }
            #expect(bench.runner.statistics.coldStarts == 2)
            #expect(try await bench.answer(spec) == "\"provisioned-concurrency\"")
            _ = await bench.invoke(spec, #"{"die": true}"#)
            try await waitUntil { bench.runner.statistics.coldStarts == 3 }
            try await waitUntil { bench.runner.provisionedCount(revision: spec.revision) == 2 }
            bench.runner.provision(spec, environments: 0)
            try await bench.wait { $0.ready + $0.frozen + $0.ending == 0 }
            #expect(bench.runner.provisionedCount(revision: spec.revision) == 0)
        }
    }

    @Test func `a function that cannot initialise is not started over and over for its provisioning`() async throws {
        try await Bench.run { bench in
            let spec = bench.python("raise ValueError('no')")
            // The next round comes two seconds after a first failure. Where others kept the machine busy for as long, look again.
            for _ in 0..<5 {
                let before = bench.runner.statistics.initFailures
                let began = ContinuousClock.now
                bench.runner.provision(spec, environments: 3)
                try await waitUntil { bench.runner.statistics.initFailures >= before + 3 }
                try await Task.sleep(nanoseconds: 300_000_000)
                let failures = bench.runner.statistics.initFailures - before
                let isOneRound = ContinuousClock.now - began < .seconds(2)
                if isOneRound { return #expect(failures == 3) }
                bench.runner.provision(spec, environments: 0)
                // Until the longest pause after three failures is over.
                try await Task.sleep(for: .seconds(9))
            }
            throw BenchError("the machine was too busy to tell")
        }
    }

    @Test func `an environment is ended when the next event is far, and made again before it comes`() async throws {
        try await Bench.run(configure: { configuration in
            configuration.keepAlive = .predicted
            // A minute of the policy lasts ten milliseconds.
            configuration.policyMinuteNanoseconds = 10_000_000
            configuration.keepAliveSeconds = 600_000
        }) { bench in
            let spec = bench.python("def handler(event, context): return 1")
            for _ in 0..<6 {
                _ = try await bench.answer(spec)
                try await Task.sleep(nanoseconds: 800_000_000)
            }
            _ = try await bench.answer(spec)
            let starts = bench.runner.statistics.coldStarts
            try await bench.wait { $0.ready + $0.frozen + $0.ending + $0.busy + $0.starting == 0 }
            try await bench.wait { $0.ready + $0.frozen == 1 }
            #expect(bench.runner.statistics.coldStarts == starts + 1)
            // Its revision is retired: nothing is expected of it any more.
            bench.runner.retire(revision: spec.revision)
            try await bench.wait { $0.ready + $0.frozen + $0.ending == 0 }
        }
    }

    @Test func `the initialisation may take ten seconds, and is tried again within the invocation`() async throws {
        // The first start hangs; the second one, which finds the mark, does not.
        let source = """
            import os, time
            mark = os.environ["MARK"]
            if os.path.exists(mark): pass
            else:
                open(mark, "w").close()
                time.sleep(1000)
            def handler(event, context):
                return "ready"
            """
        try await Bench.run(configure: { $0.initMilliseconds = 300 }) { bench in
            mkdir("\(bench.directory)/shared", 0o777)
            chmod("\(bench.directory)/shared", 0o777)
            let spec = bench.function(files: ["app.py": source], variables: ["MARK": "\(bench.directory)/shared/mark"])
            let outcome = try await bench.invoke(spec).get()
            #expect(outcome.text == #""ready""#)
            #expect(
                bench.messages.contains {
                    $0.hasPrefix("INIT_REPORT Init Duration: 3") && $0.hasSuffix("Phase: init\tStatus: timeout")
                })
        }
    }

    @Test func `an initialisation that fails is tried once more, within the invocation`() async throws {
        let source = """
            import os
            marks = os.environ["MARKS"]
            open(f"{marks}/{os.urandom(8).hex()}", "w").close()
            if len(os.listdir(marks)) < int(os.environ["GOOD"]): raise RuntimeError("not yet")
            def handler(event, context):
                return "ready"
            """
        try await Bench.run { bench in
            for (good, answer) in [("2", #""ready""#), ("9", nil)] {
                let marks = "\(bench.directory)/marks\(good)"
                mkdir(marks, 0o777)
                chmod(marks, 0o777)
                let spec = bench.function(files: ["app.py": source], variables: ["MARKS": marks, "GOOD": good])
                let outcome = try await bench.invoke(spec).get()
                #expect(try run(["/bin/sh", "-c", "test $(ls \(marks) | wc -l) = 2"]) == 0)
                if let answer {
                    #expect(outcome.text == answer && outcome.functionError == nil)
                } else {
                    #expect(try outcome.json["errorMessage"] == "not yet")
                    #expect(outcome.tail.contains("\tPhase: invoke\tStatus: error\tError Type: RuntimeError"))
                }
            }
            let reports = bench.messages.filter { $0.hasPrefix("INIT_REPORT") }
            #expect(reports.filter { $0.contains("\tPhase: init\tStatus: error\tError Type: RuntimeError") }.count == 2)
        }
    }

    @Test func `an initialisation that never ends is a time-out of the function`() async throws {
        try await Bench.run(configure: { $0.initMilliseconds = 200 }) { bench in
            let spec = bench.python("import time\ntime.sleep(1000)\n", timeoutSeconds: 1)
            let outcome = try await bench.invoke(spec, requestID: "x").get()
            #expect(
                outcome.text
                    == #"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: x Error: Task timed out after 1.00 seconds"}"#
            )
            #expect(outcome.tail.hasPrefix("START RequestId: x"))
        }
    }

    @Test func `a killed runtime answers signal: killed`() async throws {
        try await Bench.run { bench in
            let spec = bench.python("import os\ndef handler(event, context):\n    os.kill(os.getpid(), 9)\n")
            let answer = try await bench.json(spec)
            #expect(
                answer["errorMessage"]?.stringValue?.hasSuffix("Error: Runtime exited with error: signal: killed")
                    == true)
            #expect(bench.runner.statistics.crashes == 1)
        }
    }

    @Test func `an idle environment is stopped after a moment and goes on with the next event`() async throws {
        try await Bench.run(configure: { $0.freezeMilliseconds = 20 }) { bench in
            let spec = bench.python(self.pidSource)
            let pid = try #require(Int32(try await bench.answer(spec)))
            try await bench.wait { $0.frozen == 1 && $0.ready == 0 }
            try await waitUntil { processState(pid) == "T" }
            let again = try await bench.answer(spec)
            #expect(again == "\(pid)")
            #expect(bench.runner.statistics.coldStarts == 1)
        }
    }

    @Test func `an idle environment ends after the keep-alive time`() async throws {
        try await Bench.run(configure: {
            $0.keepAliveSeconds = 1; $0.freezeMilliseconds = 20
        }) { bench in
            let spec = bench.python(self.pidSource)
            let pid = try #require(Int32(try await bench.answer(spec)))
            try await bench.wait { $0 == SandboxStatistics(after: 1) }
            #expect(!isAlive(pid))
        }
    }

    @Test func `an environment whose credentials end soon runs one event only`() async throws {
        try await Bench.run { bench in
            let spec = bench.function(files: ["app.py": self.pidSource], credentialSeconds: 60)
            let first = try await bench.answer(spec)
            let second = try await bench.answer(spec)
            #expect(first != "" && second != "")
            #expect(bench.runner.statistics.coldStarts <= 2)
            try await bench.wait { $0.ready + $0.frozen + $0.busy + $0.ending == 0 }
        }
    }

    @Test func `retiring a revision ends its idle environments and lets busy ones finish`() async throws {
        try await Bench.run { bench in
            let spec = bench.python(
                "import time, os\ndef handler(event, context):\n    time.sleep(event)\n    return os.getpid()\n")
            async let slow = bench.answer(spec, "2")
            try await bench.wait { $0.busy == 1 }
            let quick = try await bench.answer(spec, "0")
            bench.runner.retire(revision: spec.revision)
            try await bench.wait { $0.ready + $0.frozen + $0.ending == 0 && $0.busy == 1 }
            #expect(!isAlive(try #require(Int32(quick))))
            let pid = try await slow
            try await bench.wait { $0.busy + $0.ending == 0 }
            #expect(!isAlive(try #require(Int32(pid))))
        }
    }

    @Test func `concurrent invocations get an environment each, up to the maximum, and the rest are throttled`()
        async throws
    {
        try await Bench.run { bench in
            let spec = bench.function(
                files: [
                    "app.py":
                        "import time, os\ndef handler(event, context):\n    time.sleep(0.5)\n    return os.getpid()\n"
                ],
                maximumEnvironments: 3)
            let outcomes = await withTaskGroup(of: Result<InvocationOutcome, RunnerError>.self) { group in
                for _ in 0..<3 { group.addTask { await bench.invoke(spec) } }
                try? await bench.wait { $0.busy == 3 }
                let extra = await bench.invoke(spec)
                #expect(throws: RunnerError.throttled) { try extra.get() }
                var outcomes: [Result<InvocationOutcome, RunnerError>] = []
                for await outcome in group { outcomes.append(outcome) }
                return outcomes
            }
            let pids = try Set(outcomes.map { try $0.get().text })
            #expect(pids.count == 3)
            #expect(bench.runner.statistics.throttles == 1)
        }
    }

    @Test func `a function grows no faster than it may, whatever others do`() async throws {
        try await Bench.run(configure: { $0.functionStarts = 2 }) { bench in
            let source = "import time\ndef handler(event, context):\n    time.sleep(event)\n    return event\n"
            let spec = bench.python(source)
            async let one = bench.answer(spec, "1")
            async let other = bench.answer(spec, "1")
            try await bench.wait { $0.busy == 2 }
            let extra = await bench.invoke(spec, "0")
            #expect(throws: RunnerError.throttled) { try extra.get() }
            var another = bench.python(source)
            another.functionName = "another"
            #expect(try await bench.answer(another, "0") == "0")
            #expect(try await [one, other] == ["1", "1"])
            #expect(try await bench.answer(spec, "0") == "0", "on what is there already")
        }
    }

    @Test func `a full machine gives up the idle environment of another function`() async throws {
        try await Bench.run(configure: { $0.machineEnvironments = 2 }) { bench in
            let specs = (0..<4).map { _ in bench.python(self.pidSource) }
            for spec in specs + specs { _ = try await bench.answer(spec) }
            #expect(bench.runner.statistics.coldStarts >= 6)
            try await bench.wait { $0.ready + $0.frozen <= 2 && $0.ending == 0 }
        }
    }

    @Test func `hundreds of invocations at once all come back`() async throws {
        try await Bench.run { bench in
            let spec = bench.function(
                files: ["app.py": "def handler(event, context):\n    return event\n"], maximumEnvironments: 300)
            let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<300 { group.addTask { try await bench.answer(spec, "\(number)") == "\(number)" } }
                return try await group.reduce(into: 0) { count, same in count += same ? 1 : 0 }
            }
            #expect(answers == 300)
        }
    }

    @Test func `shutting down ends environments that ignore SIGTERM, and answers what they ran`() async throws {
        let source =
            "import signal, time, os\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ndef handler(event, context):\n    print(os.getpid(), flush=True)\n    time.sleep(1000)\n"
        let (pid, result) = try await Bench.run(configure: { $0.endGraceMilliseconds = 100 }) { bench in
            let spec = bench.python(source)
            async let slow = bench.invoke(spec)
            try await waitUntil { bench.messages.contains { Int32($0) != nil } }
            let pid = try #require(bench.messages.lazy.compactMap { Int32($0) }.first)
            try await bench.runner.shutdown().get()
            return (pid, await slow)
        }
        #expect(throws: RunnerError.stopping) { try result.get() }
        #expect(!isAlive(pid))
    }
}

extension SandboxStatistics {
    /// Nothing there, after so many successful cold invocations.
    init(after invocations: Int) {
        self.init()
        self.invocations = invocations
        self.coldStarts = invocations
    }
}

/// Whether a process exists and is not a zombie.
func isAlive(_ pid: Int32) -> Bool {
    guard let state = processState(pid) else { return false }
    return state != "Z"
}

/// `R`, `S`, `T`, `Z` …; nil when there is no such process.
func processState(_ pid: Int32) -> Character? {
    readFile("/proc/\(pid)/stat")?.split(separator: ")").last?.dropFirst().first
}

/// Waits for what has no other sign.
func waitUntil(_ condition: () -> Bool) async throws {
    for _ in 0..<2000 {
        if condition() { return }
        try await Task.sleep(nanoseconds: 5_000_000)
    }
    throw BenchError("it never came about")
}
