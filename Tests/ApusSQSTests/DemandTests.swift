import ApusService
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct DemandTests {
    private let bench = QueueBench()
    private let policy = #"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage"}]}"#

    /// The demands of one operation, whether or not it succeeds.
    private func demands<Op: Operation>(_ operation: Op.Type, _ input: Op.Input) -> [Demand] {
        let before = self.bench.authorizer.demands.count
        _ = try? self.bench.run(operation, input)
        // Bodies run again at random.
        return Array(self.bench.authorizer.demands[before...].prefix(1))
    }

    @Test func `each operation demands its action on the queue's ARN`() throws {
        let url = try self.bench.create("q")
        let entries = [SendMessageBatchRequestEntry(id: "1", messageBody: "x")]
        let all: [(String, [Demand])] = [
            ("SendMessage", self.demands(SendMessage.self, SendMessageInput(queueUrl: url, messageBody: "x"))),
            (
                "SendMessage",
                self.demands(SendMessageBatch.self, SendMessageBatchInput(queueUrl: url, entries: entries))
            ),
            ("ReceiveMessage", self.demands(ReceiveMessage.self, ReceiveMessageInput(queueUrl: url))),
            ("DeleteMessage", self.demands(DeleteMessage.self, DeleteMessageInput(queueUrl: url, receiptHandle: "x"))),
            (
                "DeleteMessage",
                self.demands(DeleteMessageBatch.self, DeleteMessageBatchInput(queueUrl: url, entries: []))
            ),
            (
                "ChangeMessageVisibility",
                self.demands(
                    ChangeMessageVisibility.self,
                    ChangeMessageVisibilityInput(queueUrl: url, receiptHandle: "x", visibilityTimeout: 1))
            ),
            (
                "ChangeMessageVisibility",
                self.demands(
                    ChangeMessageVisibilityBatch.self, ChangeMessageVisibilityBatchInput(queueUrl: url, entries: []))
            ),
            ("GetQueueAttributes", self.demands(GetQueueAttributes.self, GetQueueAttributesInput(queueUrl: url))),
            (
                "SetQueueAttributes",
                self.demands(SetQueueAttributes.self, SetQueueAttributesInput(queueUrl: url, attributes: [:]))
            ),
            ("GetQueueUrl", self.demands(GetQueueUrl.self, GetQueueUrlInput(queueName: "q"))),
            ("TagQueue", self.demands(TagQueue.self, TagQueueInput(queueUrl: url, tags: [:]))),
            ("UntagQueue", self.demands(UntagQueue.self, UntagQueueInput(queueUrl: url, tagKeys: []))),
            ("ListQueueTags", self.demands(ListQueueTags.self, ListQueueTagsInput(queueUrl: url))),
            ("PurgeQueue", self.demands(PurgeQueue.self, PurgeQueueInput(queueUrl: url))),
            ("CreateQueue", self.demands(CreateQueue.self, CreateQueueInput(queueName: "q"))),
            ("DeleteQueue", self.demands(DeleteQueue.self, DeleteQueueInput(queueUrl: url))),
        ]
        for (action, demands) in all {
            #expect(demands.map { $0.action } == ["sqs:\(action)"])
            #expect(demands.map { $0.resource } == [QueueBench.arn("q")])
            #expect(demands.map { $0.resourceAccount } == [TestBench.account])
        }
        let list = self.demands(ListQueues.self, ListQueuesInput())
        #expect(list.map { $0.action } == ["sqs:ListQueues"])
        #expect(list.map { $0.resource } == [QueueBench.arn("*")])
    }

    @Test func `the queue's policy opens to others what may be opened`() throws {
        let url = try self.bench.create("q", ["Policy": self.policy])
        let open = self.demands(SendMessage.self, SendMessageInput(queueUrl: url, messageBody: "x"))
        #expect(open.first?.resourcePolicy == self.policy)
        let closed = [
            self.demands(SetQueueAttributes.self, SetQueueAttributesInput(queueUrl: url, attributes: [:])),
            self.demands(TagQueue.self, TagQueueInput(queueUrl: url, tags: [:])),
            self.demands(ListQueueTags.self, ListQueueTagsInput(queueUrl: url)),
        ]
        for demands in closed { #expect(demands.map { $0.resourcePolicy } == [nil]) }
    }

    @Test func `a caller who may not learns nothing of whether the queue exists`() throws {
        try self.bench.create("q")
        self.bench.authorizer.refuse(["sqs:SendMessage"])
        let errors = ["q", "gone"].map { name in
            self.bench.refusal { () throws(ServiceError) in try self.bench.send(QueueBench.url(name), "x") }
        }
        #expect(errors[0] != nil && errors[0] == errors[1])
        #expect(errors[0]?.oldCode == "AccessDenied")
    }

    @Test func `a refused send changes nothing`() throws {
        let url = try self.bench.create("q")
        self.bench.authorizer.refuse(["sqs:SendMessage"])
        _ = self.bench.refusal { () throws(ServiceError) in try self.bench.send(url, "x") }
        #expect(try self.bench.counts(url) == [0, 0, 0])
    }

    @Test func `tags of a request are condition keys`() throws {
        let demand = try #require(
            self.demands(CreateQueue.self, CreateQueueInput(queueName: "q", tags: ["team": "birds"])).first)
        #expect(demand.conditions.contains { $0.key == "aws:RequestTag/team" && $0.values == ["birds"] })
        #expect(demand.conditions.contains { $0.key == "aws:TagKeys" && $0.values == ["team"] })
    }
}
