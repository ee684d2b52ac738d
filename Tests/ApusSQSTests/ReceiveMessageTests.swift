import ApusBase
import ApusService
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct ReceiveMessageTests {
    private let bench = QueueBench()

    private func error(_ input: ReceiveMessageInput) -> APIError? {
        self.bench.refusal { () throws(ServiceError) in _ = try self.bench.run(ReceiveMessage.self, input) }
    }

    @Test func `an empty queue gives nothing`() throws {
        let url = try self.bench.create("q")
        #expect(try self.bench.run(ReceiveMessage.self, ReceiveMessageInput(queueUrl: url)).messages == nil)
    }

    @Test func `one message is received unless more are asked for`() throws {
        let url = try self.bench.create("q")
        for body in ["a", "b", "c"] { try self.bench.send(url, body) }
        #expect(try self.bench.run(ReceiveMessage.self, ReceiveMessageInput(queueUrl: url)).messages?.count == 1)
        #expect(try self.bench.bodies(url, 10) == ["b", "c"])
    }

    @Test func `a received message is hidden for the queue's time-out`() throws {
        let url = try self.bench.create("q", ["VisibilityTimeout": "3"])
        try self.bench.send(url, "x")
        #expect(try self.bench.bodies(url) == ["x"])
        self.bench.bench.advance(milliseconds: 2_999)
        #expect(try self.bench.bodies(url) == [])
        self.bench.bench.advance(milliseconds: 1)
        #expect(try self.bench.bodies(url) == ["x"])
    }

    @Test func `a receive can have a time-out of its own, even none`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        #expect(try self.bench.bodies(url, timeout: 0) == ["x"])
        #expect(try self.bench.bodies(url, timeout: 60) == ["x"])
        self.bench.bench.advance(seconds: 59)
        #expect(try self.bench.bodies(url) == [])
        self.bench.bench.advance(seconds: 1)
        #expect(try self.bench.bodies(url) == ["x"])
    }

    @Test func `system attributes tell sender, times and receives`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        self.bench.bench.advance(milliseconds: 1_500)
        _ = try self.bench.receive(url, timeout: 0)
        self.bench.bench.advance(milliseconds: 1_000)
        let message = try #require(try self.bench.receive(url, system: ["All"]).first)
        #expect(
            message.attributes == [
                "SenderId": TestBench.account, "SentTimestamp": "1767225600000", "ApproximateReceiveCount": "2",
                "ApproximateFirstReceiveTimestamp": "1767225601500",
            ])
    }

    @Test func `the older parameter names system attributes too`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x", group: "g")
        let input = ReceiveMessageInput(
            queueUrl: url, attributeNames: ["MessageGroupId"], messageSystemAttributeNames: ["ApproximateReceiveCount"])
        let message = try self.bench.run(ReceiveMessage.self, input).messages?.first
        #expect(message?.attributes == ["MessageGroupId": "g", "ApproximateReceiveCount": "1"])
    }

    @Test func `each receive gives another handle`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        let first = try self.bench.receive(url, timeout: 0).first?.receiptHandle
        let second = try self.bench.receive(url, timeout: 0).first?.receiptHandle
        #expect(first != nil && first != second)
    }

    @Test func `messages come in the order of sending, those due again first`() throws {
        let url = try self.bench.create("q")
        for number in 0..<6 { try self.bench.send(url, "\(number)") }
        #expect(try self.bench.bodies(url, 3, timeout: 1) == ["0", "1", "2"])
        self.bench.bench.advance(seconds: 1)
        #expect(try self.bench.bodies(url, 10) == ["0", "1", "2", "3", "4", "5"])
    }

    @Test func `a message is hidden once it is older than the queue keeps it`() throws {
        let url = try self.bench.create("q", ["MessageRetentionPeriod": "60"])
        try self.bench.send(url, "old")
        self.bench.bench.clock.advance(milliseconds: 30_000)
        try self.bench.send(url, "young")
        self.bench.bench.clock.advance(milliseconds: 30_000)
        #expect(try self.bench.bodies(url, 10) == ["young"])
    }

    @Test(arguments: [0, 11])
    func `a receive asks for 1 to 10 messages`(count: Int) throws {
        let url = try self.bench.create("q")
        let error = self.error(ReceiveMessageInput(queueUrl: url, maxNumberOfMessages: count))
        #expect(error?.oldCode == "InvalidParameterValue")
        #expect(
            error?.message
                == "Value \(count) for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if "
                + "provided."
        )
    }

    @Test func `time-outs and waits keep to their ranges`() throws {
        let url = try self.bench.create("q")
        #expect(
            self.error(ReceiveMessageInput(queueUrl: url, visibilityTimeout: 43_201))?.message
                == "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if "
                + "provided."
        )
        #expect(
            self.error(ReceiveMessageInput(queueUrl: url, waitTimeSeconds: 21))?.message
                == "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.")
        #expect(
            self.error(ReceiveMessageInput(queueUrl: url, receiveRequestAttemptId: "a b"))?.oldCode
                == "InvalidParameterValue")
    }

    @Test func `at most 120,000 messages are in flight`() throws {
        let url = try self.bench.create("q")
        for _ in 0..<3 { try self.bench.send(url, "x") }
        _ = try self.bench.bench.transact { (call) throws(ServiceError) in
            let queue = try Queue.authorized(url: url, "test", in: &call)
            var open = try OpenQueue(queue, in: &call)
            open.state.received = 119_999
            try open.save(in: &call)
        }
        #expect(try self.bench.receive(url, 10).count == 1)
        let error = self.error(ReceiveMessageInput(queueUrl: url))
        #expect(error?.code == "OverLimit")
        #expect(error?.status == 403)
    }

    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
    @Test func `who waits hears nothing of too many messages in flight, and gets one when there is room again`() throws
    {
        let url = try self.bench.create("q")
        for _ in 0..<3 { try self.bench.send(url, "x") }
        let held = try #require(try self.bench.receive(url, 1, timeout: 600).first)
        _ = try self.bench.bench.transact { (call) throws(ServiceError) in
            let queue = try Queue.authorized(url: url, "test", in: &call)
            var open = try OpenQueue(queue, in: &call)
            open.state.received = 120_000
            try open.save(in: &call)
        }
        let waiting = self.bench.bench.poll(
            ReceiveMessage.self, ReceiveMessageInput(queueUrl: url, waitTimeSeconds: 20)
        ).answer
        #expect(waiting.peek == nil)
        try self.bench.delete(url, held)
        #expect(try waiting.peek?.get().messages?.count == 1)
        let patient = self.bench.bench.poll(
            ReceiveMessage.self, ReceiveMessageInput(queueUrl: url, waitTimeSeconds: 1)
        ).answer
        self.bench.bench.advance(seconds: 1)
        #expect(try patient.taken().get().messages == nil)
    }
}
