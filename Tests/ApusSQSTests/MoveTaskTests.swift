import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusSQS

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
@Suite struct MoveTaskTests {
    private let move = MoveBench()
    private var bench: QueueBench { self.move.bench }

    @Test func `without a destination messages go back to the queues that they came from`() throws {
        let a = try self.move.create("a", dead: "dead")
        let b = try self.move.create("b", dead: "dead")
        try self.move.kill(a, ["1"])
        try self.move.kill(b, ["2"])
        try self.move.kill(a, ["3"])
        try self.move.start("dead")
        #expect(try self.bench.bodies(a, 10) == ["1", "3"])
        #expect(try self.bench.bodies(b, 10) == ["2"])
        let task = try #require(try self.move.tasks("dead").first)
        #expect(task.status == "COMPLETED")
        #expect(task.approximateNumberOfMessagesMoved == 3)
        #expect(task.approximateNumberOfMessagesToMove == 3)
        #expect(task.sourceArn == QueueBench.arn("dead"))
        #expect(task.destinationArn == nil && task.maxNumberOfMessagesPerSecond == nil && task.failureReason == nil)
        #expect(task.startedTimestamp == 1_767_225_600_000)
    }

    @Test func `with a destination all go there`() throws {
        let a = try self.move.create("a", dead: "dead")
        let other = try self.bench.create("other")
        try self.move.kill(a, (1...5).map { "\($0)" })
        try self.bench.send(QueueBench.url("dead"), "sent here")
        try self.move.start("dead", to: "other")
        #expect(try self.bench.bodies(other, 10) == ["1", "2", "3", "4", "5", "sent here"])
        #expect(try self.move.tasks("dead").first?.destinationArn == QueueBench.arn("other"))
    }

    @Test func `a moved message is a new one, with the old one's contents`() throws {
        let a = try self.move.create("a", dead: "dead")
        let attributes = ["k": MessageAttributeValue(dataType: "String", stringValue: "v")]
        let sent = try self.bench.run(
            SendMessage.self, SendMessageInput(queueUrl: a, messageBody: "x", messageAttributes: attributes))
        for _ in 0..<2 { _ = try self.bench.receive(a, timeout: 0) }
        self.bench.bench.advance(seconds: 100)
        try self.move.start("dead")
        let input = ReceiveMessageInput(
            queueUrl: a, messageSystemAttributeNames: ["All"], messageAttributeNames: ["All"])
        let message = try #require(try self.bench.run(ReceiveMessage.self, input).messages?.first)
        #expect(message.body == "x" && message.messageAttributes == attributes)
        #expect(message.messageId != sent.messageId)
        #expect(message.attributes?["SentTimestamp"] == "1767225700000")
        #expect(message.attributes?["ApproximateReceiveCount"] == "1")
        #expect(message.attributes?["DeadLetterQueueSourceArn"] == nil)
    }

    @Test func `its retention begins anew`() throws {
        let a = try self.move.create("a", dead: "dead")
        try self.bench.set(a, ["MessageRetentionPeriod": "120"])
        try self.move.kill(a, ["x"])
        self.bench.bench.clock.advance(milliseconds: 100_000)
        try self.move.start("dead")
        self.bench.bench.clock.advance(milliseconds: 119_000)
        #expect(try self.bench.bodies(a) == ["x"])
    }

    @Test func `messages in flight and messages that are too old are not moved`() throws {
        let a = try self.move.create("a", dead: "dead")
        let dead = QueueBench.url("dead")
        try self.move.kill(a, ["old"])
        try self.bench.set(dead, ["MessageRetentionPeriod": "60"])
        self.bench.bench.clock.advance(milliseconds: 60_000)
        try self.move.kill(a, ["held", "free"])
        #expect(try self.bench.bodies(dead, 1, timeout: 100) == ["held"])
        try self.move.start("dead")
        #expect(try self.bench.bodies(a, 10) == ["free"])
        #expect(try self.bench.counts(dead) == [0, 1, 0])
        #expect(try self.move.tasks("dead").first?.approximateNumberOfMessagesMoved == 1)
    }

    @Test func `a message received before and visible again is moved`() throws {
        let a = try self.move.create("a", dead: "dead")
        try self.move.kill(a, ["x"])
        _ = try self.bench.receive(QueueBench.url("dead"), timeout: 0)
        try self.move.start("dead")
        #expect(try self.bench.bodies(a) == ["x"])
        #expect(try self.bench.audit("dead").failures == [])
    }

    @Test func `the destination's delay holds for moved messages`() throws {
        let a = try self.move.create("a", dead: "dead")
        try self.move.kill(a, ["x"])
        try self.bench.set(a, ["DelaySeconds": "5"])
        try self.move.start("dead")
        #expect(try self.bench.counts(a) == [0, 0, 1])
        self.bench.bench.advance(seconds: 5)
        #expect(try self.bench.bodies(a) == ["x"])
    }

    @Test func `a receive that waits at the destination is woken`() throws {
        let a = try self.move.create("a", dead: "dead")
        try self.move.kill(a, ["x"])
        let waiting = self.bench.bench.poll(
            ReceiveMessage.self, ReceiveMessageInput(queueUrl: a, waitTimeSeconds: 20)
        ).answer
        try self.move.start("dead")
        #expect(try waiting.peek?.get().messages?.first?.body == "x")
    }

    @Test func `many are moved in bounded steps, in their order`() throws {
        let a = try self.move.create("a", dead: "dead")
        try self.bench.create("other")
        for number in 0..<250 { try self.bench.send(QueueBench.url("dead"), "\(number)") }
        try self.move.start("dead", to: "other")
        let moved = try self.bench.audit("other").messages.map { $0.record.body }
        #expect(moved == (0..<250).map { "\($0)" })
        #expect(try self.bench.audit("dead").failures == [] && self.bench.counts(QueueBench.url("dead")) == [0, 0, 0])
        _ = a
    }

    @Test func `messages that come back at once do not go round for ever`() throws {
        let a = try self.move.create("a", dead: "dead")
        try self.move.kill(a, ["1", "2", "3"])
        try self.move.start("dead", rate: 1)
        for _ in 0..<20 {
            for _ in 0..<2 { _ = try self.bench.receive(a, 10, timeout: 0) }
            self.bench.bench.advance(seconds: 1)
        }
        #expect(try self.move.statuses("dead") == ["COMPLETED"])
        #expect(try self.move.tasks("dead").first?.approximateNumberOfMessagesMoved == 3)
    }

    @Test func `an empty queue's task is done at once`() throws {
        _ = try self.move.create("a", dead: "dead")
        try self.move.start("dead")
        #expect(try self.move.statuses("dead") == ["COMPLETED"])
    }

    // MARK: FIFO

    @Test func `a FIFO queue's groups keep their order, their messages, and their ids`() throws {
        let a = try self.move.create("a.fifo", dead: "dead.fifo")
        for number in 0..<6 { try self.move.kill(a, ["\(number)"], group: "g\(number % 2)") }
        try self.move.start("dead.fifo")
        let messages = try self.bench.audit("a.fifo").messages.map { $0.record }
        for group in ["g0", "g1"] {
            let bodies = messages.filter { $0.group == group }.map { $0.body }
            #expect(bodies == bodies.sorted() && bodies.count == 3)
        }
        #expect(Set(try self.bench.bodies(a, 10)).count == 6)
        for name in ["a.fifo", "dead.fifo"] { #expect(try self.bench.audit(name).failures == []) }
    }

    @Test func `a moved message is no duplicate, whatever was sent before`() throws {
        let a = try self.move.create("a.fifo", dead: "dead.fifo")
        try self.move.kill(a, ["x"], group: "g")
        try self.move.start("dead.fifo")
        let message = try #require(try self.bench.receive(a, system: ["All"]).first)
        #expect(message.body == "x" && message.attributes?["MessageGroupId"] == "g")
    }

    @Test func `a group of which something is in flight stays whole`() throws {
        let a = try self.move.create("a.fifo", dead: "dead.fifo")
        try self.move.kill(a, ["1", "2"], group: "g")
        try self.move.kill(a, ["3"], group: "h")
        #expect(try self.bench.bodies(QueueBench.url("dead.fifo"), 1, timeout: 100) == ["1"])
        try self.move.start("dead.fifo")
        #expect(try self.bench.audit("a.fifo").messages.map { $0.record.body } == ["3"])
        #expect(try self.bench.audit("dead.fifo").messages.map { $0.record.body } == ["1", "2"])
    }

    // MARK: Groups of standard queues

    @Test func `messages of groups that share a standard queue are moved with their groups`() throws {
        let a = try self.move.create("a", dead: "dead")
        let dead = QueueBench.url("dead")
        for number in 0..<40 { try self.bench.send(dead, "a\(number)", group: "a") }
        for number in 0..<3 { try self.bench.send(dead, "b\(number)", group: "b") }
        try self.bench.send(dead, "alone")
        #expect(try (0..<4).reduce(0) { count, _ in try count + self.bench.receive(dead, 10, timeout: 5).count } == 40)
        self.bench.bench.clock.advance(milliseconds: 5_000)
        _ = try self.bench.receive(dead, 1, timeout: 0)
        try self.bench.create("other")
        try self.move.start("dead", to: "other")
        let moved = try self.bench.audit("other").messages
        #expect(moved.count == 44)
        #expect(moved.filter { $0.record.group == "a" }.count == 40)
        for name in ["dead", "other"] { #expect(try self.bench.audit(name).failures == []) }
        _ = a
    }
}
