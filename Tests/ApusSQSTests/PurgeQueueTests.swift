import ApusService
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct PurgeQueueTests {
    private let bench = QueueBench()

    private func purge(_ url: String) throws(ServiceError) {
        _ = try self.bench.run(PurgeQueue.self, PurgeQueueInput(queueUrl: url))
    }

    @Test func `all messages go: visible, in flight and delayed`() throws {
        let url = try self.bench.create("q")
        for body in ["a", "b"] { try self.bench.send(url, body) }
        try self.bench.send(url, "late", delay: 1)
        let message = try #require(try self.bench.receive(url, timeout: 1).first)
        try self.purge(url)
        #expect(try self.bench.counts(url) == [0, 0, 0])
        self.bench.bench.advance(seconds: 2)
        #expect(try self.bench.bodies(url, 10) == [])
        try self.bench.delete(url, message)
        try self.bench.send(url, "new")
        #expect(try self.bench.bodies(url, 10) == ["new"])
    }

    @Test func `a FIFO queue is empty too, and numbers go on`() throws {
        let url = try self.bench.create("q.fifo")
        for body in ["a", "b"] { try self.bench.send(url, body, group: body, id: body) }
        _ = try self.bench.receive(url)
        try self.purge(url)
        #expect(try self.bench.counts(url) == [0, 0, 0])
        let sent = try self.bench.send(url, "c", group: "a", id: "c")
        #expect(sent.sequenceNumber == "10000000000000000003")
        #expect(try self.bench.bodies(url, 10) == ["c"])
    }

    @Test func `a second purge within a minute is refused`() throws {
        let url = try self.bench.create("q")
        try self.purge(url)
        self.bench.bench.advance(milliseconds: 59_999)
        let error = self.bench.refusal { () throws(ServiceError) in try self.purge(url) }
        #expect(error?.oldCode == "AWS.SimpleQueueService.PurgeQueueInProgress")
        #expect(error?.status == 403)
        #expect(error?.message == "Only one PurgeQueue operation on q is allowed every 60 seconds.")
        self.bench.bench.advance(milliseconds: 1)
        try self.purge(url)
    }
}
