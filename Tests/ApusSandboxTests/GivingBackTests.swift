import ApusBase
import ApusSandbox
import ApusService
import Glibc
import Testing

/// When an idle environment is asked to give memory back, and what it is to events meanwhile. Without I/O.
@Suite struct GivingBackMachineTests {
    private let ok: EnvironmentMachine.Ending = .answered([1])

    private func idle() throws -> EnvironmentMachine {
        var settings = EnvironmentMachine.Settings(
            initNanoseconds: 10_000, freezeNanoseconds: 75, keepAliveNanoseconds: 100_000, endGraceNanoseconds: 50)
        settings.giveBackAfterNanoseconds = 500
        settings.giveBackApartNanoseconds = 6000
        settings.giveBackLimitNanoseconds = 200
        var machine = EnvironmentMachine(settings: settings, now: 0)
        #expect(try machine.poll(now: 0) == [.ready(initNanoseconds: 0)])
        machine.givesBack = true
        return machine
    }

    /// Asked at 500.
    private func givingBack() throws -> EnvironmentMachine {
        var machine = try self.idle()
        #expect(machine.tick(now: 75) == [.freeze])
        #expect(machine.deadline == 500)
        #expect(machine.tick(now: 499) == [])
        #expect(machine.tick(now: 500) == [.thaw, .giveBack])
        #expect(machine.state == .givingBack)
        return machine
    }

    private func event(_ machine: inout EnvironmentMachine, at now: UInt64) throws {
        _ = machine.invoke(requestID: "a", now: now, deadline: now + 1000)
        try machine.answer(self.ok, requestID: "a")
        #expect(try machine.poll(now: now) == [.finish(self.ok, nanoseconds: 0)])
        #expect(machine.tick(now: now + 75) == [.freeze])
    }

    @Test func `it is thawed and asked once it has been idle for a while, and frozen again after its next poll`() throws
    {
        var machine = try self.givingBack()
        #expect(try machine.poll(now: 530) == [.gaveBack])
        #expect(machine.state == .idle)
        #expect(machine.tick(now: 530) == [.freeze])
        #expect(machine.deadline == 100_000, "the end of its time without an event, which has not moved")
        #expect(machine.invoke(requestID: "a", now: 900, deadline: 1900) == [.thaw, .deliver])
    }

    @Test func `it is asked once for each time that it is idle, and at most once in a while`() throws {
        var machine = try self.givingBack()
        _ = try machine.poll(now: 530)
        #expect(machine.tick(now: 530) == [.freeze])
        try self.event(&machine, at: 1000)
        #expect(machine.deadline == 6500, "so long after the last time")
        #expect(machine.tick(now: 6500) == [.thaw, .giveBack])
        _ = try machine.poll(now: 6530)
        #expect(machine.tick(now: 6530) == [.freeze])
        try self.event(&machine, at: 20_000)
        #expect(machine.deadline == 20_500)
    }

    @Test func `it is not asked where its runtime cannot, or while it does not wait for an event`() throws {
        var machine = try self.idle()
        machine.givesBack = false
        #expect(machine.tick(now: 75) == [.freeze])
        #expect(machine.deadline == 100_000)
        machine.givesBack = true
        #expect(machine.deadline == 500)
        machine.pollLost()
        #expect(machine.deadline == 100_000)
    }

    @Test func `a runtime that does not poll again is killed, and one that ends is gone`() throws {
        var hanging = try self.givingBack()
        #expect(hanging.deadline == 700)
        #expect(hanging.tick(now: 699) == [])
        #expect(hanging.tick(now: 700) == [.kill])
        #expect(hanging.exited(.signal(9), now: 710) == [.gone])
        var dying = try self.givingBack()
        #expect(dying.exited(.status(1), now: 510) == [.gone])
    }

    @Test func `it can be retired and stopped meanwhile, and answers nothing`() throws {
        var retired = try self.givingBack()
        #expect(retired.retire(now: 510) == [.terminate])
        var stopped = try self.givingBack()
        #expect(stopped.stop(now: 510) == [.terminate])
        var answering = try self.givingBack()
        #expect(throws: EnvironmentMachine.Refusal.invalidRequestID) {
            try answering.answer(self.ok, requestID: "a")
        }
    }

    // MARK: The pool

    private func pool(maximum: Int, ready count: UInt64) -> PoolMachine {
        var pool = PoolMachine(maximum: maximum)
        for id in 1...count {
            pool.started(id)
            #expect(pool.becameReady(id) == nil)
        }
        return pool
    }

    @Test func `an invocation takes another idle environment, and the one that gives back keeps its place`() {
        var pool = self.pool(maximum: 5, ready: 3)
        pool.givesBack(3)
        pool.givesBack(1)
        #expect(pool.leastRecentlyUsed == 2)
        #expect(pool.invoke(100, now: 0, machineHasRoom: true) == .run(2))
        #expect(pool.becameReady(1) == nil)
        #expect(pool.becameReady(3) == nil)
        #expect(pool.idle == [1, 3])
        #expect(pool.invoke(101, now: 0, machineHasRoom: true) == .run(3))
    }

    @Test func `an invocation waits for the only idle one, and has another started when that takes long`() {
        var pool = self.pool(maximum: 5, ready: 1)
        pool.givesBack(1)
        #expect(pool.invoke(100, now: 0, machineHasRoom: true) == .wait)
        #expect(pool.invoke(101, now: 0, machineHasRoom: true) == .start, "one gives back, two want one")
        pool.started(2)
        #expect(pool.becameReady(1) == 100)
        #expect(pool.idle.isEmpty)

        var long = self.pool(maximum: 5, ready: 1)
        long.givesBack(1)
        #expect(long.invoke(100, now: 0, machineHasRoom: true) == .wait)
        #expect(long.startsDue(now: PoolMachine.givingBackNanoseconds - 1) == 0)
        #expect(long.startsDue(now: PoolMachine.givingBackNanoseconds) == 1)
    }

    @Test func `where no other may be started an invocation waits, and a second one is throttled as ever`() {
        var pool = self.pool(maximum: 1, ready: 1)
        pool.givesBack(1)
        #expect(pool.invoke(100, now: 0, machineHasRoom: true) == .wait)
        #expect(pool.invoke(101, now: 0, machineHasRoom: true) == .throttle)
        #expect(pool.startsDue(now: PoolMachine.givingBackNanoseconds) == 0)
        pool.gone(1)
        #expect(pool.startsDue(now: PoolMachine.givingBackNanoseconds) == 1, "it has ended in place of polling")
    }
}

/// The word to give memory back, to runtimes that can be made to misbehave and to Node.js.
@Suite(.serialized) struct GivingBackTests {
    /// Asks for events as our Node.js does, answers with its process id, and does what it is told with the word to give back.
    private static func client(_ onWord: String, header: String = "Apus-Gives-Back: memory\\r\\n") -> String {
        """
        #!/usr/bin/python3
        import os, socket, sys, time
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        s = socket.create_connection((host, int(port)))
        f = s.makefile("rb")
        def head():
            lines = [f.readline().strip().decode()]
            fields = {}
            while line := f.readline().strip().decode():
                name, value = line.split(": ", 1)
                fields[name.lower()] = value
            body = f.read(int(fields.get("content-length", 0)))
            return lines[0], fields, body
        poll = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: x\\r\\n\(header)\\r\\n"
        s.sendall(poll.encode())
        while True:
            status, fields, body = head()
            if "apus-give-back" in fields:
                print("asked:", status, flush=True)
                \(onWord)
                s.sendall(poll.encode())
                continue
            id = fields.get("lambda-runtime-aws-request-id")
            if id is None: continue
            text = str(os.getpid())
            s.sendall(("POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\\r\\nHost: x\\r\\n"
                       "Content-Length: %d\\r\\n\\r\\n%s" % (id, len(text), text) + poll).encode())
        """
    }

    private func run(
        _ client: String, after milliseconds: Int = 150, limit: Int? = nil, maximumEnvironments: Int = 1,
        _ body: (Bench, EnvironmentSpec) async throws -> Void
    ) async throws {
        try await Bench.run(configure: {
            $0.giveBackAfterMilliseconds = milliseconds
            if let limit { $0.giveBackLimitMilliseconds = limit }
        }) { bench in
            try await body(
                bench,
                bench.function(
                    "provided.al2023", files: ["bootstrap": client], maximumEnvironments: maximumEnvironments))
        }
    }

    /// Waits until a function has printed it.
    private func wait(for message: String, in bench: Bench) async throws {
        for _ in 0..<1000 {
            if bench.messages.contains(where: { $0.contains(message) }) { return }
            try await Task.sleep(nanoseconds: 5_000_000)
        }
        throw BenchError("nobody has printed \(message)")
    }

    @Test func `a runtime that says it can is asked once, goes on as before, and nothing is reported of it`()
        async throws
    {
        try await self.run(Self.client("pass")) { bench, spec in
            let first = try await bench.answer(spec)
            try await bench.wait { $0.givenBack == 1 && $0.frozen == 1 }
            try await self.wait(for: "asked: HTTP/1.1 204 No Content", in: bench)
            try await Task.sleep(nanoseconds: 400_000_000)
            #expect(bench.runner.statistics.givenBack == 1)
            let others = bench.messages.filter { !$0.contains("asked") }
            #expect(others.map { $0.prefix { $0 != " " } } == ["INIT_START", "START", "END", "REPORT"])
            #expect(bench.messages.count == 5, "and what it printed itself, once")
            #expect(try await bench.answer(spec) == first)
        }
    }

    @Test func `a runtime that does not say so is never asked`() async throws {
        try await self.run(Self.client("pass", header: "")) { bench, spec in
            let first = try await bench.answer(spec)
            try await bench.wait { $0.frozen == 1 }
            try await Task.sleep(nanoseconds: 500_000_000)
            #expect(bench.runner.statistics.givenBack == 0)
            #expect(!bench.messages.contains { $0.contains("asked") })
            #expect(try await bench.answer(spec) == first)
        }
    }

    @Test func `what is provisioned is not asked until it is so no more`() async throws {
        try await self.run(Self.client("pass")) { bench, spec in
            bench.runner.provision(spec, environments: 1)
            try await bench.wait { $0.frozen == 1 }
            try await Task.sleep(nanoseconds: 500_000_000)
            #expect(bench.runner.statistics.givenBack == 0)
            bench.runner.provision(spec, environments: 0)
            try await bench.wait { $0.givenBack == 1 }
        }
    }

    @Test func `an event that comes meanwhile is run by the same environment, or at once by another`() async throws {
        try await self.run(Self.client("time.sleep(0.4)")) { bench, spec in
            let first = try await bench.answer(spec)
            try await self.wait(for: "asked", in: bench)
            #expect(try await bench.answer(spec) == first)
            #expect(bench.runner.statistics.coldStarts == 1)
        }
        try await self.run(Self.client("time.sleep(50)"), maximumEnvironments: 2) { bench, spec in
            let first = try await bench.answer(spec)
            try await self.wait(for: "asked", in: bench)
            #expect(try await bench.answer(spec) != first)
            #expect(bench.runner.statistics.givenBack == 0 && bench.runner.statistics.coldStarts == 2)
        }
    }

    @Test(arguments: ["os._exit(1)", "time.sleep(60)"])
    func `a runtime that dies or hangs in it is replaced, and the event that came meanwhile is run`(
        onWord: String
    ) async throws {
        try await self.run(Self.client("time.sleep(0.1); " + onWord), limit: 400) { bench, spec in
            let first = try await bench.answer(spec)
            try await self.wait(for: "asked", in: bench)
            #expect(try await bench.answer(spec) != first)
            let statistics = bench.runner.statistics
            #expect(statistics.coldStarts == 2 && statistics.givenBack == 0 && statistics.crashes == 0)
        }
    }

    // MARK: Node.js

    /// MiB of PSS of the one process below the bench that a process id inside a function means.
    private static func proportionalMiB(_ bench: Bench, inner: String) throws -> Double {
        let found = processes(running: [bench.directory, "bootstrap.js"]).filter { pid in
            let status = readFile("/proc/\(pid)/status") ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("NSpid:") }
            return line?.split(separator: "\t").last.map(String.init) == inner
        }
        let pid = try #require(found.first)
        let line = try #require(
            readFile("/proc/\(pid)/smaps_rollup")?.split(separator: "\n").first { $0.hasPrefix("Pss:") })
        return try Double(#require(Int(line.filter { $0.isNumber }))) / 1024
    }

    /// Without the giving back it has 18 to 31 MiB.
    @Test(arguments: [0, 1]) func `Node.js that has run events and is idle takes less than 15 MiB`(
        waitingProcesses: Int
    ) async throws {
        try await Bench.run(configure: {
            $0.isolation = .automatic
            $0.waitingProcesses = waitingProcesses
            $0.giveBackAfterMilliseconds = 3000  // No pause between two events is as long, on a busy machine either.
        }) { bench in
            #expect(bench.runner.missing(runtime: "nodejs20.x") == nil)
            try await bench.wait { $0.prestarted == waitingProcesses }
            let spec = bench.function(
                "nodejs20.x", handler: "index.handler",
                files: ["index.js": "exports.handler = async () => process.pid;"], memoryMiB: 128)
            var inner = ""
            for _ in 0..<300 { inner = try await bench.answer(spec) }
            try await bench.wait { $0.givenBack == 1 && $0.frozen == 1 }
            let size = try Self.proportionalMiB(bench, inner: inner)
            #expect(size < 15, "MiB")
            #expect(try await bench.answer(spec) == inner, "it goes on")
        }
    }

    @Test func `timers of a function that are due run when its idle environment gives memory back`() async throws {
        try await Bench.run(configure: { $0.giveBackAfterMilliseconds = 600 }) { bench in
            let source = """
                exports.handler = async () => {
                  setTimeout(() => console.log('late'), 300);
                  return 1;
                };
                """
            let spec = bench.function("nodejs20.x", handler: "index.handler", files: ["index.js": source])
            let answer = try await bench.answer(spec)
            #expect(answer == "1")
            try await bench.wait { $0.frozen == 1 }
            #expect(!bench.messages.contains { $0.contains("late") })
            try await bench.wait { $0.givenBack == 1 }
            try await self.wait(for: "late", in: bench)
        }
    }
}
