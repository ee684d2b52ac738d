import ApusBase
import ApusService
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct DeadLetterTests {
    private let bench = QueueBench()

    /// A queue and its dead-letter queue.
    private func create(_ suffix: String = "", receives: Int = 2) throws -> (source: String, dead: String) {
        let dead = try self.bench.create("dead\(suffix)")
        let policy = #"{"deadLetterTargetArn":"\#(QueueBench.arn("dead\(suffix)"))","maxReceiveCount":\#(receives)}"#
        return (try self.bench.create("q\(suffix)", ["RedrivePolicy": policy]), dead)
    }

    @Test func `a message that was received often enough goes to the dead-letter queue at the next receive`() throws {
        let (source, dead) = try self.create()
        let sent = try self.bench.send(source, "x")
        for _ in 0..<2 { #expect(try self.bench.bodies(source, timeout: 0) == ["x"]) }
        #expect(try self.bench.bodies(dead) == [])
        #expect(try self.bench.bodies(source, timeout: 0) == [])
        #expect(try self.bench.counts(source) == [0, 0, 0])
        let message = try #require(try self.bench.receive(dead).first)
        #expect(message.messageId == sent.messageId)
        #expect(message.body == "x")
    }

    @Test func `a receive gives other messages while it moves one`() throws {
        let (source, dead) = try self.create(receives: 1)
        try self.bench.send(source, "poison")
        _ = try self.bench.receive(source, timeout: 0)
        try self.bench.send(source, "good")
        #expect(try self.bench.bodies(source, 10) == ["good"])
        #expect(try self.bench.bodies(dead) == ["poison"])
    }

    @Test func `it keeps its attributes, and tells where it came from and how often it was received`() throws {
        let (source, dead) = try self.create()
        let attributes = ["a": MessageAttributeValue(dataType: "Number", stringValue: "1")]
        _ = try self.bench.run(
            SendMessage.self, SendMessageInput(queueUrl: source, messageBody: "x", messageAttributes: attributes))
        self.bench.bench.advance(seconds: 1)
        for _ in 0..<3 { _ = try self.bench.receive(source, timeout: 0) }
        self.bench.bench.advance(seconds: 1)
        let message = try #require(
            try self.bench.run(
                ReceiveMessage.self,
                ReceiveMessageInput(
                    queueUrl: dead, messageSystemAttributeNames: ["All"], messageAttributeNames: ["All"])
            ).messages?.first)
        #expect(message.messageAttributes == attributes)
        #expect(
            message.attributes == [
                "SenderId": TestBench.account, "SentTimestamp": "1767225600000", "ApproximateReceiveCount": "3",
                "ApproximateFirstReceiveTimestamp": "1767225601000",
                "DeadLetterQueueSourceArn": QueueBench.arn("q"),
            ])
    }

    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
    @Test func `in a standard queue its age counts from when it was first sent`() throws {
        let (source, dead) = try self.create(receives: 1)
        try self.bench.set(dead, ["MessageRetentionPeriod": "120"])
        try self.bench.send(source, "x")
        self.bench.bench.advance(seconds: 90)
        for _ in 0..<2 { _ = try self.bench.receive(source, timeout: 0) }
        #expect(try self.bench.counts(dead) == [1, 0, 0])
        self.bench.bench.clock.advance(milliseconds: 30_000)
        #expect(try self.bench.bodies(dead) == [])
    }

    @Test func `in a FIFO queue its age counts from when it was moved`() throws {
        let (source, dead) = try self.create(".fifo", receives: 1)
        try self.bench.set(dead, ["MessageRetentionPeriod": "120"])
        try self.bench.send(source, "x", group: "g", id: "1")
        self.bench.bench.advance(seconds: 90)
        for _ in 0..<2 { _ = try self.bench.receive(source, timeout: 0) }
        self.bench.bench.clock.advance(milliseconds: 119_999)
        let message = try #require(try self.bench.receive(dead, timeout: 0, system: ["All"]).first)
        #expect(message.attributes?["SentTimestamp"] == "1767225690000")
        #expect(message.attributes?["MessageGroupId"] == "g")
        #expect(message.attributes?["MessageDeduplicationId"] == message.messageId)
        self.bench.bench.clock.advance(milliseconds: 1)
        #expect(try self.bench.bodies(dead) == [])
    }

    @Test func `in a FIFO queue the next message of the group follows`() throws {
        let (source, dead) = try self.create(".fifo", receives: 1)
        for body in ["1", "2"] { try self.bench.send(source, body, group: "g", id: body) }
        #expect(try self.bench.bodies(source, 1, timeout: 0) == ["1"])
        #expect(try self.bench.bodies(source, 1, timeout: 30) == ["2"])
        #expect(try self.bench.bodies(dead) == ["1"])
    }

    @Test func `a waiting receive of the dead-letter queue is woken`() throws {
        let (source, dead) = try self.create(receives: 1)
        let waiting = self.bench.bench.poll(
            ReceiveMessage.self, ReceiveMessageInput(queueUrl: dead, waitTimeSeconds: 20)
        ).answer
        try self.bench.send(source, "x")
        for _ in 0..<2 { _ = try self.bench.receive(source, timeout: 0) }
        #expect(try waiting.peek?.get().messages?.first?.body == "x")
    }

    @Test func `without its dead-letter queue a message stays`() throws {
        let (source, dead) = try self.create(receives: 1)
        _ = try self.bench.run(DeleteQueue.self, DeleteQueueInput(queueUrl: dead))
        try self.bench.send(source, "x")
        for _ in 0..<4 { #expect(try self.bench.bodies(source, timeout: 0) == ["x"]) }
    }

    @Test func `a dead-letter queue may have one of its own`() throws {
        let (source, dead) = try self.create(receives: 1)
        let last = try self.bench.create("last")
        try self.bench.set(
            dead, ["RedrivePolicy": #"{"deadLetterTargetArn":"\#(QueueBench.arn("last"))","maxReceiveCount":1}"#])
        try self.bench.send(source, "x")
        for _ in 0..<2 { _ = try self.bench.receive(source, timeout: 0) }
        for _ in 0..<2 { _ = try self.bench.receive(dead, timeout: 0) }
        let message = try #require(try self.bench.receive(last, system: ["All"]).first)
        #expect(message.attributes?["ApproximateReceiveCount"] == "3")
        #expect(message.attributes?["DeadLetterQueueSourceArn"] == QueueBench.arn("dead"))
    }

    @Test func `one receive moves a bounded number, and those after it the rest`() throws {
        let (source, dead) = try self.create(receives: 1)
        for number in 0..<50 { try self.bench.send(source, "\(number)") }
        for _ in 0..<5 { #expect(try self.bench.receive(source, 10, timeout: 1).count == 10) }
        self.bench.bench.advance(seconds: 1)
        var receives = 0
        while try self.bench.counts(source) != [0, 0, 0] {
            #expect(try self.bench.receive(source, 10, timeout: 0).isEmpty)
            receives += 1
        }
        #expect(receives == 3)
        #expect(try self.bench.counts(dead) == [50, 0, 0])
    }
}
