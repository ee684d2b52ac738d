import ApusBase
import ApusSandbox
import ApusService
import Glibc
import Testing

/// What an environment is confined to, and that nothing of it survives.
@Suite(.serialized) struct ContainmentTests {
    @Test func `endless output stays bounded, is cut with a notice, and the function goes on`() async throws {
        let source = """
            import sys
            def handler(event, context):
                line = "x" * 100_000 + "\\n"
                for _ in range(600): sys.stdout.write(line)
                return "done"
            """
        try await Bench.run { bench in
            let outcome = try await bench.invoke(bench.python(source)).get()
            #expect(outcome.text == #""done""#)
            #expect(outcome.logTail.count == SandboxLimits.logTailBytes)
            let bytes = bench.messages.reduce(0) { $0 + $1.utf8.count }
            let allowed =
                SandboxLimits.logBurstBytes + Int(outcome.durationMilliseconds + 1000) * SandboxLimits.logBytesPerSecond
                / 1000
            #expect(bytes < allowed)
            #expect(
                bench.messages.contains { $0.hasPrefix("[apus] ") && $0.hasSuffix("were dropped: too much output") })
            #expect(bench.messages.last?.hasPrefix("REPORT ") == true)
        }
    }

    @Test func `a line without an end comes in pieces of 256 KiB`() async throws {
        try await Bench.run { bench in
            let spec = bench.python("def handler(event, context):\n    print('y' * 600000)\n")
            _ = try await bench.invoke(spec).get()
            let sizes = bench.messages.filter { $0.hasPrefix("y") }.map(\.utf8.count)
            #expect(sizes == [262_144, 262_144, 75_712])
        }
    }

    @Test func `it has its own session, user and private directory, no privileges, and no foreign descriptors`()
        async throws
    {
        let source = """
            import os
            def handler(event, context):
                status = dict(l.split(":", 1) for l in open("/proc/self/status").read().splitlines())
                limits = open("/proc/self/limits").read()
                tmp = os.environ["TMPDIR"]
                open(tmp + "/file", "w").write("x")
                return {
                    "session": os.getsid(0) == os.getpid() == os.getpgid(0),
                    "user": os.getuid(), "groups": os.getgroups(), "gid": os.getgid(),
                    "nnp": status["NoNewPrivs"].strip(), "caps": status["CapEff"].strip(),
                    "fds": sorted(os.readlink("/proc/self/fd/" + f).split(":")[0] for f in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + f)),
                    "cwd": os.getcwd() == os.environ["LAMBDA_TASK_ROOT"],
                    "mode": oct(os.stat(tmp).st_mode & 0o777),
                    "core": [l.split()[4] for l in limits.splitlines() if l.startswith("Max core")][0],
                    "files": [l.split()[3] for l in limits.splitlines() if l.startswith("Max open files")][0],
                    "writable": os.access(os.getcwd(), os.W_OK),
                    "blocked": status["SigBlk"].strip() + status["SigIgn"].strip(),
                }
            """
        try await Bench.run { bench in
            let answer = try await bench.json(bench.python(source))
            #expect(answer["session"] == .bool(true))
            #expect(answer["nnp"] == .string("1"))
            #expect(answer["cwd"] == .bool(true))
            #expect(answer["mode"] == .string("0o700"))
            #expect(answer["core"] == .string("0"))
            #expect(answer["files"] == .string("1024"))
            // SIGPIPE and SIGXFSZ are ignored by Python itself, 32 and 33 are the C library's own.
            #expect(answer["blocked"] == .string("0000000000000000" + "0000000181001000"))
            if geteuid() == 0 {
                #expect(answer["caps"] == .string("0000000000000000"))
                #expect(answer["groups"] == .array([]))
                #expect(answer["writable"] == .bool(false))
                let user = try #require(Int(answer["user"]?.numberText ?? ""))
                #expect(user >= 1_900_000_000)
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "users of their own need root"))
    func `another environment cannot speak for this one, signal it, or read its files`() async throws {
        let victim = """
            import os, time
            open(os.environ["TMPDIR"] + "/secret", "w").write("s")
            def handler(event, context):
                return [os.environ["AWS_LAMBDA_RUNTIME_API"], os.getpid(), os.environ["TMPDIR"]]
            """
        let attacker = """
            import http.client, os
            def attempt(f):
                try: return "did it: " + str(f())
                except Exception as e: return type(e).__name__
            def poll(api):
                c = http.client.HTTPConnection(api, timeout=3)
                c.request("GET", "/2018-06-01/runtime/invocation/next")
                return c.getresponse().status
            def handler(event, context):
                api, pid, tmp = event
                return [attempt(lambda: poll(api)), attempt(lambda: os.kill(pid, 9)),
                        attempt(lambda: open(tmp + "/secret").read()),
                        attempt(lambda: open("/proc/%d/environ" % pid).read())]
            """
        try await Bench.run { bench in
            let spec = bench.python(victim)
            let target = try await bench.answer(spec)
            let answer = try await bench.answer(bench.python(attacker), target)
            #expect(!answer.contains("did it"), "\(answer)")
            #expect(answer.contains("PermissionError"))
            let again = try await bench.answer(spec)
            #expect(again == target)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "cgroups need rights"))
    func `memory beyond MemorySize kills the runtime, as in Lambda`() async throws {
        try await Bench.run { bench in
            guard bench.runner.findings.contains(where: { $0.hasPrefix("cgroup memory: limited") }) else { return }
            let spec = bench.python(
                "def handler(event, context):\n    return len(bytearray(event << 20))\n", memoryMiB: 128)
            let fine = try await bench.answer(spec, "50")
            #expect(fine == "52428800")
            let answer = try await bench.json(spec, "400")
            #expect(answer["errorType"] == .string("Runtime.ExitError"))
            #expect(answer["errorMessage"]?.stringValue?.hasSuffix("signal: killed") == true)
            let report = try #require(bench.messages.last { $0.hasPrefix("REPORT") })
            #expect(report.contains("Memory Size: 128 MB\tMax Memory Used: 128 MB"))
        }
    }

    @Test func `a REPORT tells the peak memory of the environment`() async throws {
        try await Bench.run { bench in
            let spec = bench.python(
                "import time\ndef handler(event, context):\n    x = bytearray(100 << 20)\n    time.sleep(0.01)\n    return 1\n"
            )
            let outcome = try await bench.invoke(spec).get()
            let used = outcome.tail.split(separator: "Max Memory Used: ").last?.prefix { $0.isNumber }
            let mebibytes = try #require(used.flatMap { Int($0) })
            #expect((100...180).contains(mebibytes))
        }
    }

    @Test func `what an environment leaves behind ends with it, even in a session of its own`() async throws {
        let source = """
            import os, subprocess
            def handler(event, context):
                child = subprocess.Popen(["/bin/sleep", "1000"], start_new_session=True)
                return child.pid
            """
        try await Bench.run { bench in
            let spec = bench.python(source)
            let pid = try #require(Int32(try await bench.answer(spec)))
            #expect(isAlive(pid))
            bench.runner.retire(revision: spec.revision)
            try await bench.wait { $0.ready + $0.frozen + $0.ending == 0 }
            if geteuid() == 0 { try await waitUntil { !isAlive(pid) } }
        }
    }

    @Test func `a client that sends and never reads is held back, and the environment works on`() async throws {
        let source = """
            import os, socket
            def flood(data):
                host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
                s = socket.create_connection((host, int(port)))
                s.settimeout(1)
                sent = 0
                try:
                    while sent < 200_000_000: sent += s.send(data)
                except OSError: pass
                return sent
            def handler(event, context):
                sent = [flood(b"GET /nothing HTTP/1.1\\r\\n\\r\\n" * 1000),
                        flood(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nX: " + b"x" * 100000)]
                return all(n < 30_000_000 for n in sent)
            """
        try await Bench.run { bench in
            let spec = bench.python(source)
            let bounded = try await bench.answer(spec)
            #expect(bounded == "true")
            let again = try await bench.answer(spec)
            #expect(again == "true")
        }
    }

    @Test func `a client that pipelines thousands of requests gets all answers`() async throws {
        let source = """
            import os, socket, threading
            def handler(event, context):
                host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
                s = socket.create_connection((host, int(port)))
                threading.Thread(target=lambda: s.sendall(b"GET /nothing HTTP/1.1\\r\\n\\r\\n" * 50000)).start()
                data = b""
                s.settimeout(1)
                try:
                    while True: data += s.recv(1 << 20)
                except OSError: pass
                return data.count(b"HTTP/1.1 404 Not Found")
            """
        try await Bench.run { bench in
            let count = try await bench.answer(bench.python(source))
            #expect(count == "50000")
        }
    }

    @Test func `private directories are emptied before a slot is used again`() async throws {
        let source = """
            import os
            def handler(event, context):
                tmp = os.environ["TMPDIR"]
                found = os.listdir(tmp)
                deep = tmp
                for _ in range(60):
                    deep += "/d"
                    os.mkdir(deep)
                os.symlink("/etc/passwd", tmp + "/link")
                os.chmod(tmp + "/d", 0)
                return found
            """
        try await Bench.run(configure: { $0.machineEnvironments = 1 }) { bench in
            for _ in 0..<3 {
                let spec = bench.python(source)
                let found = try await bench.answer(spec)
                #expect(found == "[]")
            }
            #expect(readFile("/etc/passwd") != nil)
        }
    }

    /// A server in Python speaks to the launcher as we do, and is killed.
    @Test func `kill -9 of the server leaves no process of any environment`() async throws {
        let server = """
            import os, socket, struct, sys, time
            mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            r, w = os.pipe()
            if os.fork() == 0:
                os.setsid()
                os.dup2(theirs.fileno(), 3); os.dup2(w, 4)
                os.closerange(5, 100)
                os.execve(sys.argv[1], ["apus-launcher"], {"APUS_LAUNCHER": "3,4,0"})
            theirs.close(); os.close(w)
            out_r, out_w = os.pipe()
            script = "setsid sh -c 'echo $$; exec sleep 1000' & (setsid setsid sh -c 'echo $$; sleep 1000' &) ; echo $$; sleep 1000; true"
            arguments = ["/bin/sh", "-c", script]
            u = (1 << 64) - 1
            head = struct.pack("<IiQIIQQQQiIIIIIIIIIQ", 1, 0, 7, 0xffffffff, 0xffffffff, u, u, u, u, 0, len(arguments), 1, 0, 0, 0, 0, 0, 0, 0, 0)
            body = b"".join(s.encode() + b"\\0" for s in ["/", ""] + arguments + ["PATH=/usr/bin:/bin"])
            socket.send_fds(mine, [head + body], [out_w])
            os.close(out_w)
            pids = []
            while len(pids) < 3: pids += os.read(out_r, 1000).decode().split()
            sys.stdout.write(" ".join(pids) + "\\n")
            sys.stdout.flush()
            time.sleep(1000)
            """
        var path = [CChar](repeating: 0, count: 4096)
        readlink("/proc/self/exe", &path, 4095)
        let executable = String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        var arguments = ["/usr/bin/python3", "-c", server, executable].map { (text: String) in strdup(text) } + [nil]
        var pid: pid_t = 0
        #expect(posix_spawn(&pid, "/usr/bin/python3", &actions, nil, &arguments, environ) == 0)
        close(ends[1])
        var buffer = [UInt8](repeating: 0, count: 1000)
        let count = read(ends[0], &buffer, 1000)
        let text = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
        let pids = text.split { !$0.isNumber }.compactMap { Int32($0) }
        #expect(pids.count == 3, "\(text)")
        #expect(pids.allSatisfy { isAlive($0) })
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        try await waitUntil { !pids.contains { isAlive($0) } }
        close(ends[0])
    }

    @Test func `a lost launcher takes its environments with it, and the next invocation starts a new one`() async throws
    {
        try await Bench.run { bench in
            let spec = bench.python("import os\ndef handler(event, context):\n    return [os.getpid(), os.getppid()]\n")
            let first = try await bench.answer(spec).split { !$0.isNumber }.compactMap { Int32($0) }
            kill(first[1], SIGKILL)
            try await bench.wait { $0.ready + $0.frozen + $0.busy == 0 }
            try await waitUntil { !isAlive(first[0]) }
            let second = try await bench.answer(spec).split { !$0.isNumber }.compactMap { Int32($0) }
            #expect(second[1] != first[1])
        }
    }

    @Test func `nothing leaks: descriptors and directories after many environments`() async throws {
        try await Bench.run { bench in
            func descriptors() -> Int { (0..<4096).count { fcntl(Int32($0), F_GETFD) >= 0 } }
            func once() async throws {
                let spec = bench.python("import os\ndef handler(event, context):\n    if event: os._exit(3)\n")
                _ = await bench.invoke(spec, "0")
                _ = await bench.invoke(spec, "1")
                bench.runner.retire(revision: spec.revision)
                try await bench.wait { $0.ready + $0.frozen + $0.busy + $0.starting + $0.ending == 0 }
            }
            try await once()
            let before = descriptors()
            for _ in 0..<20 { try await once() }
            // Other suites run beside this one and have descriptors of their own, for a while.
            try await waitUntil { descriptors() < before + 40 }
        }
    }
}

extension JSONValue {
    var numberText: String? {
        var writer = JSONWriter()
        self.write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
