import ApusService
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct ListDeadLetterSourceQueuesTests {
    private let bench = QueueBench()
    private static let policy = #"{"deadLetterTargetArn":"\#(QueueBench.arn("dead"))","maxReceiveCount":1}"#

    private func list(
        _ name: String = "dead", token: String? = nil, limit: Int? = nil
    ) throws(ServiceError) -> ListDeadLetterSourceQueuesOutput {
        try self.bench.run(
            ListDeadLetterSourceQueues.self,
            ListDeadLetterSourceQueuesInput(queueUrl: QueueBench.url(name), nextToken: token, maxResults: limit))
    }

    @Test func `the sources are listed in the order of their names, as redrive policies are at present`() throws {
        for name in ["dead", "other"] { try self.bench.create(name) }
        for name in ["c", "a", "e"] { try self.bench.create(name, ["RedrivePolicy": Self.policy]) }
        #expect(try self.list().queueUrls == ["a", "c", "e"].map { QueueBench.url($0) })
        try self.bench.set(QueueBench.url("a"), ["RedrivePolicy": ""])
        try self.bench.set(QueueBench.url("other"), ["RedrivePolicy": Self.policy])
        _ = try self.bench.run(DeleteQueue.self, DeleteQueueInput(queueUrl: QueueBench.url("c")))
        #expect(try self.list().queueUrls == ["e", "other"].map { QueueBench.url($0) })
    }

    @Test func `a queue that is no dead-letter queue has no sources`() throws {
        try self.bench.create("dead")
        #expect(try self.list().queueUrls == [])
        #expect(try self.list().nextToken == nil)
    }

    @Test func `pages of sources follow each other without gap or overlap`() throws {
        try self.bench.create("dead")
        for number in 10..<17 {
            try self.bench.create("q\(number)", ["RedrivePolicy": Self.policy])
            try self.bench.create("q\(number)-other")
        }
        #expect(try self.list().nextToken == nil)
        var urls: [String] = []
        var token: String?
        repeat {
            let page = try self.list(token: token, limit: 3)
            #expect(page.queueUrls.count <= 3)
            urls += page.queueUrls
            token = page.nextToken
        } while token != nil
        #expect(urls == (10..<17).map { QueueBench.url("q\($0)") })
    }

    @Test func `a page ends after 1,000 queues were looked at, and the next goes on`() throws {
        try self.bench.create("dead")
        for number in 1_000..<2_000 { try self.bench.create("a\(number)") }
        try self.bench.create("z", ["RedrivePolicy": Self.policy])
        let first = try self.list(limit: 1)
        #expect(first.queueUrls == [])
        #expect(try self.list(token: first.nextToken, limit: 1).queueUrls == [QueueBench.url("z")])
        #expect(try self.list().queueUrls == [QueueBench.url("z")])
    }

    @Test(arguments: [0, 1_001])
    func `a page has 1 to 1,000 results`(limit: Int) throws {
        try self.bench.create("dead")
        let error = self.bench.refusal { () throws(ServiceError) in _ = try self.list(limit: limit) }
        #expect(error?.oldCode == "InvalidParameterValue")
    }

    @Test func `a token that is none is refused`() throws {
        try self.bench.create("dead")
        let error = self.bench.refusal { () throws(ServiceError) in _ = try self.list(token: "%", limit: 1) }
        #expect(error?.message == "Invalid or expired next token.")
    }

    @Test func `a queue that does not exist has no list of sources`() throws {
        let error = self.bench.refusal { () throws(ServiceError) in _ = try self.list("gone") }
        #expect(error?.oldCode == "AWS.SimpleQueueService.NonExistentQueue")
        #expect(self.bench.authorizer.demands.last?.action == "sqs:ListDeadLetterSourceQueues")
    }
}
