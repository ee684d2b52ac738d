import ApusBase
import ApusSandbox
import ApusService
import Glibc
import Testing

/// Functions that are given a process of Node.js that was started before them.
@Suite(.serialized) struct WaitingProcessTests {
    /// What the process was started with tells whether it had waited; `argv` that it looks the same.
    private static let source = """
        const fs = require('fs');
        exports.handler = async (event) => ({
          pid: process.pid, cwd: process.cwd(), root: process.env.LAMBDA_TASK_ROOT, mark: process.env.MARK || null,
          arguments: process.argv.length, input: fs.readlinkSync('/proc/self/fd/0'), user: process.getuid(),
          begun: fs.readFileSync('/proc/self/environ', 'utf8'), drawn: Math.random(), files: fs.readdirSync('.'),
          rehearsed: Object.keys(require.cache).some((name) => name.endsWith('/rehearsal.js')),
          open: fs.readdirSync('/proc/self/fd').filter((name) => {
            try { return fs.readlinkSync('/proc/self/fd/' + name).startsWith('socket:'); } catch { return false; }
          }).length,
        });
        """

    /// No variable of the function's is among those that its process was started with.
    private static func hadWaited(_ answer: JSONValue) -> Bool {
        answer["begun"]?.stringValue.map { !$0.contains("AWS_SECRET_ACCESS_KEY=") } ?? false
    }

    private func node(_ bench: Bench, _ variables: [String: String] = [:], files: [String: String] = [:])
        -> EnvironmentSpec
    {
        bench.function(
            "nodejs20.x", handler: "index.handler", files: ["index.js": Self.source].merging(files) { $1 },
            memoryMiB: 128, variables: variables)
    }

    /// A runner of which one process waits for functions of 128 MiB.
    private func run(
        _ isolation: Isolation.Wish, _ body: (Bench) async throws -> Void
    ) async throws {
        try await Bench.run(configure: {
            $0.isolation = isolation
            $0.waitingProcesses = 1
        }) { bench in
            #expect(bench.runner.missing(runtime: "nodejs20.x") == nil)
            try await bench.wait { $0.prestarted == 1 }
            try await body(bench)
        }
    }

    @Test(arguments: [Isolation.Wish.process, .automatic])
    func `a process that has waited becomes the function's, and the next one another function's`(
        isolation: Isolation.Wish
    ) async throws {
        try await self.run(isolation) { bench in
            let first = try await bench.json(self.node(bench, ["MARK": "one=1\nü"]))
            #expect(Self.hadWaited(first), "it had been started before: \(first)")
            #expect(first["mark"]?.stringValue == "one=1\nü")
            #expect(first["cwd"] == first["root"] && first["arguments"]?.int64Value == 2)
            #expect(first["input"]?.stringValue == "/dev/null")
            #expect(first["begun"]?.stringValue?.contains("MARK") == false)
            #expect(first["open"]?.int64Value == 1, "the connection to the Runtime API, and nothing else")
            #expect(first["rehearsed"]?.boolValue == true)
            try await bench.wait { $0.prestarted == 1 }
            let second = try await bench.json(self.node(bench, ["OTHER": "two"], files: ["other.js": ""]))
            #expect(Self.hadWaited(second))
            #expect(second["mark"] == .null, "nothing of the first function's")
            #expect(second["files"]?.arrayValue?.count == 2)
            #expect(second["drawn"] != first["drawn"])
            if geteuid() == 0 { #expect(second["user"] != first["user"], "each has a user of its own") }
        }
    }

    @Test(.enabled(if: Namespaces.problem(network: .own) == nil, "this machine permits no networks"))
    func `a process waits in a network of its own, where it finds the Runtime API`() async throws {
        try await Bench.run(configure: {
            $0.isolation = .namespaces
            $0.network = OwnNetwork(endpointPort: 4566)
            $0.waitingProcesses = 1
        }) { bench in
            #expect(bench.runner.missing(runtime: "nodejs20.x") == nil)
            for mark in ["one", "two"] {
                try await bench.wait { $0.prestarted == 1 }
                let answer = try await bench.json(self.node(bench, ["MARK": mark]))
                #expect(Self.hadWaited(answer))
                #expect(answer["mark"]?.stringValue == mark)
                #expect(answer["rehearsed"]?.boolValue == true)
            }
            // One that has died is found out about, and the environment is started with a network all the same.
            try await bench.wait { $0.prestarted == 1 }
            try await Task.sleep(nanoseconds: 100_000_000)
            for pid in Self.waiting(bench) { kill(pid, SIGKILL) }
            let answer = try await bench.json(self.node(bench, ["MARK": "three"]))
            #expect(answer["mark"]?.stringValue == "three")
        }
    }

    /// Of Node.js's program some 35 to 45 MiB are touched by the start, and 15 by a function's first event; of the nursery 2 to 4
    /// MiB by the start, and less than half a MiB by the event.
    @Test(arguments: [Isolation.Wish.process, .automatic])
    func `a process that waits has given back what its start alone needed`(isolation: Isolation.Wish) async throws {
        let source = """
            const { getHeapSpaceStatistics } = require('v8');
            exports.handler = async () => ({
              begun: require('fs').readFileSync('/proc/self/environ', 'utf8'),
              program: Number(/^RssFile:\\s*(\\d+) kB$/m.exec(require('fs').readFileSync('/proc/self/status', 'utf8'))[1]),
              nursery: getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').physical_space_size >> 10,
            });
            """
        try await self.run(isolation) { bench in
            let answer = try await bench.json(self.node(bench, files: ["index.js": source]))
            #expect(Self.hadWaited(answer))
            #expect(try #require(answer["program"]?.int64Value) < 25 * 1024, "KiB")
            #expect(try #require(answer["nursery"]?.int64Value) < 1024, "KiB")
        }
    }

    @Test func `what reads its variables at the start, has another size, or brings libraries has its own`()
        async throws
    {
        try await self.run(.automatic) { bench in
            var other = self.node(bench)
            other.memoryMiB = 192
            let specs = [
                self.node(bench, ["NODE_OPTIONS": "--no-warnings"]), self.node(bench, files: ["lib/x.so": ""]), other,
            ]
            for spec in specs {
                let answer = try await bench.json(spec)
                #expect(!Self.hadWaited(answer), "it was started for this: \(answer)")
            }
        }
    }

    @Test func `a waiting process that is killed does no harm, and none is left at the end`() async throws {
        let children = try await Bench.run(configure: {
            $0.isolation = .automatic
            $0.waitingProcesses = 1
        }) { bench in
            #expect(bench.runner.missing(runtime: "nodejs20.x") == nil)
            try await bench.wait { $0.prestarted == 1 }
            try await Task.sleep(nanoseconds: 100_000_000)
            let waiting = Self.waiting(bench)
            #expect(waiting.count == 1)
            for pid in waiting { kill(pid, SIGKILL) }
            let answer = try await bench.json(self.node(bench))
            #expect(answer["arguments"]?.int64Value == 2)
            // One that was found dead is not replaced soon; one that was taken before that was known is.
            return waiting + Self.waiting(bench)
        }
        for pid in children { #expect(kill(pid, 0) != 0) }
    }

    /// Processes that wait, of this runner.
    private static func waiting(_ bench: Bench) -> [pid_t] {
        guard let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        var found: [pid_t] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let pid = pid_t(name), let command = readFile("/proc/\(name)/cmdline") else { continue }
            if command.contains(bench.directory), command.contains("--wait") { found.append(pid) }
        }
        return found
    }
}
