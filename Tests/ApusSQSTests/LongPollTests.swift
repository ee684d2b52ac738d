import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct LongPollTests {
    private let bench = QueueBench()

    private typealias Waiting = Answer<Result<ReceiveMessageOutput, ServiceError>>

    private func wait(_ url: String, seconds: Int? = 20, timeout: Int? = nil) -> Waiting {
        let input = ReceiveMessageInput(
            queueUrl: url, maxNumberOfMessages: 10, visibilityTimeout: timeout, waitTimeSeconds: seconds)
        return self.bench.bench.poll(ReceiveMessage.self, input).answer
    }

    private func bodies(_ waiting: Waiting) throws -> [String]? {
        try waiting.peek?.get().messages?.map { $0.body ?? "" } ?? (waiting.peek == nil ? nil : [])
    }

    @Test func `what is there is answered at once`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        #expect(try self.bodies(self.wait(url)) == ["x"])
    }

    @Test func `a receive that does not wait is answered at once with nothing`() throws {
        let url = try self.bench.create("q")
        #expect(try self.bodies(self.wait(url, seconds: 0)) == [])
        #expect(try self.bodies(self.wait(url, seconds: nil)) == [])
    }

    @Test func `an empty look does not reach the writer`() throws {
        let url = try self.bench.create("q")
        let bodies = self.bench.bench.host.store.statistics.bodies
        _ = self.wait(url, seconds: 0)
        #expect(self.bench.bench.host.store.statistics.bodies == bodies)
    }

    @Test func `a waiting receive is answered when a message is sent`() throws {
        let url = try self.bench.create("q")
        let waiting = self.wait(url)
        self.bench.bench.advance(seconds: 3)
        #expect(waiting.peek == nil)
        try self.bench.send(url, "x")
        #expect(try self.bodies(waiting) == ["x"])
    }

    @Test func `a waiting receive ends with nothing when its time is over`() throws {
        let url = try self.bench.create("q")
        let waiting = self.wait(url, seconds: 2)
        self.bench.bench.advance(milliseconds: 1_999)
        #expect(waiting.peek == nil)
        self.bench.bench.advance(milliseconds: 1)
        #expect(try self.bodies(waiting) == [])
    }

    @Test func `a receive waits as long as the queue says when it does not say itself`() throws {
        let url = try self.bench.create("q", ["ReceiveMessageWaitTimeSeconds": "5"])
        let waiting = self.wait(url, seconds: nil)
        self.bench.bench.advance(milliseconds: 4_999)
        #expect(waiting.peek == nil)
        self.bench.bench.advance(milliseconds: 1)
        #expect(try self.bodies(waiting) == [])
    }

    @Test func `a waiting receive wakes when a delayed message comes due`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "late", delay: 4)
        let waiting = self.wait(url)
        self.bench.bench.advance(milliseconds: 3_999)
        #expect(waiting.peek == nil)
        self.bench.bench.advance(milliseconds: 1)
        #expect(try self.bodies(waiting) == ["late"])
    }

    @Test func `a receive that waited before a message was taken wakes when it becomes visible again`() throws {
        let url = try self.bench.create("q")
        let first = self.wait(url, timeout: 5)
        let second = self.wait(url, timeout: 5)
        try self.bench.send(url, "x")
        #expect(try self.bodies(first) == ["x"])
        #expect(second.peek == nil)
        self.bench.bench.advance(milliseconds: 5_000)
        #expect(try self.bodies(second) == ["x"])
    }

    @Test func `a waiting receive wakes when a visibility is shortened`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "x")
        let message = try #require(try self.bench.receive(url).first)
        let waiting = self.wait(url)
        self.bench.bench.advance(seconds: 1)
        try self.bench.change(url, message, seconds: 2)
        self.bench.bench.advance(milliseconds: 1_999)
        #expect(waiting.peek == nil)
        self.bench.bench.advance(milliseconds: 1)
        #expect(try self.bodies(waiting) == ["x"])
    }

    @Test func `each of several waiting receives gets a message of its own`() throws {
        let url = try self.bench.create("q")
        let waiting = (0..<3).map { _ in
            self.bench.bench.poll(ReceiveMessage.self, ReceiveMessageInput(queueUrl: url, waitTimeSeconds: 20)).answer
        }
        let entries = (0..<3).map { SendMessageBatchRequestEntry(id: "\($0)", messageBody: "\($0)") }
        _ = try self.bench.run(SendMessageBatch.self, SendMessageBatchInput(queueUrl: url, entries: entries))
        #expect(try waiting.map { try self.bodies($0) } == [["0"], ["1"], ["2"]])
    }

    @Test func `a waiting receive of a FIFO queue wakes when a delete frees the group`() throws {
        let url = try self.bench.create("q.fifo")
        for body in ["1", "2"] { try self.bench.send(url, body, group: "g", id: body) }
        let message = try #require(try self.bench.receive(url).first)
        let waiting = self.wait(url)
        #expect(waiting.peek == nil)
        try self.bench.delete(url, message)
        #expect(try self.bodies(waiting) == ["2"])
    }

    @Test func `errors are answered without waiting`() throws {
        let answer = self.wait(QueueBench.url("gone")).peek
        #expect(throws: SQSError.queueDoesNotExist("The specified queue does not exist.")) { try answer?.get() }
        let url = try self.bench.create("q")
        self.bench.authorizer.refuse(["sqs:ReceiveMessage"])
        #expect(throws: ServiceError.self) { try self.wait(url).peek?.get() }
    }

    @Test func `waiting receives of a queue that is deleted end`() throws {
        let url = try self.bench.create("q")
        let waiting = [self.wait(url), self.wait(url)]
        _ = try self.bench.run(DeleteQueue.self, DeleteQueueInput(queueUrl: url))
        for answer in waiting { #expect(throws: ServiceError.self) { try answer.peek?.get() } }
    }
}
