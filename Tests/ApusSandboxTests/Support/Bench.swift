import ApusBase
import ApusSandbox
import ApusService
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A runner with a directory and an event loop of its own, and functions made from source text.
final class Bench: Sendable {
    let runner: SandboxRunner
    let directory: String
    private let group: MultiThreadedEventLoopGroup
    private let log: LogCollector

    private init(runner: SandboxRunner, directory: String, group: MultiThreadedEventLoopGroup, log: LogCollector) {
        self.runner = runner
        self.directory = directory
        self.group = group
        self.log = log
    }

    /// Runs a test body with a runner and ends everything after it.
    static func run<Result>(
        configure: (inout SandboxConfiguration) -> Void = { _ in }, _ body: (Bench) async throws -> Result
    ) async throws -> Result {
        let directory = try Self.makeDirectory()
        var configuration = SandboxConfiguration(directory: directory + "/data")
        configuration.endpoint = "http://127.0.0.1:4566"
        configuration.giveBackLimitMilliseconds = 60_000  // A busy machine takes longer than a server allows.
        configure(&configuration)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let log = LogCollector()
        let runner = try await SandboxRunner.start(
            configuration: configuration, on: group.next(), sink: { log.add($0) }
        ).get()
        let bench = Bench(runner: runner, directory: directory, group: group, log: log)
        do {
            let result = try await body(bench)
            try await bench.end()
            return result
        } catch {
            try await bench.end()
            throw error
        }
    }

    private func end() async throws {
        try await self.runner.shutdown().get()
        try await self.group.shutdownGracefully()
        removeTree(self.directory)
    }

    private static func makeDirectory() throws -> String {
        var template = Array("/tmp/apus-sandbox-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw BenchError("mkdtemp failed") }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o755)
        return path
    }

    /// Writes a function's files and returns its spec. Names ending in `bootstrap` become executable.
    func function(
        _ runtime: String = "python3.11", handler: String = "app.handler", files: [String: String],
        memoryMiB: Int = 256,
        timeoutSeconds: Int = 20, variables: [String: String] = [:], maximumEnvironments: Int = 10,
        credentialSeconds: Int64 = 3600
    ) -> EnvironmentSpec {
        let revision = SystemEntropy().uuid()
        let code = "\(self.directory)/\(revision)"
        mkdir(code, 0o755)
        for (name, text) in files {
            var parent = code
            for part in name.split(separator: "/").dropLast() {
                parent += "/\(part)"
                mkdir(parent, 0o755)
            }
            writeFile("\(code)/\(name)", text, mode: name.hasSuffix("bootstrap") ? 0o755 : 0o644)
        }
        return EnvironmentSpec(
            revision: revision, functionName: "sample", version: "$LATEST", account: "000000000000",
            region: "eu-west-1",
            runtime: runtime, handler: handler, codeDirectory: code, memoryMiB: memoryMiB,
            timeoutSeconds: timeoutSeconds,
            variables: variables, logGroup: "/aws/lambda/sample",
            roleARN: "arn:aws:iam::000000000000:role/sample", maximumEnvironments: maximumEnvironments,
            credentials: {
                EnvironmentCredentials(
                    accessKeyID: "ASIAEXAMPLE", secretAccessKey: "secret", sessionToken: "token",
                    expires: SystemClock().now.adding(seconds: credentialSeconds))
            })
    }

    func python(_ source: String, timeoutSeconds: Int = 20, memoryMiB: Int = 256) -> EnvironmentSpec {
        self.function(files: ["app.py": source], memoryMiB: memoryMiB, timeoutSeconds: timeoutSeconds)
    }

    func invoke(
        _ spec: EnvironmentSpec, _ payload: String = "{}", requestID: String = SystemEntropy().uuid(),
        change: (inout InvocationRequest) -> Void = { _ in }
    ) async -> Result<InvocationOutcome, RunnerError> {
        var request = InvocationRequest(
            requestID: requestID, payload: Array(payload.utf8),
            invokedFunctionARN: "arn:aws:lambda:eu-west-1:000000000000:function:sample")
        change(&request)
        let final = request
        return await withCheckedContinuation { continuation in
            self.runner.invoke(final, in: spec) { continuation.resume(returning: $0) }
        }
    }

    /// Invokes it for a caller who takes the answer in parts.
    func stream(_ spec: EnvironmentSpec, _ payload: String = "{}") -> ResponseStream {
        let stream = ResponseStream()
        let request = InvocationRequest(
            requestID: SystemEntropy().uuid(), payload: Array(payload.utf8),
            invokedFunctionARN: "arn:aws:lambda:eu-west-1:000000000000:function:sample", stream: stream)
        self.runner.invoke(request, in: spec) { stream.finish($0) }
        return stream
    }

    /// The outcome's payload as text; the invocation must have run.
    func answer(_ spec: EnvironmentSpec, _ payload: String = "{}") async throws -> String {
        try await self.invoke(spec, payload).get().text
    }

    /// The function's answer as JSON.
    func json(_ spec: EnvironmentSpec, _ payload: String = "{}") async throws -> JSONValue {
        try await self.invoke(spec, payload).get().json
    }

    var messages: [String] { self.log.events.map(\.message) }
    var logEvents: [FunctionLogEvent] { self.log.events }

    /// Lets the runner read nothing for a while, once it has begun what it was asked to do before.
    func blockLoop(milliseconds: UInt32) { self.group.next().execute { usleep(milliseconds * 1000) } }

    /// Waits until the runner's numbers are as wanted: what it does by itself (freezing, ending) has no other sign.
    func wait(until wanted: (SandboxStatistics) -> Bool) async throws {
        for _ in 0..<2000 {
            if wanted(self.runner.statistics) { return }
            try await Task.sleep(nanoseconds: 5_000_000)
        }
        throw BenchError("still \(self.runner.statistics)")
    }
}

struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

final class LogCollector: Sendable {
    private let collected = Mutex<[FunctionLogEvent]>([])
    func add(_ events: [FunctionLogEvent]) { self.collected.withLock { $0 += events } }
    var events: [FunctionLogEvent] { self.collected.withLock { $0 } }
}

extension ResponseStream {
    /// All that is still to come.
    func collected() async -> (text: String, isWhole: Bool, result: Result<InvocationOutcome, RunnerError>) {
        var bytes: [UInt8] = []
        var isWhole = false
        while true {
            switch await self.next() {
            case .begin: break
            case .bytes(let part): bytes += part
            case .end: isWhole = true
            case .over(let result): return (String(decoding: bytes, as: UTF8.self), isWhole, result)
            }
        }
    }
}

extension InvocationOutcome {
    var text: String { String(decoding: self.payload, as: UTF8.self) }
    var tail: String { String(decoding: self.logTail, as: UTF8.self) }
    var json: JSONValue { get throws { try JSONValue(parsing: self.payload) } }
}

func writeFile(_ path: String, _ text: String, mode: mode_t = 0o644) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    let bytes = Array(text.utf8)
    precondition(file >= 0 && write(file, bytes, bytes.count) == bytes.count, "cannot write \(path)")
    fchmod(file, mode)
    close(file)
}

func readFile(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while case let count = read(file, &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self)
}

/// The processes whose command line has all of these.
func processes(running words: [String]) -> [pid_t] {
    names(in: "/proc").compactMap { name in
        guard let pid = pid_t(name), let command = readFile("/proc/\(name)/cmdline") else { return nil }
        return words.allSatisfy { command.contains($0) } ? pid : nil
    }
}

private func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        names.append(
            withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names
}

func removeTree(_ path: String) {
    for name in names(in: path) where name != "." && name != ".." && unlink("\(path)/\(name)") != 0 {
        removeTree("\(path)/\(name)")
    }
    rmdir(path)
}
