import ApusBase
import ApusLogs
import ApusService
import ApusStore
import ApusTestSupport
import Synchronization
import Testing

/// A client of a session that takes one event at a time.
private final class Tail: Sendable {
    typealias Stream = RunningStream<StartLiveTail>
    let stream: Stream
    private let bench: TestBench
    private let got = Mutex<[Stream.Outcome]>([])

    init(_ bench: TestBench, _ input: StartLiveTailInput, as principal: Principal? = nil) throws(ServiceError) {
        self.bench = bench
        self.stream = try bench.host.stream(StartLiveTail.self, input, bench.context(as: principal)).stream
    }

    /// Asks for the next event; it may come later.
    func ask() {
        self.stream.next { outcome in self.got.withLock { $0.append(outcome) } }
        self.bench.driver.settle()
    }

    /// What has come since the last look.
    func take() -> [Stream.Outcome] {
        self.got.withLock { got in
            defer { got = [] }
            return got
        }
    }

    func start() -> LiveTailSessionStart? {
        self.ask()
        guard case .event(.sessionStart(let start)) = self.take().first else { return nil }
        return start
    }

    /// The update that comes within a second.
    func update() -> LiveTailSessionUpdate? {
        self.ask()
        self.bench.advance(seconds: 1)
        guard case .event(.sessionUpdate(let update)) = self.take().first else { return nil }
        return update
    }

    func messages() -> [String]? { self.update()?.sessionResults?.compactMap(\.message) }
}

@Suite struct StartLiveTailTests {
    private let bench = TestBench()
    private func arn(_ name: String = "g") -> String { "arn:aws:logs:eu-west-1:123456789012:log-group:\(name)" }
    private func input(
        _ groups: [String]? = nil, streams: [String]? = nil, prefixes: [String]? = nil, pattern: String? = nil
    ) -> StartLiveTailInput {
        StartLiveTailInput(
            logGroupIdentifiers: groups ?? [self.arn()], logStreamNames: streams, logStreamNamePrefixes: prefixes,
            logEventFilterPattern: pattern)
    }

    @Test func `a session says first what it shows`() throws {
        try self.bench.createGroup()
        let tail = try Tail(self.bench, self.input(streams: ["s"], pattern: "error"))
        let start = try #require(tail.start())
        #expect(start.logGroupIdentifiers == [self.arn()])
        #expect(start.logStreamNames == ["s"])
        #expect(start.logStreamNamePrefixes == nil)
        #expect(start.logEventFilterPattern == "error")
        #expect(start.requestId == "00000000-0000-4000-8000-000000000000")
        #expect(start.sessionId?.count == 36)
    }

    @Test func `events that are put are in the next update, each once`() throws {
        try self.bench.createGroup()
        let tail = try Tail(self.bench, self.input())
        _ = tail.start()
        try self.bench.put(["one", "two"], seconds: -100)
        let update = try #require(tail.update())
        #expect(update.sessionMetadata?.sampled == false)
        #expect(update.sessionResults?.map(\.message) == ["one", "two"])
        #expect(update.sessionResults?.first?.logStreamName == "s")
        #expect(update.sessionResults?.first?.logGroupIdentifier == self.arn())
        #expect(
            update.sessionResults?.first?.timestamp == Int(self.bench.clock.now.milliseconds - 1_000 - 100_000))
        #expect(update.sessionResults?.first?.ingestionTime == Int(self.bench.clock.now.milliseconds - 1_000))
        #expect(tail.messages() == [])
        try self.bench.put(["three"])
        #expect(tail.messages() == ["three"])
    }

    @Test func `an update comes every second, with nothing in it where nothing was put`() throws {
        try self.bench.createGroup()
        let tail = try Tail(self.bench, self.input())
        _ = tail.start()
        tail.ask()
        self.bench.advance(milliseconds: 999)
        #expect(tail.take().isEmpty)
        self.bench.advance(milliseconds: 1)
        #expect(tail.take().count == 1)
        #expect(tail.messages() == [])
    }

    @Test func `a session begins with what is put after it, and shows what the pattern and the streams let through`()
        throws
    {
        try self.bench.createGroup()
        _ = try self.bench.run(CreateLogStream.self, CreateLogStreamInput(logGroupName: "g", logStreamName: "other"))
        try self.bench.put(["error before"])
        let pattern = try Tail(self.bench, self.input(pattern: "error"))
        let named = try Tail(self.bench, self.input(streams: ["other"]))
        let prefixed = try Tail(self.bench, self.input(prefixes: ["x", "ot"]))
        for tail in [pattern, named, prefixed] { _ = tail.start() }
        try self.bench.put(["an error", "fine"])
        try self.bench.put(["elsewhere"], stream: "other")
        for tail in [pattern, named, prefixed] { tail.ask() }
        self.bench.advance(seconds: 1)
        func messages(_ tail: Tail) -> [String] {
            guard case .event(.sessionUpdate(let update)) = tail.take().first else { return ["-"] }
            return update.sessionResults?.compactMap(\.message) ?? []
        }
        #expect(messages(pattern) == ["an error"])
        #expect(messages(named) == ["elsewhere"])
        #expect(messages(prefixed) == ["elsewhere"])
    }

    @Test func `several groups are one session, and a group made again is another`() throws {
        try self.bench.createGroup("a")
        try self.bench.createGroup("b")
        let tail = try Tail(self.bench, self.input([self.arn("a"), self.arn("b"), "a"]))
        _ = tail.start()
        try self.bench.put(["from a"], group: "a")
        try self.bench.put(["from b"], group: "b")
        #expect(tail.messages() == ["from a", "from b"])
        _ = try self.bench.run(DeleteLogGroup.self, DeleteLogGroupInput(logGroupName: "a"))
        try self.bench.createGroup("a")
        try self.bench.put(["from another a"], group: "a")
        #expect(tail.messages() == [])
    }

    @Test func `of more than 500 events in a second 500 are shown, and it is said`() throws {
        try self.bench.createGroup()
        let tail = try Tail(self.bench, self.input())
        _ = tail.start()
        try self.bench.put((0..<1000).map(String.init), seconds: -2_000)
        let update = try #require(tail.update())
        #expect(update.sessionMetadata?.sampled == true)
        #expect(update.sessionResults?.count == 500)
        #expect(update.sessionResults?.last?.message == "998")
    }

    @Test func `more than two mebibytes in a second are not kept, and it is said`() throws {
        try self.bench.createGroup()
        let tail = try Tail(self.bench, self.input())
        _ = tail.start()
        let large = String(repeating: "x", count: 900_000)
        for number in 0..<4 { try self.bench.put(["\(number)" + large]) }
        let update = try #require(tail.update())
        #expect(update.sessionMetadata?.sampled == true)
        #expect(update.sessionResults?.map { $0.message?.first } == ["2", "3"])
        #expect(tail.update()?.sessionMetadata?.sampled == false)
    }

    @Test func `a client who is slow gets the last ten updates`() throws {
        try self.bench.createGroup()
        let tail = try Tail(self.bench, self.input())
        _ = tail.start()
        for number in 0..<30 {
            try self.bench.put(["\(number)"])
            self.bench.advance(seconds: 1)
        }
        var shown: [[String]] = []
        for _ in 0..<10 {
            tail.ask()
            guard case .event(.sessionUpdate(let update)) = tail.take().first else { continue }
            shown.append(update.sessionResults?.compactMap(\.message) ?? [])
        }
        #expect(shown == (20..<30).map { ["\($0)"] })
        tail.ask()
        #expect(tail.take().isEmpty)
    }

    @Test func `a session ends after three hours with SessionTimeoutException`() throws {
        try self.bench.createGroup()
        let tail = try Tail(self.bench, self.input())
        _ = tail.start()
        self.bench.advance(seconds: 3 * 3600)
        tail.ask()
        guard case .failure(let error) = tail.take().first else {
            Issue.record("the session goes on")
            return
        }
        #expect(code(error) == "SessionTimeoutException")
    }

    @Test func `a client who goes leaves nothing behind`() throws {
        try self.bench.createGroup()
        var tails: [Tail] = []
        for _ in 0..<15 { tails.append(try Tail(self.bench, self.input())) }
        #expect(
            code(#expect(throws: ServiceError.self) { try Tail(self.bench, self.input()) }) == "LimitExceededException")
        // One waits for its next event, one was never asked for, one is cancelled between two events.
        _ = tails[0].start()
        tails[0].ask()
        #expect(self.bench.host.store.board.waiting == 1)
        tails[0].stream.cancel()
        #expect(self.bench.host.store.board.waiting == 0)
        tails[1].stream.cancel()
        tails.removeLast(13)
        self.bench.advance(seconds: 2)
        #expect(tails[0].take().isEmpty)
        for _ in 0..<15 { tails.append(try Tail(self.bench, self.input())) }
    }

    @Test func `a session of a server that stops ends, whether its next event is waited for or not`() throws {
        try self.bench.createGroup()
        let waiting = try Tail(self.bench, self.input())
        _ = waiting.start()
        waiting.ask()
        waiting.stream.wrapUp()
        guard case .end = waiting.take().first else {
            Issue.record("the session goes on")
            return
        }
        let idle = try Tail(self.bench, self.input())
        idle.stream.wrapUp()
        idle.ask()
        guard case .end = idle.take().first else {
            Issue.record("the session goes on")
            return
        }
        #expect(self.bench.host.store.board.waiting == 0)
    }

    @Test func `a group that is not here, or of another account or region, is not found`() throws {
        try self.bench.createGroup()
        let others = [
            self.arn("none"), "none", "arn:aws:logs:eu-west-1:999999999999:log-group:g",
            "arn:aws:logs:us-east-1:123456789012:log-group:g",
        ]
        for identifier in others {
            let error = #expect(throws: ServiceError.self) { try Tail(self.bench, self.input([identifier])) }
            #expect(code(error) == "ResourceNotFoundException")
        }
    }

    @Test func `streams are named for one group only, by names or by prefixes, and the pattern must be one`() throws {
        try self.bench.createGroup("a")
        try self.bench.createGroup("b")
        for input in [
            self.input(["a", "b"], streams: ["s"]), self.input(["a", "b"], prefixes: ["s"]),
            self.input(["a"], streams: ["s"], prefixes: ["s"]), self.input(["a"], pattern: "{"),
            self.input(["arn:aws:sqs:eu-west-1:123456789012:a"]),
        ] {
            let error = #expect(throws: ServiceError.self) { try Tail(self.bench, input) }
            #expect(code(error) == "InvalidParameterException")
        }
    }

    @Test func `a group of the class for infrequent access has no Live Tail`() throws {
        _ = try self.bench.run(
            CreateLogGroup.self, CreateLogGroupInput(logGroupName: "g", logGroupClass: "INFREQUENT_ACCESS"))
        let error = #expect(throws: ServiceError.self) { try Tail(self.bench, self.input()) }
        #expect(code(error) == "InvalidOperationException")
    }

    @Test func `StartLiveTail is demanded on every group`() throws {
        let input = self.input([self.arn("a"), "b"])
        let actions = try self.bench.transact { (call) throws(ServiceError) in
            try StartLiveTail.demands(input, in: &call).list.map { $0.action + " " + $0.resource }
        }
        #expect(actions == ["a", "b"].map { "logs:StartLiveTail \(self.arn($0)):log-stream:" })
    }
}
