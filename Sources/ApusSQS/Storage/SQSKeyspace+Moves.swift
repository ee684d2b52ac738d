package import ApusStore

/// `sqsMoveTask`: the active move task of a dead-letter queue. Account and region come first, since active tasks are
/// counted by them.
package struct MoveTaskKey: StoreKey {
    package typealias Value = MoveTaskRecord
    package static let tag = KeyTag.sqsMoveTask
    package let account: String
    package let region: String
    package let queue: QueueID

    package init(account: String, region: String, queue: QueueID) {
        self.account = account
        self.region = region
        self.queue = queue
    }
    package init(_ queue: Queue) {
        self.init(account: queue.key.account, region: queue.key.region, queue: queue.id)
    }
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.region)
        encoder.append(self.queue.number)
    }
    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.account = try decoder.readString()
        self.region = try decoder.readString()
        self.queue = QueueID(try decoder.readInteger())
    }
    /// The active tasks of one account in one region.
    package static func range(account: String, region: String) -> KeyRange<MoveTaskKey> {
        Self.range { (encoder: inout KeyEncoder) in
            encoder.append(account)
            encoder.append(region)
        }
    }

    /// What is signalled when a task begins or is to end.
    package static let channel = Channel(MoveTaskKey(account: "", region: "", queue: QueueID(0)))
}

/// `sqsMoveHistory`: a move task that has ended. Numbers grow.
package struct MoveHistoryKey: StoreKey {
    package typealias Value = MoveTaskRecord
    package static let tag = KeyTag.sqsMoveHistory
    package let queue: QueueID
    package let number: UInt64

    package init(_ queue: QueueID, _ number: UInt64) {
        self.queue = queue
        self.number = number
    }
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.queue.number)
        encoder.append(self.number)
    }
    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.queue = QueueID(try decoder.readInteger())
        self.number = try decoder.readInteger()
    }
    package static func range(of queue: QueueID) -> KeyRange<MoveHistoryKey> { Self.range { $0.append(queue.number) } }
}
