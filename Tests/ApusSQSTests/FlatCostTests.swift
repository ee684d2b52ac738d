import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@testable import ApusSQS

/// What is sent, received and deleted leaves tombstones in the store. No operation may walk over many of them.
@Suite struct FlatCostTests {
    /// Runs operations over a storage that keeps tombstones.
    private final class Server {
        let storage = TombstoneStorage()
        let clock = ManualClock(Timestamp(milliseconds: 1_767_225_600_000))
        let driver: SimulationDriver
        let host: ServiceHost

        init() {
            self.driver = SimulationDriver(clock: self.clock, entropy: SeededEntropy(seed: 1))
            self.host = ServiceHost(
                store: Store(storage: self.storage, driver: self.driver), ports: .standIns(),
                sealing: SealingKey(key: Array(repeating: 7, count: 32), entropy: SeededEntropy(seed: 2)))
        }

        private var context: CallContext {
            CallContext(
                principal: .root(account: TestBench.account), account: TestBench.account, region: TestBench.region,
                requestID: "", now: self.clock.now)
        }

        func run<Op: Operation>(_ operation: Op.Type, _ input: Op.Input) throws -> Op.Output {
            let answer = Answer<Result<Op.Output, ServiceError>>()
            self.host.perform(operation, input, self.context) { answer.set($0) }
            self.driver.settle()
            return try answer.taken().get()
        }

        func look(_ url: String) throws {
            let answer = Answer<Result<ReceiveMessageOutput, ServiceError>>()
            _ = self.host.poll(
                ReceiveMessage.self, ReceiveMessageInput(queueUrl: url, visibilityTimeout: 0), self.context
            ) {
                answer.set($0)
            }
            self.driver.settle()
            _ = try answer.taken().get()
        }
    }

    private func flow(
        _ name: String, rounds: Int, keepOneOf kept: Int?, groups: Int = 1
    ) throws -> (receive: Int, look: Int, delete: Int) {
        let server = Server()
        let url = QueueBench.url(name)
        let isFIFO = name.hasSuffix(".fifo")
        _ = try server.run(
            CreateQueue.self,
            CreateQueueInput(queueName: name, attributes: isFIFO ? ["FifoQueue": "true"] : ["VisibilityTimeout": "5"]))
        var largest = (receive: 0, look: 0, delete: 0)
        for round in 0..<rounds {
            let entries = (0..<10).map { number in
                SendMessageBatchRequestEntry(
                    id: "\(number)", messageBody: "x", messageDeduplicationId: isFIFO ? "\(round)-\(number)" : nil,
                    messageGroupId: isFIFO ? "g\((round * 10 + number) % groups)" : nil)
            }
            _ = try server.run(SendMessageBatch.self, SendMessageBatchInput(queueUrl: url, entries: entries))
            _ = server.storage.takeLargest()
            let received = try server.run(
                ReceiveMessage.self, ReceiveMessageInput(queueUrl: url, maxNumberOfMessages: 10))
            largest.receive = max(largest.receive, server.storage.takeLargest())
            let receipts = (received.messages ?? []).map { $0.receiptHandle ?? "" }
            let deleted = receipts.enumerated().filter { kept == nil || (round * 10 + $0.offset) % kept! != 0 }
            if !deleted.isEmpty {
                _ = try server.run(
                    DeleteMessageBatch.self,
                    DeleteMessageBatchInput(
                        queueUrl: url,
                        entries: deleted.map {
                            DeleteMessageBatchRequestEntry(id: "\($0.offset)", receiptHandle: $0.element)
                        }))
            }
            largest.delete = max(largest.delete, server.storage.takeLargest())
            server.clock.advance(milliseconds: 20)
            try server.look(url)
            largest.look = max(largest.look, server.storage.takeLargest())
        }
        return largest
    }

    @Test func `a queue from which everything is deleted leads nobody over what was`() throws {
        let largest = try self.flow("q", rounds: 700, keepOneOf: nil)
        #expect(largest == (0, 0, 0))
    }

    // 500 entries a second: an interval of the waiting list is a second wide.
    @Test(arguments: [7, 300])
    func `messages that stay in flight among many that are deleted are found without a long walk`(kept: Int) throws {
        let largest = try self.flow("q", rounds: 700, keepOneOf: kept)
        #expect(largest.receive <= 500 && largest.look <= 500 && largest.delete <= 500, "\(largest)")
    }

    @Test(arguments: [1, 5, 1_000_000])
    func `a FIFO queue finds its next group and message at once`(groups: Int) throws {
        let largest = try self.flow("q.fifo", rounds: 400, keepOneOf: nil, groups: groups)
        #expect(largest.receive <= 20 && largest.look <= 20 && largest.delete <= 20, "\(largest)")
    }

    /// A group with a long backlog and much in flight, and others that come and go.
    @Test func `nobody walks over the backlog of a noisy group, nor over what was taken past it`() throws {
        let server = Server()
        let url = QueueBench.url("q")
        _ = try server.run(CreateQueue.self, CreateQueueInput(queueName: "q"))
        func send(_ group: String, _ batches: Int) throws {
            for _ in 0..<batches {
                let entries = (0..<10).map {
                    SendMessageBatchRequestEntry(id: "\($0)", messageBody: group, messageGroupId: group)
                }
                _ = try server.run(SendMessageBatch.self, SendMessageBatchInput(queueUrl: url, entries: entries))
            }
        }
        func take() throws -> [String] {
            let input = ReceiveMessageInput(queueUrl: url, maxNumberOfMessages: 10, visibilityTimeout: 43_200)
            let messages = try server.run(ReceiveMessage.self, input).messages ?? []
            for message in messages where message.body != "a" {
                _ = try server.run(
                    DeleteMessage.self,
                    DeleteMessageInput(queueUrl: url, receiptHandle: message.receiptHandle ?? ""))
            }
            return messages.map { $0.body ?? "" }
        }
        try send("a", 200)
        for _ in 0..<5 { _ = try take() }
        _ = server.storage.takeLargest()
        for round in 0..<300 {
            try send("b\(round % 3)", 1)
            #expect(try take().allSatisfy { $0 != "a" })
        }
        #expect(server.storage.takeLargest() <= 20)
        for _ in 0..<100 { #expect(try take().allSatisfy { $0 == "a" }) }
        #expect(server.storage.takeLargest() <= 20)
    }
}
