import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusSQS

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
@Suite struct FairQueueTests {
    private let bench = QueueBench()

    private func send(_ url: String, _ group: String?, _ count: Int) throws {
        for number in 0..<count { try self.bench.send(url, "\(group ?? "alone")\(number)", group: group) }
    }

    /// Receives so many messages, and answers how many of each group they are.
    @discardableResult
    private func take(_ url: String, _ count: Int, timeout: Int = 100) throws -> [String: Int] {
        var taken: [String: Int] = [:]
        var left = count
        while left > 0 {
            let messages = try self.bench.receive(url, min(10, left), timeout: timeout, system: ["All"])
            if messages.isEmpty { break }
            for message in messages { taken[message.attributes?["MessageGroupId"] ?? "", default: 0] += 1 }
            left -= messages.count
        }
        let name = url.split(separator: "/").last.map { String($0) } ?? ""
        #expect(try self.bench.audit(name).failures == [])
        return taken
    }

    @Test func `a noisy group's backlog does not keep others waiting`() throws {
        let url = try self.bench.create("q")
        try self.send(url, "a", 100)
        try self.take(url, 40)
        try self.send(url, "b", 1)
        #expect(try self.take(url, 2) == ["b": 1, "a": 1])
    }

    @Test func `when no other group has messages, a noisy one is served as ever`() throws {
        let url = try self.bench.create("q")
        try self.send(url, "a", 100)
        #expect(try self.take(url, 200) == ["a": 100])
        #expect(try self.bench.counts(url) == [0, 100, 0])
    }

    @Test func `messages of a noisy group that come due again yield too`() throws {
        let url = try self.bench.create("q")
        try self.send(url, "a", 100)
        try self.take(url, 40)
        try self.take(url, 40, timeout: 5)
        try self.send(url, "b", 12)
        self.bench.bench.clock.advance(milliseconds: 5_000)
        #expect(try self.take(url, 12) == ["b": 12])
        #expect(try self.bench.audit("q").tenants["a"]?.again.count == 40)
        // Those that came back come before those never received.
        #expect(Set(try self.bench.bodies(url, 10)) == Set((40..<50).map { "a\($0)" }))
        #expect(try self.take(url, 100) == ["a": 50])
    }

    @Test func `thirty messages in flight make a group noisy, fewer do not`() throws {
        let url = try self.bench.create("q")
        try self.send(url, "a", 60)
        try self.take(url, 29)
        try self.send(url, "b", 2)
        // Both have a turn, and a's came first.
        #expect(try self.take(url, 1) == ["a": 1])
        #expect(try self.take(url, 2) == ["b": 2])
    }

    @Test func `a tenth of all in flight is not too much`() throws {
        let url = try self.bench.create("q")
        try self.send(url, nil, 300)
        try self.take(url, 300)
        try self.send(url, "a", 40)
        #expect(try self.take(url, 33) == ["a": 33])
        try self.send(url, "b", 1)
        #expect(try self.take(url, 1) == ["a": 1])
        #expect(try self.take(url, 1) == ["b": 1])
    }

    @Test func `each message without a group is a tenant of its own`() throws {
        let url = try self.bench.create("q")
        try self.send(url, "a", 100)
        try self.take(url, 40)
        try self.send(url, nil, 15)
        #expect(try self.take(url, 15) == ["": 15])
    }

    @Test func `of several noisy groups that with the fewest in flight comes first`() throws {
        let url = try self.bench.create("q")
        try self.send(url, "a", 100)
        try self.take(url, 50)
        try self.send(url, "b", 100)
        #expect(try self.take(url, 35)["b"] ?? 0 >= 30)
        let tenants = try self.bench.audit("q").tenants.mapValues { $0.inFlight }
        #expect(try self.take(url, 10) == ["b": 10], "\(tenants)")
    }

    @Test func `a group whose messages are deleted is quiet again`() throws {
        let url = try self.bench.create("q")
        try self.send(url, "a", 100)
        var held: [Message] = []
        for _ in 0..<4 { held += try self.bench.receive(url, 10, timeout: 100) }
        for message in held { try self.bench.delete(url, message) }
        #expect(try self.take(url, 1) == ["a": 1])
        try self.send(url, "b", 1)
        #expect(try self.take(url, 10) == ["a": 9, "b": 1])
        #expect(try self.bench.audit("q").noisy.isEmpty)
    }

    @Test func `a group is quiet again when others have more in flight`() throws {
        let url = try self.bench.create("q")
        try self.send(url, "a", 60)
        try self.take(url, 30)
        try self.send(url, nil, 400)
        #expect(try self.take(url, 10) == ["": 10])
        #expect(try self.bench.audit("q").noisy == ["a"])
        // At 300 in flight a has no more than a tenth, and lines up behind those who wait already.
        #expect(try self.take(url, 270) == ["": 270])
        #expect(try self.bench.audit("q").noisy == [])
        #expect(try self.take(url, 121) == ["": 120, "a": 1])
    }

    @Test func `groups that are not noisy take turns`() throws {
        let url = try self.bench.create("q")
        for group in ["a", "b", "c"] { try self.send(url, group, 20) }
        #expect(try self.take(url, 9) == ["a": 3, "b": 3, "c": 3])
    }

    @Test func `messages of one group come in their order`() throws {
        let url = try self.bench.create("q")
        try self.send(url, "a", 25)
        var bodies: [String] = []
        for _ in 0..<3 { bodies += try self.bench.bodies(url, 10, timeout: 100) }
        #expect(bodies == (0..<25).map { "a\($0)" })
    }

    @Test func `messages sent before the first with a group come before it`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "1")
        try self.bench.send(url, "2", group: "a")
        try self.bench.send(url, "3")
        #expect(try self.bench.bodies(url, 10) == ["1", "2", "3"])
    }

    @Test func `a queue without groups keeps no lists, and one that is empty keeps none any more`() throws {
        let url = try self.bench.create("q")
        try self.send(url, nil, 20)
        #expect(try self.bench.audit("q").state.fair == nil)
        try self.send(url, "a", 5)
        #expect(try self.bench.audit("q").state.fair != nil)
        #expect(try self.take(url, 25) == ["": 20, "a": 5])
        #expect(try self.bench.audit("q").state.fair == nil)
        try self.send(url, nil, 1)
        #expect(try self.bench.audit("q").state.fair == nil)
        #expect(try self.take(url, 1) == ["": 1])
    }

    @Test func `a message of a noisy group that came due can still be deleted by its handle`() throws {
        let url = try self.bench.create("q")
        try self.send(url, "a", 80)
        try self.take(url, 40)
        var held: [Message] = []
        for _ in 0..<4 { held += try self.bench.receive(url, 10, timeout: 5) }
        try self.send(url, "b", 1)
        self.bench.bench.clock.advance(milliseconds: 5_000)
        #expect(try self.take(url, 1) == ["b": 1])
        for message in held { try self.bench.delete(url, message) }
        #expect(try self.take(url, 10) == [:])
        #expect(try self.bench.counts(url) == [0, 41, 0])
    }

    @Test func `delayed messages of groups come when their time has come`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x", group: "a", delay: 5)
        #expect(try self.take(url, 1) == [:])
        self.bench.bench.clock.advance(milliseconds: 5_000)
        #expect(try self.take(url, 1) == ["a": 1])
    }

    @Test func `what is too old goes, with its place in the lists`() throws {
        let url = try self.bench.create("q", ["MessageRetentionPeriod": "60"])
        try self.send(url, "a", 40)
        try self.send(url, nil, 3)
        try self.take(url, 31)
        self.bench.bench.clock.advance(milliseconds: 60_000)
        let worker = WorkerRun(RetentionWorker(), host: self.bench.bench.host)
        self.bench.bench.driver.settle()
        let audit = try self.bench.audit("q")
        #expect(audit.failures == [] && audit.messages.isEmpty && audit.tenants.isEmpty)
        #expect(worker.failures == 0)
    }

    @Test func `a purge leaves no lists`() throws {
        let url = try self.bench.create("q")
        try self.send(url, "a", 40)
        try self.take(url, 35)
        _ = try self.bench.run(PurgeQueue.self, PurgeQueueInput(queueUrl: url))
        let audit = try self.bench.audit("q")
        #expect(audit.failures == [] && audit.tenants.isEmpty && audit.listed.isEmpty && audit.turns.isEmpty)
    }

    @Test func `a message received too often goes to the dead-letter queue out of a noisy group's list`() throws {
        try self.bench.create("dead")
        let policy = #"{"deadLetterTargetArn":"\#(QueueBench.arn("dead"))","maxReceiveCount":1}"#
        let url = try self.bench.create("q", ["RedrivePolicy": policy])
        try self.send(url, "a", 40)
        try self.take(url, 40, timeout: 5)
        self.bench.bench.clock.advance(milliseconds: 5_000)
        for _ in 0..<10 { #expect(try self.bench.receive(url, 10).isEmpty) }
        #expect(try self.bench.counts(QueueBench.url("dead")) == [40, 0, 0])
        for name in ["q", "dead"] { #expect(try self.bench.audit(name).failures == []) }
    }

    /// Earlier releases kept groups of standard queues with their messages only.
    @Test func `a queue that an earlier release filled with groups works on`() throws {
        let url = try self.bench.create("q")
        try self.send(url, nil, 50)
        let held = try self.bench.receive(url, 10, timeout: 5)
        try self.bench.bench.transact { (call) throws(ServiceError) in
            for (key, message) in try call.page(MessageKey.range(), limit: 100) {
                var old = message
                old.group = "a"
                try call.put(key, old)
            }
        }
        #expect(try self.bench.audit("q").failures == [])
        try self.bench.delete(url, held[0])
        try self.send(url, "b", 5)
        #expect(try self.take(url, 10) == ["a": 10])
        self.bench.bench.clock.advance(milliseconds: 5_000)
        #expect(try self.take(url, 39) == ["a": 39])
        #expect(try self.bench.audit("q").tenants["a"]?.inFlight == 49)
        #expect(try self.take(url, 10) == ["b": 5])
    }

    @Test func `one receive without a time-out gives no message twice, even past a noisy group's`() throws {
        let url = try self.bench.create("q")
        try self.send(url, "a", 80)
        try self.take(url, 40)
        try self.take(url, 6, timeout: 5)
        try self.send(url, "b", 2)
        #expect(try self.take(url, 2, timeout: 5) == ["b": 2])
        self.bench.bench.clock.advance(milliseconds: 5_000)
        let bodies = try self.bench.bodies(url, 10, timeout: 0)
        #expect(Set(bodies).count == bodies.count && bodies.contains("b0") && bodies.contains("b1"))
    }
}
