import ApusService
import Testing

@testable import ApusSQS

@Suite struct QueueAttributesTests {
    private func error(_ texts: [String: String], _ kind: QueueKind = .standard) -> APIError? {
        var attributes = QueueAttributes(kind)
        do throws(ServiceError) {
            try attributes.set(texts)
            return nil
        } catch {
            return error.apiError
        }
    }

    @Test func `the defaults are those of the API reference`() {
        let attributes = QueueAttributes(.standard)
        #expect(attributes.text(.visibilityTimeout) == "30")
        #expect(attributes.text(.maximumMessageSize) == "1048576")
        #expect(attributes.text(.messageRetentionPeriod) == "345600")
        #expect(attributes.text(.delaySeconds) == "0")
        #expect(attributes.text(.receiveMessageWaitTimeSeconds) == "0")
        #expect(attributes.text(.fifoQueue) == nil)
        #expect(QueueAttributes(.fifo).text(.deduplicationScope) == "queue")
        #expect(QueueAttributes(.fifo).text(.fifoThroughputLimit) == "perQueue")
    }

    @Test(
        arguments: [
            ("VisibilityTimeout", 0, 43_200), ("MaximumMessageSize", 1_024, 1_048_576),
            ("MessageRetentionPeriod", 60, 1_209_600), ("DelaySeconds", 0, 900),
            ("ReceiveMessageWaitTimeSeconds", 0, 20),
            ("KmsDataKeyReusePeriodSeconds", 60, 86_400),
        ])
    func `numbers keep to their ranges`(name: String, low: Int, high: Int) {
        #expect(self.error([name: String(low)]) == nil)
        #expect(self.error([name: String(high)]) == nil)
        for text in [String(low - 1), String(high + 1), "", "x", "1.5"] {
            let error = self.error([name: text])
            #expect(error?.code == "InvalidAttributeValue")
            #expect(error?.message == "Invalid value for the parameter \(name).")
        }
    }

    @Test(arguments: ["Foo", "All", "QueueArn", "ApproximateNumberOfMessages", "CreatedTimestamp", "visibilityTimeout"])
    func `names that cannot be set are unknown`(name: String) {
        let error = self.error([name: "1"])
        #expect(error?.code == "InvalidAttributeName")
        #expect(error?.message == "Unknown Attribute \(name).")
    }

    @Test(arguments: ["FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"])
    func `standard queues do not know what FIFO queues have`(name: String) {
        #expect(self.error([name: "false"])?.message == "Unknown Attribute \(name).")
    }

    @Test func `a FIFO queue stays one`() {
        #expect(self.error(["FifoQueue": "true"], .fifo) == nil)
        #expect(self.error(["FifoQueue": "false"], .fifo)?.code == "InvalidAttributeValue")
    }

    @Test func `throughput per group needs deduplication per group`() {
        #expect(self.error(["FifoThroughputLimit": "perMessageGroupId"], .fifo)?.code == "InvalidAttributeValue")
        let both = ["FifoThroughputLimit": "perMessageGroupId", "DeduplicationScope": "messageGroup"]
        #expect(self.error(both, .fifo) == nil)
    }

    @Test func `a policy is a JSON object with statements, and an empty one is none`() throws {
        var attributes = QueueAttributes(.standard)
        let policy = #"{"Version":"2012-10-17","Statement":[]}"#
        try attributes.set(["Policy": policy])
        #expect(attributes.text(.policy) == policy)
        try attributes.set(["Policy": ""])
        #expect(attributes.text(.policy) == nil)
        #expect(self.error(["Policy": "{"])?.message == "Invalid value for the parameter Policy.")
        #expect(self.error(["Policy": "[]"]) != nil)
    }

    @Test func `a KMS key is refused, since nothing would be encrypted with it`() {
        #expect(self.error(["KmsMasterKeyId": "alias/aws/sqs"])?.code == "UnsupportedOperation")
        #expect(self.error(["KmsMasterKeyId": ""]) == nil)
    }

    @Test func `managed encryption can be set and is shown, and changes nothing else`() throws {
        var attributes = QueueAttributes(.standard)
        #expect(attributes.text(.sqsManagedSseEnabled) == "true")
        try attributes.set(["SqsManagedSseEnabled": "false"])
        #expect(attributes.text(.sqsManagedSseEnabled) == "false")
    }
}
