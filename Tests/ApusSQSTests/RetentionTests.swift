import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct RetentionTests {
    private let bench = QueueBench()
    private let run: WorkerRun

    init() { self.run = WorkerRun(RetentionWorker(), host: self.bench.bench.host) }

    private func records(_ tags: [KeyTag]) throws -> Int {
        var count = 0
        for tag in tags {
            let start = [UInt8(tag.rawValue >> 8), UInt8(tag.rawValue & 255)]
            let view = try self.bench.bench.storage.view()
            try view.scan(start: start, end: [start[0], start[1] + 1], direction: .forward) { _, _ in
                count += 1
                return true
            }
        }
        return count
    }

    @Test(arguments: ["q", "q.fifo"])
    func `messages older than the queue keeps them are deleted, whatever state they are in`(name: String) throws {
        let url = try self.bench.create(name, ["MessageRetentionPeriod": "60", "VisibilityTimeout": "600"])
        let isFIFO = name != "q"
        for number in 0..<600 {
            try self.bench.send(
                url, "\(number)", group: "g\(number % 7)", id: isFIFO ? "\(number)" : nil,
                delay: isFIFO ? nil : number % 3)
        }
        _ = try self.bench.receive(url, 10)
        self.bench.bench.advance(seconds: 30)
        try self.bench.send(url, "young", group: "g1", id: isFIFO ? "y" : nil)
        self.bench.bench.advance(seconds: 35)
        #expect(try self.bench.counts(url)[0...1].reduce(0, +) == 1)
        self.bench.bench.advance(seconds: 60)
        #expect(try self.bench.counts(url) == [0, 0, 0])
        #expect(
            try self.records([.sqsMessage, .sqsFlight, .sqsWaiting, .sqsGroup, .sqsGroupOrder, .sqsGroupReady]) == 0)
        #expect(self.run.failures == 0)
    }

    @Test func `a shorter retention holds for messages that are there`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        self.bench.bench.advance(seconds: 100)
        try self.bench.set(url, ["MessageRetentionPeriod": "60"])
        self.bench.bench.advance(seconds: 60)
        #expect(try self.bench.counts(url) == [0, 0, 0])
    }

    @Test func `a FIFO group goes on behind messages that were too old`() throws {
        let url = try self.bench.create("q.fifo", ["MessageRetentionPeriod": "60", "VisibilityTimeout": "600"])
        try self.bench.send(url, "old", group: "g", id: "1")
        _ = try self.bench.receive(url)
        self.bench.bench.advance(seconds: 50)
        try self.bench.send(url, "young", group: "g", id: "2")
        self.bench.bench.advance(seconds: 55)
        #expect(try self.bench.bodies(url, 10) == ["young"])
    }

    @Test func `a thousand queues are gone round`() throws {
        for number in 0..<1_000 { try self.bench.create("q\(number)", ["MessageRetentionPeriod": "60"]) }
        for number in [0, 300, 999] { try self.bench.send(QueueBench.url("q\(number)"), "x") }
        self.bench.bench.advance(seconds: 121)
        #expect(try self.records([.sqsMessage]) == 0)
    }

    @Test func `names of deleted queues and old deduplication ids are forgotten`() throws {
        let gone = try self.bench.create("gone")
        _ = try self.bench.run(DeleteQueue.self, DeleteQueueInput(queueUrl: gone))
        let url = try self.bench.create("q.fifo")
        try self.bench.send(url, "x", group: "g", id: "1")
        #expect(try self.records([.sqsDeletedName, .sqsDeduplication]) == 2)
        self.bench.bench.advance(seconds: 121)
        #expect(try self.records([.sqsDeletedName]) == 0)
        self.bench.bench.advance(seconds: 600)
        #expect(try self.records([.sqsDeduplication]) == 0)
    }
}
