import ApusBase
import ApusHTTP
import ApusWire
import Dispatch
import Glibc
import NIOPosix
import Synchronization
import Testing

/// A request and the way back, kept for the test to answer when it likes.
struct Visit: Sendable {
    var request: HTTPRequest
    var exchange: any Exchange
}

/// Answers by a closure, or keeps requests where there is none.
final class TestHandler: RequestHandler {
    typealias Answer = @Sendable (HTTPRequest, any Exchange) -> Void
    private let answer: Answer?
    private let kept = Mutex<[Visit]>([])

    init(_ answer: Answer? = nil) { self.answer = answer }

    func handle(_ request: HTTPRequest, _ exchange: any Exchange) {
        if let answer {
            answer(request, exchange)
        } else {
            self.kept.withLock { $0.append(Visit(request: request, exchange: exchange)) }
        }
    }

    var count: Int { self.kept.withLock { $0.count } }

    /// Waits until `count` requests are here and takes them.
    func take(_ count: Int = 1) -> [Visit] {
        waitUntil("\(count) requests came") { self.count >= count }
        return self.kept.withLock { kept in
            defer { kept.removeFirst(count) }
            return Array(kept.prefix(count))
        }
    }
}

/// Waits for another thread to do something. The bound is there only so that a broken test ends.
func waitUntil(_ what: String, _ condition: () -> Bool) {
    for _ in 0..<200_000 {
        if condition() { return }
        usleep(100)
    }
    Issue.record("waited in vain until \(what)")
}

/// Runs `body`, which blocks, on a thread that may be blocked: for tests that wait for a task to go on meanwhile.
func offPool<Value: Sendable>(_ body: @escaping () throws -> Value) async throws -> Value {
    // The caller waits, so nobody else touches what the body does.
    nonisolated(unsafe) let body = body
    return try await NIOThreadPool.singleton.runIfActive { try body() }
}

/// Runs what the test does not wait for yet on a thread of its own: the test blocks one of the few that tasks share.
func beside<Success: Sendable>(_ body: @escaping @Sendable () async -> Success) -> Task<Success, Never> {
    Task(executorPreference: BesideExecutor.shared) { await body() }
}

private final class BesideExecutor: TaskExecutor {
    static let shared = BesideExecutor()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        DispatchQueue.global().async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Echoes method, target and body.
let echo = TestHandler { request, exchange in
    let line: String = request.method + " " + request.path + (request.query.isEmpty ? "" : "?" + request.query) + "\n"
    exchange.reply(
        HTTPResponse(
            status: 200, headers: HTTPFields(["content-type": "text/plain"]), body: Array(line.utf8) + request.body))
}

/// A server on a free port whose clock the test owns.
struct TestServer {
    let server: HTTPServer
    let clock: ManualClock
    let port: Int

    var client: LoopbackClient { LoopbackClient(port: self.port) }
    var counters: HTTPServerCounters { self.server.counters }

    /// Runs `body` with a server that is shut down afterwards.
    static func with(
        _ handler: any RequestHandler, limits: HTTPLimits = HTTPLimits(), eventLoops: Int? = nil, tls: TLSSettings? = nil,
        tlsReloaded: @escaping @Sendable (TLSReload) -> Void = { _ in }, webSockets: (any WebSocketAcceptor)? = nil,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        var timeouts = HTTPTimeouts()
        timeouts.sweepMilliseconds = 5
        var configuration = HTTPServerConfiguration(
            listeners: [.tcp(host: "127.0.0.1", port: 0)], limits: limits, timeouts: timeouts)
        if let eventLoops { configuration.eventLoopCount = eventLoops }
        configuration.tls = tls
        configuration.tlsReloaded = tlsReloaded
        configuration.webSockets = webSockets
        // 2026-01-02T03:04:05.678Z
        let clock = ManualClock(Timestamp(milliseconds: 1_767_323_045_678))
        let server = HTTPServer(configuration: configuration, handler: handler, clock: clock)
        let port: Int = try await server.start()[0].port!
        do {
            try await body(TestServer(server: server, clock: clock, port: port))
        } catch {
            await server.shutdownGracefully(deadline: .zero)
            throw error
        }
        await server.shutdownGracefully(deadline: .zero)
    }
}
