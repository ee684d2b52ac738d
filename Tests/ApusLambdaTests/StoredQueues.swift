import ApusBase
import ApusService
import ApusStore

/// `2010, queue, number`: a message of a stand-in queue, under a tag that these tests have for themselves.
struct StoredMessageKey: StoreKey {
    typealias Value = StoredMessage
    static let tag = KeyTag.sqsMessage
    var queue: String
    var number: UInt64

    func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.queue)
        encoder.append(self.number)
    }
    init(queue: String, number: UInt64) {
        self.queue = queue
        self.number = number
    }
    init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.queue = try decoder.readString()
        self.number = try decoder.readInteger()
    }
    static func all(_ queue: String) -> KeyRange<StoredMessageKey> { Self.range { $0.append(queue) } }
}

struct StoredMessage: StoreValue, Equatable {
    var body: String
    var attributes: [String: String]
    var visible: Timestamp
    var receives: Int
    var trace: String?

    init(
        body: String, attributes: [String: String], visible: Timestamp, receives: Int = 0, trace: String? = nil
    ) {
        self.body = body
        self.attributes = attributes
        self.visible = visible
        self.receives = receives
        self.trace = trace
    }
    func encode(into writer: inout RecordWriter) {
        writer.string(self.body)
        writer.stringMap(self.attributes)
        writer.timestamp(self.visible)
        writer.int(self.receives)
        writer.optional(self.trace) { $0.string($1) }
    }
    init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.body = try reader.readString()
        self.attributes = try reader.readStringMap()
        self.visible = try reader.readTimestamp()
        self.receives = Int(try reader.readInt())
        self.trace = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
    }
}

/// Queues that lie in the store, so that transactions may run again. Every queue exists but those named `missing`.
struct StoredQueues: MessageSink, MessageSource {
    var visibilitySeconds = 30

    static func arn(_ name: String) -> String { "arn:aws:sqs:eu-west-1:123456789012:\(name)" }

    private func check(_ action: String, _ arn: String, in call: inout Call) throws(ServiceError) {
        try call.require(Demand(action, on: arn, account: call.account))
        if arn.hasSuffix(":missing") {
            throw .api(
                APIError(
                    "QueueDoesNotExist", queryCode: "AWS.SimpleQueueService.NonExistentQueue", status: 400,
                    message: "The specified queue does not exist."))
        }
    }

    func send(_ message: OutgoingMessage, to queueARN: String, in call: inout Call) throws(ServiceError) {
        try self.check("sqs:SendMessage", queueARN, in: &call)
        let last = try call.first(StoredMessageKey.all(queueARN), direction: .backward)?.key.number ?? 0
        let key = StoredMessageKey(queue: queueARN, number: last + 1)
        try call.put(
            key,
            StoredMessage(
                body: message.body, attributes: message.attributes, visible: call.now, trace: call.context.trace))
        call.signal(Self.channel(queueARN))
    }

    func describe(_ queueARN: String, in call: inout Call) throws(ServiceError) -> MessageSourceDescription {
        try self.check("sqs:GetQueueAttributes", queueARN, in: &call)
        return MessageSourceDescription(
            isFIFO: queueARN.hasSuffix(".fifo"), visibilityTimeoutSeconds: self.visibilitySeconds)
    }

    func look(_ queueARN: String, in call: inout Call) throws(ServiceError) -> Sight {
        try self.check("sqs:ReceiveMessage", queueARN, in: &call)
        let next = try call.page(StoredMessageKey.all(queueARN), limit: 1000).map(\.value.visible).min()
        if let next, next <= call.now { return .something }
        return .nothing(channel: Self.channel(queueARN), wakeAt: next)
    }

    func receive(_ queueARN: String, limit: Int, in call: inout Call) throws(ServiceError) -> [IncomingMessage] {
        try self.check("sqs:ReceiveMessage", queueARN, in: &call)
        var taken: [IncomingMessage] = []
        for (key, message) in try call.page(StoredMessageKey.all(queueARN), limit: 1000)
        where message.visible <= call.now && taken.count < limit {
            var message = message
            message.visible = call.now.adding(seconds: Int64(self.visibilitySeconds))
            message.receives += 1
            try call.put(key, message)
            var system = ["ApproximateReceiveCount": String(message.receives)]
            system["AWSTraceHeader"] = message.trace
            taken.append(
                IncomingMessage(
                    id: "m\(key.number)", receipt: String(key.number), body: message.body, bodyMD5: "",
                    systemAttributes: system, attributes: [:],
                    attributesMD5: nil))
        }
        return taken
    }

    func delete(_ queueARN: String, receipts: [String], in call: inout Call) throws(ServiceError) {
        try self.check("sqs:DeleteMessage", queueARN, in: &call)
        for receipt in receipts {
            try call.delete(StoredMessageKey(queue: queueARN, number: UInt64(receipt) ?? 0))
        }
    }

    func changeVisibility(
        _ queueARN: String, receipts: [String], seconds: Int, in call: inout Call
    ) throws(ServiceError) {}

    private static func channel(_ queueARN: String) -> Channel { Channel(StoredMessageKey(queue: queueARN, number: 0)) }
}
