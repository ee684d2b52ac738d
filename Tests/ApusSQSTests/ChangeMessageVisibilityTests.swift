import ApusService
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct ChangeMessageVisibilityTests {
    private let bench = QueueBench()

    private func error(_ url: String, _ message: Message, _ seconds: Int) -> APIError? {
        self.bench.refusal { () throws(ServiceError) in try self.bench.change(url, message, seconds: seconds) }
    }

    @Test func `the new time counts from now`() throws {
        let url = try self.bench.create("q", ["VisibilityTimeout": "60"])
        try self.bench.send(url, "x")
        let message = try #require(try self.bench.receive(url).first)
        self.bench.bench.advance(seconds: 15)
        try self.bench.change(url, message, seconds: 10)
        self.bench.bench.advance(milliseconds: 9_999)
        #expect(try self.bench.bodies(url) == [])
        self.bench.bench.advance(milliseconds: 1)
        #expect(try self.bench.bodies(url) == ["x"])
    }

    @Test func `a message can be given back at once, and the receive counts`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        let message = try #require(try self.bench.receive(url).first)
        try self.bench.change(url, message, seconds: 0)
        #expect(try self.bench.counts(url) == [1, 0, 0])
        let again = try self.bench.receive(url, system: ["ApproximateReceiveCount"]).first
        #expect(again?.attributes == ["ApproximateReceiveCount": "2"])
    }

    @Test func `the next receive has the queue's time-out again`() throws {
        let url = try self.bench.create("q", ["VisibilityTimeout": "5"])
        try self.bench.send(url, "x")
        let message = try #require(try self.bench.receive(url).first)
        try self.bench.change(url, message, seconds: 1)
        self.bench.bench.advance(seconds: 1)
        #expect(try self.bench.bodies(url) == ["x"])
        self.bench.bench.advance(milliseconds: 4_999)
        #expect(try self.bench.bodies(url) == [])
    }

    @Test func `twelve hours after the receive is the end`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        let message = try #require(try self.bench.receive(url, timeout: 100).first)
        try self.bench.change(url, message, seconds: 43_200)
        self.bench.bench.advance(seconds: 2)
        let error = self.error(url, message, 43_199)
        #expect(error?.oldCode == "InvalidParameterValue")
        #expect(
            error?.message
                == "Value 43199 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the "
                + "message is beyond the limit [43200 seconds].")
        try self.bench.change(url, message, seconds: 43_198)
    }

    @Test(arguments: [-1, 43_201])
    func `the time is 0 to 43200 seconds`(seconds: Int) throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        let message = try #require(try self.bench.receive(url).first)
        #expect(self.error(url, message, seconds)?.oldCode == "InvalidParameterValue")
    }

    @Test func `a message that became visible is not in flight`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        let message = try #require(try self.bench.receive(url, timeout: 1).first)
        self.bench.bench.advance(seconds: 1)
        #expect(self.error(url, message, 10)?.oldCode == "AWS.SimpleQueueService.MessageNotInflight")
        #expect(try self.bench.bodies(url) == ["x"])
    }

    @Test func `a deleted message cannot be changed`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        let message = try #require(try self.bench.receive(url).first)
        try self.bench.delete(url, message)
        let receipt = message.receiptHandle ?? ""
        #expect(
            self.error(url, message, 10)?.message
                == "Value \(receipt) for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not "
                + "available for visibility timeout change.")
    }

    @Test func `a FIFO queue refuses an expired handle`() throws {
        let url = try self.bench.create("q.fifo")
        try self.bench.send(url, "x", group: "g", id: "1")
        let message = try #require(try self.bench.receive(url, timeout: 1).first)
        self.bench.bench.advance(seconds: 1)
        #expect(self.error(url, message, 10)?.message.hasSuffix("Reason: The receipt handle has expired.") == true)
    }

    @Test func `giving back a FIFO message frees its group when no other is in flight`() throws {
        let url = try self.bench.create("q.fifo")
        for body in ["1", "2"] { try self.bench.send(url, body, group: "g", id: body) }
        let messages = try self.bench.receive(url, 2)
        try self.bench.change(url, messages[0], seconds: 0)
        #expect(try self.bench.bodies(url, 10) == [])
        try self.bench.change(url, messages[1], seconds: 0)
        #expect(try self.bench.bodies(url, 10) == ["1", "2"])
    }

    @Test func `a batch changes what it can`() throws {
        let url = try self.bench.create("q")
        for body in ["a", "b"] { try self.bench.send(url, body) }
        let receipts = try self.bench.receive(url, 10).map { $0.receiptHandle ?? "" }
        let output = try self.bench.run(
            ChangeMessageVisibilityBatch.self,
            ChangeMessageVisibilityBatchInput(
                queueUrl: url,
                entries: [
                    ChangeMessageVisibilityBatchRequestEntry(id: "1", receiptHandle: receipts[0], visibilityTimeout: 0),
                    ChangeMessageVisibilityBatchRequestEntry(
                        id: "2", receiptHandle: receipts[1], visibilityTimeout: 43_201),
                    ChangeMessageVisibilityBatchRequestEntry(id: "3", receiptHandle: "x", visibilityTimeout: 1),
                    ChangeMessageVisibilityBatchRequestEntry(id: "4", receiptHandle: receipts[1]),
                ]))
        #expect(output.successful.map { $0.id } == ["1"])
        #expect(
            output.failed.map { $0.code } == ["InvalidParameterValue", "ReceiptHandleIsInvalid", "MissingParameter"])
        #expect(try self.bench.bodies(url, 10) == ["a"])
    }
}
