import ApusService
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct QueueSettingsTests {
    private let bench = QueueBench()

    @Test func `settings change, and so does the time of the change`() throws {
        let url = try self.bench.create("q")
        self.bench.bench.advance(seconds: 5)
        try self.bench.set(url, ["VisibilityTimeout": "1", "ReceiveMessageWaitTimeSeconds": "2"])
        let attributes = try self.bench.attributes(url)
        #expect(attributes["VisibilityTimeout"] == "1")
        #expect(attributes["ReceiveMessageWaitTimeSeconds"] == "2")
        #expect(attributes["CreatedTimestamp"] == "1767225600")
        #expect(attributes["LastModifiedTimestamp"] == "1767225605")
    }

    @Test func `of several settings none changes when one is refused`() throws {
        let url = try self.bench.create("q")
        let error = self.bench.refusal { () throws(ServiceError) in
            try self.bench.set(url, ["DelaySeconds": "1", "VisibilityTimeout": "-1"])
        }
        #expect(error?.code == "InvalidAttributeValue")
        #expect(try self.bench.attributes(url)["DelaySeconds"] == "0")
    }

    @Test func `only attributes that are asked for are answered`() throws {
        let url = try self.bench.create("q")
        #expect(
            try self.bench.attributes(url, ["QueueArn", "DelaySeconds"]) == [
                "QueueArn": QueueBench.arn("q"), "DelaySeconds": "0",
            ])
        let none = try self.bench.run(GetQueueAttributes.self, GetQueueAttributesInput(queueUrl: url))
        #expect(none.attributes == nil)
    }

    @Test func `an unknown attribute cannot be asked for`() throws {
        let url = try self.bench.create("q")
        let error = self.bench.refusal { () throws(ServiceError) in _ = try self.bench.attributes(url, ["Foo"]) }
        #expect(error?.code == "InvalidAttributeName")
        #expect(error?.message == "Unknown Attribute Foo.")
    }

    @Test func `all attributes of a standard queue are those that AWS shows`() throws {
        let url = try self.bench.create("q")
        #expect(
            Set(try self.bench.attributes(url).keys) == [
                "QueueArn", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
                "ApproximateNumberOfMessagesDelayed", "CreatedTimestamp", "LastModifiedTimestamp", "VisibilityTimeout",
                "MaximumMessageSize", "MessageRetentionPeriod", "DelaySeconds", "ReceiveMessageWaitTimeSeconds",
                "SqsManagedSseEnabled",
            ])
    }

    @Test func `a FIFO queue has four more`() throws {
        let attributes = try self.bench.attributes(try self.bench.create("q.fifo"))
        #expect(attributes["FifoQueue"] == "true")
        #expect(attributes["ContentBasedDeduplication"] == "false")
        #expect(attributes["DeduplicationScope"] == "queue")
        #expect(attributes["FifoThroughputLimit"] == "perQueue")
    }

    @Test func `the URL must be one`() {
        let error = self.bench.refusal { () throws(ServiceError) in _ = try self.bench.attributes("nonsense") }
        #expect(error?.code == "InvalidAddress")
        #expect(error?.message == "The address nonsense is not valid for this endpoint.")
    }

    @Test func `only account and name of the URL matter`() throws {
        try self.bench.create("q")
        let url = "https://sqs.us-east-1.amazonaws.com/123456789012/q"
        #expect(try self.bench.attributes(url, ["QueueArn"])["QueueArn"] == QueueBench.arn("q"))
    }

    @Test func `counts tell visible, received and delayed messages apart`() throws {
        let url = try self.bench.create("q")
        for number in 0..<5 { try self.bench.send(url, "\(number)") }
        try self.bench.send(url, "late", delay: 10)
        _ = try self.bench.receive(url, 2, timeout: 5)
        #expect(try self.bench.counts(url) == [3, 2, 1])
        self.bench.bench.advance(seconds: 5)
        #expect(try self.bench.counts(url) == [5, 0, 1])
        self.bench.bench.advance(seconds: 5)
        #expect(try self.bench.counts(url) == [6, 0, 0])
    }

    // MARK: Tags

    @Test func `tags are added, overwritten and removed`() throws {
        let url = try self.bench.create("q")
        _ = try self.bench.run(TagQueue.self, TagQueueInput(queueUrl: url, tags: ["a": "1", "b": "2"]))
        _ = try self.bench.run(TagQueue.self, TagQueueInput(queueUrl: url, tags: ["b": "3", "c": ""]))
        #expect(
            try self.bench.run(ListQueueTags.self, ListQueueTagsInput(queueUrl: url)).tags == [
                "a": "1", "b": "3", "c": "",
            ])
        _ = try self.bench.run(UntagQueue.self, UntagQueueInput(queueUrl: url, tagKeys: ["a", "c", "x"]))
        #expect(try self.bench.run(ListQueueTags.self, ListQueueTagsInput(queueUrl: url)).tags == ["b": "3"])
        _ = try self.bench.run(UntagQueue.self, UntagQueueInput(queueUrl: url, tagKeys: ["b"]))
        #expect(try self.bench.run(ListQueueTags.self, ListQueueTagsInput(queueUrl: url)).tags == nil)
    }

    @Test func `a queue has at most fifty tags, with keys of 1 to 128 and values of up to 256 characters`() throws {
        let url = try self.bench.create("q")
        func error(_ tags: [String: String]) -> APIError? {
            self.bench.refusal { () throws(ServiceError) in
                _ = try self.bench.run(TagQueue.self, TagQueueInput(queueUrl: url, tags: tags))
            }
        }
        var tags: [String: String] = [:]
        for number in 0..<51 { tags["k\(number)"] = "v" }
        #expect(error(tags)?.message == "Too many tags added for queue q.")
        tags["k0"] = nil
        #expect(error(tags) == nil)
        #expect(error(["": "v"])?.oldCode == "InvalidParameterValue")
        #expect(error([String(repeating: "k", count: 129): "v"]) != nil)
        #expect(error(["k1": String(repeating: "v", count: 257)]) != nil)
        #expect(error(["aws:k": "v"]) != nil)
    }
}
