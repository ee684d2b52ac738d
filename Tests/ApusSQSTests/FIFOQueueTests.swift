import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct FIFOQueueTests {
    private let bench = QueueBench()

    // MARK: Order

    @Test func `sequence numbers have twenty digits and grow`() throws {
        let url = try self.bench.create("q.fifo")
        let numbers = try (0..<3).map { try self.bench.send(url, "x", group: "g", id: "\($0)").sequenceNumber ?? "" }
        #expect(numbers.allSatisfy { $0.count == 20 })
        #expect(numbers == numbers.sorted() && Set(numbers).count == 3)
        let received = try self.bench.receive(url, 10, system: ["SequenceNumber"]).map {
            $0.attributes?["SequenceNumber"]
        }
        #expect(received == numbers)
    }

    @Test func `a group's messages come in their order, as many as fit`() throws {
        let url = try self.bench.create("q.fifo")
        for number in 0..<5 { try self.bench.send(url, "\(number)", group: "g", id: "\(number)") }
        #expect(try self.bench.bodies(url, 3) == ["0", "1", "2"])
    }

    @Test func `a group is blocked while any of its messages is in flight`() throws {
        let url = try self.bench.create("q.fifo")
        for number in 0..<4 { try self.bench.send(url, "\(number)", group: "g", id: "\(number)") }
        let first = try self.bench.receive(url, 2)
        #expect(try self.bench.bodies(url, 10) == [])
        try self.bench.delete(url, first[0])
        #expect(try self.bench.bodies(url, 10) == [])
        try self.bench.delete(url, first[1])
        #expect(try self.bench.bodies(url, 10) == ["2", "3"])
    }

    @Test func `other groups are not blocked`() throws {
        let url = try self.bench.create("q.fifo")
        for body in ["a1", "a2", "b1"] { try self.bench.send(url, body, group: String(body.prefix(1)), id: body) }
        #expect(try self.bench.bodies(url) == ["a1"])
        #expect(try self.bench.bodies(url, 10) == ["b1"])
    }

    @Test func `one receive takes from several groups`() throws {
        let url = try self.bench.create("q.fifo")
        for body in ["a1", "b1", "a2", "c1", "b2"] {
            try self.bench.send(url, body, group: String(body.prefix(1)), id: body)
        }
        #expect(try self.bench.bodies(url, 10) == ["a1", "a2", "b1", "b2", "c1"])
    }

    @Test func `groups take turns`() throws {
        let url = try self.bench.create("q.fifo")
        for body in ["a1", "a2", "b1", "b2"] { try self.bench.send(url, body, group: String(body.prefix(1)), id: body) }
        var order: [String] = []
        while let message = try self.bench.receive(url).first {
            order.append(message.body ?? "")
            try self.bench.delete(url, message)
        }
        #expect(order == ["a1", "b1", "a2", "b2"])
    }

    @Test func `messages that come back come before later ones of the group`() throws {
        let url = try self.bench.create("q.fifo", ["VisibilityTimeout": "5"])
        for number in 0..<4 { try self.bench.send(url, "\(number)", group: "g", id: "\(number)") }
        let first = try self.bench.receive(url, 3)
        try self.bench.delete(url, first[1])
        self.bench.bench.advance(seconds: 5)
        #expect(try self.bench.bodies(url, 10) == ["0", "2", "3"])
    }

    @Test func `a message sent while its group is blocked waits its turn`() throws {
        let url = try self.bench.create("q.fifo")
        try self.bench.send(url, "1", group: "g", id: "1")
        let first = try #require(try self.bench.receive(url).first)
        try self.bench.send(url, "2", group: "g", id: "2")
        #expect(try self.bench.bodies(url) == [])
        try self.bench.delete(url, first)
        #expect(try self.bench.bodies(url) == ["2"])
    }

    @Test func `more than 120,000 messages in flight give no error and no message`() throws {
        let url = try self.bench.create("q.fifo")
        for group in ["a", "b"] { try self.bench.send(url, "x", group: group, id: group) }
        _ = try self.bench.bench.transact { (call) throws(ServiceError) in
            var open = try OpenQueue(try Queue.authorized(url: url, "test", in: &call), in: &call)
            open.state.received = 119_999
            try open.save(in: &call)
        }
        #expect(try self.bench.receive(url, 10).count == 1)
        #expect(try self.bench.receive(url, 10).isEmpty)
        let waiting = self.bench.bench.poll(ReceiveMessage.self, ReceiveMessageInput(queueUrl: url, waitTimeSeconds: 1))
            .answer
        self.bench.bench.advance(seconds: 1)
        #expect(try waiting.peek?.get().messages == nil)
    }

    // MARK: Deduplication

    @Test func `a duplicate is accepted and not delivered, and answered as the first was`() throws {
        let url = try self.bench.create("q.fifo")
        let first = try self.bench.send(url, "x", group: "g", id: "1")
        let second = try self.bench.send(url, "other", group: "h", id: "1")
        #expect(second.messageId == first.messageId)
        #expect(second.sequenceNumber == first.sequenceNumber)
        #expect(second.md5OfMessageBody != first.md5OfMessageBody)
        #expect(try self.bench.bodies(url, 10) == ["x"])
    }

    @Test func `an id is remembered for five minutes, even when its message is deleted`() throws {
        let url = try self.bench.create("q.fifo")
        self.bench.bench.advance(milliseconds: 123_456)
        try self.bench.send(url, "x", group: "g", id: "1")
        let message = try #require(try self.bench.receive(url).first)
        try self.bench.delete(url, message)
        self.bench.bench.advance(milliseconds: 299_999)
        try self.bench.send(url, "y", group: "g", id: "1")
        #expect(try self.bench.bodies(url) == [])
        self.bench.bench.advance(milliseconds: 1)
        try self.bench.send(url, "z", group: "g", id: "1")
        #expect(try self.bench.bodies(url) == ["z"])
    }

    @Test func `a clock that jumps back forgets no id`() throws {
        let url = try self.bench.create("q.fifo")
        try self.bench.send(url, "x", group: "g", id: "1")
        self.bench.bench.clock.set(self.bench.now - 3_600_000)
        try self.bench.send(url, "y", group: "g", id: "1")
        #expect(try self.bench.bodies(url, 10) == ["x"])
    }

    @Test func `the content can stand for an id`() throws {
        let url = try self.bench.create("q.fifo", ["ContentBasedDeduplication": "true"])
        for body in ["x", "x", "y"] { try self.bench.send(url, body, group: "g") }
        // SHA-256 of "y"
        try self.bench.send(
            url, "z", group: "g", id: "a1fce4363854ff888cff4b8e7875d600c2682390412a8cf79b37d0b11148b0fa")
        #expect(try self.bench.bodies(url, 10) == ["x", "y"])
    }

    @Test func `deduplication can be per group`() throws {
        let url = try self.bench.create(
            "q.fifo", ["DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"])
        try self.bench.send(url, "a", group: "a", id: "1")
        try self.bench.send(url, "b", group: "b", id: "1")
        try self.bench.send(url, "c", group: "a", id: "1")
        #expect(try self.bench.bodies(url, 10) == ["a", "b"])
    }

    @Test func `duplicates within a batch count as one`() throws {
        let url = try self.bench.create("q.fifo")
        let entries = ["a", "b"].map {
            SendMessageBatchRequestEntry(id: $0, messageBody: $0, messageDeduplicationId: "1", messageGroupId: "g")
        }
        let output = try self.bench.run(SendMessageBatch.self, SendMessageBatchInput(queueUrl: url, entries: entries))
        #expect(output.successful.count == 2)
        #expect(output.successful[0].messageId == output.successful[1].messageId)
        #expect(try self.bench.bodies(url, 10) == ["a"])
    }

    @Test func `what deduplication remembers does not grow for ever`() throws {
        let url = try self.bench.create("q.fifo")
        for number in 0..<40 {
            try self.bench.send(url, "x", group: "g", id: "\(number)")
            self.bench.bench.clock.advance(milliseconds: 60_000)
        }
        let kept = try self.bench.bench.transact { (call) throws(ServiceError) in
            try call.count(DeduplicationKey.range(), limit: 1_000)
        }
        #expect(kept <= 11)
    }

    // MARK: Delays

    @Test func `a message is delayed by its queue`() throws {
        let url = try self.bench.create("q.fifo", ["DelaySeconds": "10"])
        try self.bench.send(url, "1", group: "g", id: "1")
        self.bench.bench.advance(seconds: 5)
        try self.bench.send(url, "2", group: "g", id: "2")
        #expect(try self.bench.bodies(url, 10) == [])
        #expect(try self.bench.counts(url) == [0, 0, 2])
        self.bench.bench.advance(seconds: 5)
        #expect(try self.bench.counts(url) == [1, 0, 1])
        let first = try self.bench.receive(url, 10)
        #expect(first.map { $0.body } == ["1"])
        try self.bench.delete(url, first[0])
        #expect(try self.bench.bodies(url, 10) == [])
        self.bench.bench.advance(seconds: 5)
        #expect(try self.bench.bodies(url, 10) == ["2"])
    }

    @Test func `a longer delay holds messages that were sent before`() throws {
        let url = try self.bench.create("q.fifo")
        try self.bench.send(url, "1", group: "g", id: "1")
        try self.bench.set(url, ["DelaySeconds": "10"])
        #expect(try self.bench.bodies(url) == [])
        self.bench.bench.advance(seconds: 10)
        #expect(try self.bench.bodies(url) == ["1"])
    }

    @Test func `a shorter delay frees a group only when the old one is over`() throws {
        let url = try self.bench.create("q.fifo", ["DelaySeconds": "10"])
        try self.bench.send(url, "1", group: "g", id: "1")
        try self.bench.set(url, ["DelaySeconds": "0"])
        #expect(try self.bench.bodies(url) == [])
        self.bench.bench.advance(seconds: 10)
        #expect(try self.bench.bodies(url) == ["1"])
    }

    @Test func `a message that was received is not delayed again`() throws {
        let url = try self.bench.create("q.fifo", ["DelaySeconds": "2"])
        try self.bench.send(url, "1", group: "g", id: "1")
        self.bench.bench.advance(seconds: 2)
        #expect(try self.bench.bodies(url, timeout: 0) == ["1"])
        try self.bench.set(url, ["DelaySeconds": "900"])
        #expect(try self.bench.bodies(url) == ["1"])
    }

    // MARK: Receive attempts

    @Test func `an attempt can be repeated and gives the same messages under the same handles`() throws {
        let url = try self.bench.create("q.fifo")
        for number in 0..<4 { try self.bench.send(url, "\(number)", group: "g", id: "\(number)") }
        let first = try self.bench.receive(url, 2, attempt: "a", system: ["All"])
        let again = try self.bench.receive(url, 2, attempt: "a", system: ["All"])
        #expect(first.map { $0.body } == ["0", "1"])
        #expect(again == first)
        #expect(try self.bench.receive(url, 2, attempt: "b").isEmpty)
    }

    @Test func `repeating begins the time-out anew`() throws {
        let url = try self.bench.create("q.fifo", ["VisibilityTimeout": "10"])
        try self.bench.send(url, "x", group: "g", id: "1")
        _ = try self.bench.receive(url, attempt: "a")
        self.bench.bench.advance(seconds: 6)
        let again = try #require(try self.bench.receive(url, attempt: "a").first)
        self.bench.bench.advance(seconds: 6)
        #expect(try self.bench.bodies(url) == [])
        try self.bench.delete(url, again)
        #expect(try self.bench.counts(url) == [0, 0, 0])
    }

    @Test func `an attempt cannot be repeated once a message was deleted, changed or visible again`() throws {
        let url = try self.bench.create("q.fifo", ["VisibilityTimeout": "10"])
        for number in 0..<2 { try self.bench.send(url, "\(number)", group: "g", id: "\(number)") }
        let first = try self.bench.receive(url, 2, attempt: "a")
        try self.bench.delete(url, first[0])
        #expect(try self.bench.receive(url, 2, attempt: "a").isEmpty)
        try self.bench.change(url, first[1], seconds: 20)
        #expect(try self.bench.receive(url, 2, attempt: "a").isEmpty)
        self.bench.bench.advance(seconds: 20)
        let later = try #require(try self.bench.receive(url, 2, attempt: "a", system: ["All"]).first)
        #expect(later.attributes?["ApproximateReceiveCount"] == "2")
    }

    @Test func `a waiting receive repeats its attempt at once`() throws {
        let url = try self.bench.create("q.fifo")
        try self.bench.send(url, "x", group: "g", id: "1")
        let first = try self.bench.receive(url, attempt: "a")
        let input = ReceiveMessageInput(queueUrl: url, waitTimeSeconds: 20, receiveRequestAttemptId: "a")
        let again = self.bench.bench.poll(ReceiveMessage.self, input).answer
        #expect(try again.peek?.get().messages == first)
    }
}
