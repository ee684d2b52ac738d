package import ApusBase
package import ApusStore

/// A key that a queue's id and a message's sequence make.
package protocol MessageSequenceKey: StoreKey {
    var queue: QueueID { get }
    var sequence: UInt64 { get }
    init(_ queue: QueueID, _ sequence: UInt64)
}

extension MessageSequenceKey {
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.queue.number)
        encoder.append(self.sequence)
    }
    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        let queue = QueueID(try decoder.readInteger())
        self.init(queue, try decoder.readInteger())
    }
    /// All keys of one queue.
    package static func range(of queue: QueueID) -> KeyRange<Self> { Self.range { $0.append(queue.number) } }
}

/// `sqsMessage`
package struct MessageKey: MessageSequenceKey {
    package typealias Value = MessageRecord
    package static let tag = KeyTag.sqsMessage
    package let queue: QueueID
    package let sequence: UInt64
    package init(_ queue: QueueID, _ sequence: UInt64) {
        self.queue = queue
        self.sequence = sequence
    }
}

/// `sqsFlight`: how it stands with a message that was received, or is delayed.
package struct FlightKey: MessageSequenceKey {
    package typealias Value = FlightRecord
    package static let tag = KeyTag.sqsFlight
    package let queue: QueueID
    package let sequence: UInt64
    package init(_ queue: QueueID, _ sequence: UInt64) {
        self.queue = queue
        self.sequence = sequence
    }
}

/// `sqsWaiting`: what comes due when.
package struct WaitingKey: StoreKey {
    package typealias Value = WaitingRecord
    package static let tag = KeyTag.sqsWaiting
    package let queue: QueueID
    package let visible: Timestamp
    package let sequence: UInt64
    package init(_ queue: QueueID, visible: Timestamp, _ sequence: UInt64) {
        self.queue = queue
        self.visible = visible
        self.sequence = sequence
    }
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.queue.number)
        encoder.append(self.visible.milliseconds)
        encoder.append(self.sequence)
    }
    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.queue = QueueID(try decoder.readInteger())
        self.visible = Timestamp(milliseconds: try decoder.readInt64())
        self.sequence = try decoder.readInteger()
    }
    /// All entries of one queue.
    package static func range(of queue: QueueID) -> KeyRange<WaitingKey> { Self.range { $0.append(queue.number) } }

    /// The entries from `start` to `end`, both included.
    package static func range(
        of queue: QueueID, from start: Timestamp, through end: Timestamp
    ) -> KeyRange<WaitingKey> {
        Self.range(of: queue).from { (encoder: inout KeyEncoder) in
            encoder.append(queue.number)
            encoder.append(start.milliseconds)
        }.before { (encoder: inout KeyEncoder) in
            encoder.append(queue.number)
            encoder.append(end.milliseconds + 1)
        }
    }
}
