import ApusService
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct FindingQueuesTests {
    private let bench = QueueBench()

    private func list(_ input: ListQueuesInput) throws -> [String] {
        try self.bench.run(ListQueues.self, input).queueUrls ?? []
    }

    // MARK: GetQueueUrl

    @Test func `a queue's URL is found by its name`() throws {
        let url = try self.bench.create("q")
        #expect(try self.bench.run(GetQueueUrl.self, GetQueueUrlInput(queueName: "q")).queueUrl == url)
    }

    @Test func `there is no URL of a queue that does not exist`() {
        let error = self.bench.refusal { () throws(ServiceError) in
            _ = try self.bench.run(GetQueueUrl.self, GetQueueUrlInput(queueName: "gone"))
        }
        #expect(error?.oldCode == "AWS.SimpleQueueService.NonExistentQueue")
    }

    @Test func `another account's queue is found when its owner is named, by its policy`() throws {
        let policy = #"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:*"}]}"#
        try self.bench.create("q", ["Policy": policy])
        let input = GetQueueUrlInput(queueName: "q", queueOwnerAWSAccountId: TestBench.account)
        let output = try self.bench.bench.run(GetQueueUrl.self, input, account: "999999999999")
        #expect(output.queueUrl == QueueBench.url("q"))
        let demand = try #require(self.bench.authorizer.demands.last)
        #expect(demand.resource == QueueBench.arn("q"))
        #expect(demand.resourceAccount == TestBench.account)
        #expect(demand.resourcePolicy == policy)
    }

    // MARK: ListQueues

    @Test func `queues are listed in the order of their names, those of the account and Region only`() throws {
        for name in ["b", "a", "c"] { try self.bench.create(name) }
        _ = try self.bench.bench.run(CreateQueue.self, CreateQueueInput(queueName: "x"), account: "999999999999")
        _ = try self.bench.bench.run(CreateQueue.self, CreateQueueInput(queueName: "y"), region: "us-east-1")
        #expect(try self.list(ListQueuesInput()) == ["a", "b", "c"].map { QueueBench.url($0) })
    }

    @Test func `nothing is listed where there is no queue`() throws {
        #expect(try self.bench.run(ListQueues.self, ListQueuesInput()).queueUrls == nil)
    }

    @Test func `a prefix narrows the list`() throws {
        for name in ["aa", "ab", "b", "aB"] { try self.bench.create(name) }
        #expect(try self.list(ListQueuesInput(queueNamePrefix: "a")) == ["aB", "aa", "ab"].map { QueueBench.url($0) })
        #expect(try self.list(ListQueuesInput(queueNamePrefix: "c")) == [])
    }

    @Test func `pages follow each other without gap or overlap`() throws {
        for number in 10..<35 { try self.bench.create("q\(number)") }
        var urls: [String] = []
        var token: String?
        var sizes: [Int] = []
        repeat {
            let output = try self.bench.run(
                ListQueues.self, ListQueuesInput(queueNamePrefix: "q", nextToken: token, maxResults: 10))
            urls += output.queueUrls ?? []
            sizes.append(output.queueUrls?.count ?? 0)
            token = output.nextToken
        } while token != nil
        #expect(urls == (10..<35).map { QueueBench.url("q\($0)") })
        #expect(sizes == [10, 10, 5])
    }

    @Test func `who does not ask for pages gets no token`() throws {
        for number in 0..<3 { try self.bench.create("q\(number)") }
        #expect(try self.bench.run(ListQueues.self, ListQueuesInput()).nextToken == nil)
    }

    @Test(arguments: [0, 1_001])
    func `a page has 1 to 1000 queues`(size: Int) {
        let error = self.bench.refusal { () throws(ServiceError) in
            _ = try self.bench.run(ListQueues.self, ListQueuesInput(maxResults: size))
        }
        #expect(error?.oldCode == "InvalidParameterValue")
    }

    @Test func `a token that was never given out is refused`() {
        let error = self.bench.refusal { () throws(ServiceError) in
            _ = try self.bench.run(ListQueues.self, ListQueuesInput(nextToken: "!", maxResults: 1))
        }
        #expect(error?.oldCode == "InvalidParameterValue")
    }
}
