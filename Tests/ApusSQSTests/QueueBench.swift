import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import ApusWire
import Testing

@testable import ApusSQS

/// A server with queues, and short names for what tests do with them.
struct QueueBench {
    let bench: TestBench
    let authorizer: RecordingAuthorizer

    init(
        seed: UInt64 = 1, storage: MemoryStorage = MemoryStorage(),
        clock: ManualClock = ManualClock(Timestamp(milliseconds: 1_767_225_600_000))
    ) {
        let authorizer = RecordingAuthorizer()
        self.authorizer = authorizer
        self.bench = TestBench(seed: seed, storage: storage, clock: clock) { ports in
            ports.authorizer = authorizer
            ports.messageSink = SQS.messages
            ports.messageSource = SQS.messages
        }
    }

    var now: Timestamp { self.bench.clock.now }

    static func url(_ name: String) -> String { "http://localhost:4566/\(TestBench.account)/\(name)" }
    static func arn(_ name: String) -> String { "arn:aws:sqs:\(TestBench.region):\(TestBench.account):\(name)" }

    func run<Op: Operation>(
        _ operation: Op.Type, _ input: Op.Input, as principal: Principal? = nil
    ) throws(ServiceError) -> Op.Output {
        try self.bench.run(operation, input, as: principal)
    }

    /// Creates a queue, FIFO when its name says so, and answers its URL.
    @discardableResult
    func create(_ name: String, _ attributes: [String: String] = [:]) throws(ServiceError) -> String {
        var attributes = attributes
        if name.hasSuffix(".fifo") { attributes["FifoQueue"] = "true" }
        let output = try self.run(CreateQueue.self, CreateQueueInput(queueName: name, attributes: attributes))
        return output.queueUrl ?? ""
    }

    @discardableResult
    func send(
        _ url: String, _ body: String, group: String? = nil, id: String? = nil, delay: Int? = nil
    ) throws(ServiceError) -> SendMessageOutput {
        try self.run(
            SendMessage.self,
            SendMessageInput(
                queueUrl: url, messageBody: body, delaySeconds: delay, messageDeduplicationId: id, messageGroupId: group
            ))
    }

    /// Receives without waiting, whatever `look` would say.
    func receive(
        _ url: String, _ limit: Int = 1, timeout: Int? = nil, attempt: String? = nil, system: [String]? = nil
    ) throws(ServiceError) -> [Message] {
        let input = ReceiveMessageInput(
            queueUrl: url, messageSystemAttributeNames: system, maxNumberOfMessages: limit, visibilityTimeout: timeout,
            receiveRequestAttemptId: attempt)
        return try self.run(ReceiveMessage.self, input).messages ?? []
    }

    func bodies(_ url: String, _ limit: Int = 1, timeout: Int? = nil) throws(ServiceError) -> [String] {
        try self.receive(url, limit, timeout: timeout).map { $0.body ?? "" }
    }

    func delete(_ url: String, _ message: Message) throws(ServiceError) {
        _ = try self.run(
            DeleteMessage.self, DeleteMessageInput(queueUrl: url, receiptHandle: message.receiptHandle ?? ""))
    }

    func change(_ url: String, _ message: Message, seconds: Int) throws(ServiceError) {
        _ = try self.run(
            ChangeMessageVisibility.self,
            ChangeMessageVisibilityInput(
                queueUrl: url, receiptHandle: message.receiptHandle ?? "", visibilityTimeout: seconds))
    }

    func attributes(_ url: String, _ names: [String] = ["All"]) throws(ServiceError) -> [String: String] {
        try self.run(GetQueueAttributes.self, GetQueueAttributesInput(queueUrl: url, attributeNames: names)).attributes
            ?? [:]
    }

    func set(_ url: String, _ attributes: [String: String]) throws(ServiceError) {
        _ = try self.run(SetQueueAttributes.self, SetQueueAttributesInput(queueUrl: url, attributes: attributes))
    }

    /// Visible, in flight, delayed.
    func counts(_ url: String) throws(ServiceError) -> [Int] {
        let texts = try self.attributes(url)
        return ["", "NotVisible", "Delayed"].map { Int(texts["ApproximateNumberOfMessages\($0)"] ?? "") ?? -1 }
    }

    /// The caller's error that `body` throws, or nil.
    func refusal(_ body: () throws(ServiceError) -> Void) -> APIError? {
        do throws(ServiceError) {
            try body()
            return nil
        } catch {
            return error.apiError
        }
    }
}

extension APIError {
    /// The name in Query answers and in batches.
    var oldCode: String { self.queryCode ?? self.code }
}
