import ApusService
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct CreateQueueTests {
    private let bench = QueueBench()

    private func error(_ name: String, _ attributes: [String: String] = [:]) -> APIError? {
        self.bench.refusal { () throws(ServiceError) in
            _ = try self.bench.run(CreateQueue.self, CreateQueueInput(queueName: name, attributes: attributes))
        }
    }

    @Test func `a new queue's URL is endpoint, account and name`() throws {
        #expect(try self.bench.create("q") == "http://localhost:4566/123456789012/q")
    }

    @Test func `a new queue has the attributes it was given and defaults for the others`() throws {
        let url = try self.bench.create("q", ["VisibilityTimeout": "45", "MessageRetentionPeriod": "60"])
        let attributes = try self.bench.attributes(url)
        #expect(attributes["VisibilityTimeout"] == "45")
        #expect(attributes["MessageRetentionPeriod"] == "60")
        #expect(attributes["DelaySeconds"] == "0")
        #expect(attributes["QueueArn"] == "arn:aws:sqs:eu-west-1:123456789012:q")
        #expect(attributes["CreatedTimestamp"] == "1767225600")
        #expect(attributes["LastModifiedTimestamp"] == "1767225600")
        #expect(try self.bench.counts(url) == [0, 0, 0])
    }

    @Test func `creating it again with nothing different answers its URL`() throws {
        let url = try self.bench.create("q", ["VisibilityTimeout": "45", "DelaySeconds": "1"])
        #expect(try self.bench.create("q", ["VisibilityTimeout": "45"]) == url)
        #expect(try self.bench.create("q") == url)
    }

    @Test func `creating it again with a different attribute is refused`() throws {
        try self.bench.create("q", ["VisibilityTimeout": "45"])
        let error = self.error("q", ["VisibilityTimeout": "46"])
        #expect(error?.code == "QueueNameExists")
        #expect(error?.oldCode == "QueueAlreadyExists")
        #expect(
            error?.message
                == "A queue already exists with the same name and a different value for attribute VisibilityTimeout")
    }

    @Test func `a redrive policy may be written differently the second time`() throws {
        try self.bench.create("dead")
        let arn = QueueBench.arn("dead")
        let url = try self.bench.create(
            "q", ["RedrivePolicy": #"{"deadLetterTargetArn":"\#(arn)","maxReceiveCount":"3"}"#])
        #expect(
            try self.bench.create("q", ["RedrivePolicy": #"{"maxReceiveCount": 3, "deadLetterTargetArn": "\#(arn)"}"#])
                == url)
    }

    @Test func `a bad name is refused`() {
        let error = self.error("a b")
        #expect(error?.oldCode == "InvalidParameterValue")
        #expect(
            error?.message == "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
    }

    @Test func `a name with the FIFO suffix needs the attribute, and the attribute the suffix`() {
        #expect(
            self.error("q.fifo")?.message
                == "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
        #expect(
            self.error("q", ["FifoQueue": "true"])?.message
                == "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must "
                + "end with .fifo suffix and be 1 to 80 in length.")
    }

    @Test func `the attribute of FIFO queues is unknown to standard queues`() {
        let error = self.error("q", ["FifoQueue": "false"])
        #expect(error?.code == "InvalidAttributeName")
        #expect(error?.message == "Unknown Attribute FifoQueue.")
    }

    @Test func `the name of a deleted queue rests for a minute`() throws {
        let url = try self.bench.create("q")
        _ = try self.bench.run(DeleteQueue.self, DeleteQueueInput(queueUrl: url))
        self.bench.bench.advance(milliseconds: 59_999)
        let error = self.error("q")
        #expect(error?.oldCode == "AWS.SimpleQueueService.QueueDeletedRecently")
        #expect(
            error?.message
                == "You must wait 60 seconds after deleting a queue before you can create another with the same name.")
        self.bench.bench.advance(milliseconds: 1)
        #expect(self.error("q") == nil)
    }

    @Test func `a queue made again shows nothing of the one before`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "old")
        _ = try self.bench.run(DeleteQueue.self, DeleteQueueInput(queueUrl: url))
        self.bench.bench.advance(seconds: 60)
        try self.bench.create("q")
        #expect(try self.bench.receive(url, 10).isEmpty)
        #expect(try self.bench.counts(url) == [0, 0, 0])
    }

    @Test func `tags can be given, and then their permission is demanded too`() throws {
        _ = try self.bench.run(CreateQueue.self, CreateQueueInput(queueName: "q", tags: ["team": "birds"]))
        #expect(self.bench.authorizer.demands.suffix(2).map { $0.action } == ["sqs:CreateQueue", "sqs:TagQueue"])
        let tags = try self.bench.run(ListQueueTags.self, ListQueueTagsInput(queueUrl: QueueBench.url("q"))).tags
        #expect(tags == ["team": "birds"])
    }

    @Test func `a dead-letter queue must exist, be of the same kind, account and Region, and another queue`() throws {
        try self.bench.create("dead.fifo")
        let targets = [
            (QueueBench.arn("gone"), "Dead letter target does not exist."),
            (QueueBench.arn("dead.fifo"), "Dead-letter queue must be same type of queue as the source."),
            (
                "arn:aws:sqs:eu-west-1:999999999999:dead",
                "Dead-letter queue must be in the same account and Region as the source."
            ),
            (
                "arn:aws:sqs:us-east-1:123456789012:dead",
                "Dead-letter queue must be in the same account and Region as the source."
            ),
            (QueueBench.arn("q"), "Dead-letter queue must be another queue than the source."),
            ("nonsense", "Invalid value for deadLetterTargetArn."),
        ]
        for (target, reason) in targets {
            let policy = #"{"deadLetterTargetArn":"\#(target)","maxReceiveCount":3}"#
            let error = self.error("q", ["RedrivePolicy": policy])
            #expect(error?.oldCode == "InvalidParameterValue")
            #expect(error?.message == "Value \(policy) for parameter RedrivePolicy is invalid. Reason: \(reason)")
        }
    }

    @Test func `a dead-letter queue may refuse its sources`() throws {
        try self.bench.create("dead", ["RedriveAllowPolicy": #"{"redrivePermission":"denyAll"}"#])
        let policy = #"{"deadLetterTargetArn":"\#(QueueBench.arn("dead"))","maxReceiveCount":3}"#
        #expect(self.error("q", ["RedrivePolicy": policy])?.oldCode == "InvalidParameterValue")
        try self.bench.set(
            QueueBench.url("dead"),
            ["RedriveAllowPolicy": #"{"redrivePermission":"byQueue","sourceQueueArns":["\#(QueueBench.arn("q"))"]}"#])
        #expect(self.error("q", ["RedrivePolicy": policy]) == nil)
        #expect(self.error("other", ["RedrivePolicy": policy])?.oldCode == "InvalidParameterValue")
    }
}
