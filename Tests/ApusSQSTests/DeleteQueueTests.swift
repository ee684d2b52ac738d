import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct DeleteQueueTests {
    private let bench = QueueBench()

    @Test func `a deleted queue does not exist`() throws {
        let url = try self.bench.create("q")
        _ = try self.bench.run(DeleteQueue.self, DeleteQueueInput(queueUrl: url))
        let error = self.bench.refusal { () throws(ServiceError) in try self.bench.send(url, "x") }
        #expect(error?.code == "QueueDoesNotExist")
        #expect(error?.oldCode == "AWS.SimpleQueueService.NonExistentQueue")
        #expect(error?.message == "The specified queue does not exist.")
    }

    @Test(arguments: ["q", "q.fifo"])
    func `nothing of its messages is left in the store`(name: String) throws {
        let url = try self.bench.create(name)
        for number in 0..<5 {
            try self.bench.send(url, "\(number)", group: "g\(number)", id: name == "q" ? nil : "d\(number)")
        }
        _ = try self.bench.receive(url, 3, attempt: "attempt")
        _ = try self.bench.run(TagQueue.self, TagQueueInput(queueUrl: url, tags: ["a": "b"]))
        _ = try self.bench.run(DeleteQueue.self, DeleteQueueInput(queueUrl: url))
        var tags: Set<UInt16> = []
        try self.bench.bench.storage.view().scan(start: [0x20], end: [0x21], direction: .forward) { key, _ in
            tags.insert(UInt16(key[0]) << 8 | UInt16(key[1]))
            return true
        }
        #expect(tags == [KeyTag.sqsQueueCounter.rawValue, KeyTag.sqsDeletedName.rawValue])
    }

    @Test func `a queue can be deleted by principals of its account only`() throws {
        let url = try self.bench.create("q", ["Policy": #"{"Statement":[]}"#])
        _ = try self.bench.run(DeleteQueue.self, DeleteQueueInput(queueUrl: url))
        let demand = try #require(self.bench.authorizer.demands.last)
        #expect(demand.action == "sqs:DeleteQueue")
        #expect(demand.resourcePolicy == nil)
    }
}
