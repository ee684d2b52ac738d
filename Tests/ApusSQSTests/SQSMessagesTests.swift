import ApusBase
import ApusService
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct SQSMessagesTests {
    private let bench = QueueBench()
    private let arn = QueueBench.arn("q")
    private let service = Principal.service(
        ServiceIdentity(name: "s3.amazonaws.com", sourceARN: "arn:aws:s3:::b", sourceAccount: TestBench.account))

    private func port<Result: Sendable>(
        as principal: Principal? = nil, _ body: @escaping @Sendable (inout Call) throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        try self.bench.bench.transact(as: principal, body)
    }

    @Test func `a message that a service sends is like any other`() throws {
        let url = try self.bench.create("q")
        let arn = self.arn
        try self.port(as: self.service) { (call) throws(ServiceError) in
            try SQS.messages.send(OutgoingMessage(body: "x", attributes: ["a": "b"]), to: arn, in: &call)
        }
        let message = try #require(
            try self.bench.run(
                ReceiveMessage.self,
                ReceiveMessageInput(
                    queueUrl: url, messageSystemAttributeNames: ["SenderId"], messageAttributeNames: ["All"])
            ).messages?.first)
        #expect(message.body == "x")
        #expect(message.attributes == ["SenderId": "s3.amazonaws.com"])
        #expect(message.messageAttributes == ["a": MessageAttributeValue(dataType: "String", stringValue: "b")])
        #expect(self.bench.authorizer.demands.contains { $0.action == "sqs:SendMessage" && $0.resource == arn })
    }

    @Test func `a service that may not send does not`() throws {
        let url = try self.bench.create("q")
        let arn = self.arn
        self.bench.authorizer.refuse(["sqs:SendMessage"])
        #expect(throws: ServiceError.self) {
            try self.port { (call) throws(ServiceError) in
                try SQS.messages.send(OutgoingMessage(body: "x"), to: arn, in: &call)
            }
        }
        self.bench.authorizer.refuse([])
        #expect(try self.bench.bodies(url) == [])
    }

    @Test func `a queue is described`() throws {
        try self.bench.create("q.fifo", ["VisibilityTimeout": "7"])
        let description = try self.port { (call) throws(ServiceError) in
            try SQS.messages.describe(QueueBench.arn("q.fifo"), in: &call)
        }
        #expect(description.isFIFO)
        #expect(description.visibilityTimeoutSeconds == 7)
        #expect(throws: SQSError.queueDoesNotExist("The specified queue does not exist.")) {
            _ = try self.port { (call) throws(ServiceError) in
                try SQS.messages.describe(QueueBench.arn("gone"), in: &call)
            }
        }
    }

    @Test func `messages are received with all that an event shows, given back and deleted`() throws {
        let url = try self.bench.create("q", ["VisibilityTimeout": "30"])
        let arn = self.arn
        for body in ["a", "b", "c"] { try self.bench.send(url, body) }
        let messages = try self.port { (call) throws(ServiceError) in
            try SQS.messages.receive(arn, limit: 100, in: &call)
        }
        #expect(messages.map { $0.body } == ["a", "b", "c"])
        #expect(
            Set(messages[0].systemAttributes.keys) == [
                "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp",
            ])
        let receipts = messages.map { $0.receipt }
        try self.port { (call) throws(ServiceError) in
            try SQS.messages.changeVisibility(arn, receipts: [receipts[0], "nonsense"], seconds: 0, in: &call)
            try SQS.messages.delete(arn, receipts: [receipts[1], "nonsense"], in: &call)
        }
        #expect(try self.bench.counts(url) == [1, 1, 0])
        #expect(try self.bench.bodies(url, 10) == ["a"])
    }

    @Test func `looking tells whether there is something, and else what to wait for`() throws {
        let url = try self.bench.create("q")
        let arn = self.arn
        func look() throws -> Sight {
            try self.port { (call) throws(ServiceError) in try SQS.messages.look(arn, in: &call) }
        }
        guard case .nothing(_, wakeAt: nil) = try look() else { return #expect(Bool(false)) }
        try self.bench.send(url, "x", delay: 10)
        let due = self.bench.now + 10_000
        guard case .nothing(_, wakeAt: let wake) = try look() else { return #expect(Bool(false)) }
        #expect(wake == due)
        self.bench.bench.advance(seconds: 10)
        guard case .something = try look() else { return #expect(Bool(false)) }
    }

    @Test func `one receive hands out no more than an event may have`() throws {
        let url = try self.bench.create("q")
        let arn = self.arn
        for _ in 0..<6 { try self.bench.send(url, String(repeating: "x", count: 1_000_000)) }
        let messages = try self.port { (call) throws(ServiceError) in
            try SQS.messages.receive(arn, limit: 10, in: &call)
        }
        #expect(messages.count == 5)
    }
}
