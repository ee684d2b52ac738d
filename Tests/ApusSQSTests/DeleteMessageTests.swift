import ApusService
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct DeleteMessageTests {
    private let bench = QueueBench()

    private func error(_ url: String, _ receipt: String) -> APIError? {
        self.bench.refusal { () throws(ServiceError) in
            _ = try self.bench.run(DeleteMessage.self, DeleteMessageInput(queueUrl: url, receiptHandle: receipt))
        }
    }

    @Test func `a deleted message does not come back`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        let message = try #require(try self.bench.receive(url).first)
        try self.bench.delete(url, message)
        self.bench.bench.advance(seconds: 60)
        #expect(try self.bench.bodies(url) == [])
        #expect(try self.bench.counts(url) == [0, 0, 0])
    }

    @Test func `deleting again succeeds`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        let message = try #require(try self.bench.receive(url).first)
        try self.bench.delete(url, message)
        try self.bench.delete(url, message)
    }

    @Test func `a handle works after its time-out, as long as the message is there`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        let message = try #require(try self.bench.receive(url, timeout: 1).first)
        self.bench.bench.advance(seconds: 2)
        try self.bench.delete(url, message)
        #expect(try self.bench.bodies(url) == [])
    }

    @Test func `a handle of an earlier receive still deletes, in a standard queue`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        let first = try #require(try self.bench.receive(url, timeout: 0).first)
        _ = try self.bench.receive(url, timeout: 30)
        try self.bench.delete(url, first)
        self.bench.bench.advance(seconds: 60)
        #expect(try self.bench.bodies(url) == [])
    }

    @Test func `a FIFO queue refuses a handle whose time-out has passed`() throws {
        let url = try self.bench.create("q.fifo")
        try self.bench.send(url, "x", group: "g", id: "1")
        let message = try #require(try self.bench.receive(url, timeout: 1).first)
        self.bench.bench.advance(seconds: 1)
        let receipt = message.receiptHandle ?? ""
        let error = self.error(url, receipt)
        #expect(error?.oldCode == "InvalidParameterValue")
        #expect(
            error?.message
                == "Value \(receipt) for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.")
        #expect(try self.bench.bodies(url) == ["x"])
    }

    @Test func `a FIFO queue refuses a handle of an earlier receive`() throws {
        let url = try self.bench.create("q.fifo")
        try self.bench.send(url, "x", group: "g", id: "1")
        let first = try #require(try self.bench.receive(url, timeout: 0).first)
        let second = try #require(try self.bench.receive(url).first)
        #expect(
            self.error(url, first.receiptHandle ?? "")?.message.hasSuffix("The receipt handle has expired.") == true)
        try self.bench.delete(url, second)
        try self.bench.delete(url, second)
    }

    @Test func `what was never given out is no handle`() throws {
        let url = try self.bench.create("q")
        let error = self.error(url, "nonsense")
        #expect(error?.code == "ReceiptHandleIsInvalid")
        #expect(error?.message == "The input receipt handle is invalid.")
    }

    @Test func `a handle of another queue is not valid for this one`() throws {
        let url = try self.bench.create("q")
        let other = try self.bench.create("other")
        try self.bench.send(other, "x")
        let receipt = try #require(try self.bench.receive(other).first?.receiptHandle)
        let error = self.error(url, receipt)
        #expect(error?.code == "ReceiptHandleIsInvalid")
        #expect(error?.message == "The receipt handle \"\(receipt)\" is not valid for this queue.")
    }

    @Test func `a handle cannot be forged from what others know`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        let receipt = try #require(try self.bench.receive(url).first?.receiptHandle)
        var handle = try #require(ReceiptHandle(receipt))
        handle.secret ^= 1
        #expect(self.error(url, handle.text)?.code == "ReceiptHandleIsInvalid")
        handle.secret ^= 1
        handle.receives += 1
        #expect(self.error(url, handle.text)?.code == "ReceiptHandleIsInvalid")
        handle.receives -= 1
        #expect(self.error(url, handle.text) == nil)
    }

    @Test func `a message that was never received has no handle that deletes it`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x", delay: 1)
        try self.bench.send(url, "y")
        for sequence: UInt64 in [1, 2] {
            let handle = ReceiptHandle(queue: QueueID(1), sequence: sequence, receives: 0, secret: 0)
            _ = self.error(url, handle.text)
        }
        self.bench.bench.advance(seconds: 1)
        #expect(try self.bench.bodies(url, 10).sorted() == ["x", "y"])
    }

    @Test func `a batch deletes what it can`() throws {
        let url = try self.bench.create("q")
        for body in ["a", "b"] { try self.bench.send(url, body) }
        let messages = try self.bench.receive(url, 10)
        let output = try self.bench.run(
            DeleteMessageBatch.self,
            DeleteMessageBatchInput(
                queueUrl: url,
                entries: [
                    DeleteMessageBatchRequestEntry(id: "1", receiptHandle: messages[0].receiptHandle ?? ""),
                    DeleteMessageBatchRequestEntry(id: "2", receiptHandle: "nonsense"),
                    DeleteMessageBatchRequestEntry(id: "3", receiptHandle: messages[1].receiptHandle ?? ""),
                ]))
        #expect(output.successful.map { $0.id } == ["1", "3"])
        #expect(
            output.failed == [
                BatchResultErrorEntry(
                    id: "2", senderFault: true, code: "ReceiptHandleIsInvalid",
                    message: "The input receipt handle is invalid.")
            ])
        #expect(try self.bench.counts(url) == [0, 0, 0])
    }

    @Test func `an expired handle in a batch of a FIFO queue fails alone`() throws {
        let url = try self.bench.create("q.fifo")
        try self.bench.send(url, "x", group: "g", id: "1")
        let receipt = try #require(try self.bench.receive(url, timeout: 0).first?.receiptHandle)
        let output = try self.bench.run(
            DeleteMessageBatch.self,
            DeleteMessageBatchInput(
                queueUrl: url, entries: [DeleteMessageBatchRequestEntry(id: "1", receiptHandle: receipt)]))
        #expect(
            output.failed == [
                BatchResultErrorEntry(
                    id: "1", senderFault: true, code: "ReceiptHandleIsInvalid",
                    message: "The receipt handle has expired")
            ])
    }

    @Test func `a batch follows the rules of batches`() throws {
        let url = try self.bench.create("q")
        let error = self.bench.refusal { () throws(ServiceError) in
            _ = try self.bench.run(DeleteMessageBatch.self, DeleteMessageBatchInput(queueUrl: url, entries: []))
        }
        #expect(error?.message == "There should be at least one DeleteMessageBatchRequestEntry in the request.")
    }
}
