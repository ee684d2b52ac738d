package import ApusStore

/// `sqsGroup`: a message group that has messages.
package struct GroupKey: StoreKey {
    package typealias Value = GroupRecord
    package static let tag = KeyTag.sqsGroup
    package let queue: QueueID
    package let group: String
    package init(_ queue: QueueID, _ group: String) {
        self.queue = queue
        self.group = group
    }
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.queue.number)
        encoder.append(self.group)
    }
    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.queue = QueueID(try decoder.readInteger())
        self.group = try decoder.readString()
    }
    package static func range(of queue: QueueID) -> KeyRange<GroupKey> { Self.range { $0.append(queue.number) } }
}

/// `sqsGroupOrder`: one message of a group.
package struct GroupOrderKey: StoreKey {
    package typealias Value = OrderRecord
    package static let tag = KeyTag.sqsGroupOrder
    package let queue: QueueID
    package let group: String
    package let sequence: UInt64
    package init(_ queue: QueueID, _ group: String, _ sequence: UInt64) {
        self.queue = queue
        self.group = group
        self.sequence = sequence
    }
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.queue.number)
        encoder.append(self.group)
        encoder.append(self.sequence)
    }
    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.queue = QueueID(try decoder.readInteger())
        self.group = try decoder.readString()
        self.sequence = try decoder.readInteger()
    }
    package static func range(of queue: QueueID) -> KeyRange<GroupOrderKey> { Self.range { $0.append(queue.number) } }

    /// The group's messages from `sequence` on.
    package static func range(of queue: QueueID, _ group: String, from sequence: UInt64) -> KeyRange<GroupOrderKey> {
        Self.range { (encoder: inout KeyEncoder) in
            encoder.append(queue.number)
            encoder.append(group)
        }.from(GroupOrderKey(queue, group, sequence))
    }
}

/// `sqsGroupReady`: a group from which may be received; the number is its turn.
package struct GroupReadyKey: StoreKey {
    package typealias Value = ReadyRecord
    package static let tag = KeyTag.sqsGroupReady
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
    package static func range(of queue: QueueID) -> KeyRange<GroupReadyKey> { Self.range { $0.append(queue.number) } }
}

/// `sqsDeduplication`: an id under which a message was sent. Periods are as long as the deduplication interval, so what
/// is still in force lies in the present one and the one before, and all older ones are deleted as one range.
package struct DeduplicationKey: StoreKey {
    package typealias Value = DeduplicationRecord
    package static let tag = KeyTag.sqsDeduplication
    package let queue: QueueID
    package let period: UInt32
    /// The group, where deduplication is per group; else empty.
    package let scope: String
    package let id: String
    package init(_ queue: QueueID, period: UInt32, scope: String, _ id: String) {
        self.queue = queue
        self.period = period
        self.scope = scope
        self.id = id
    }
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.queue.number)
        encoder.append(self.period)
        encoder.append(self.scope)
        encoder.append(self.id)
    }
    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.queue = QueueID(try decoder.readInteger())
        self.period = try decoder.readInteger()
        self.scope = try decoder.readString()
        self.id = try decoder.readString()
    }
    package static func range(of queue: QueueID) -> KeyRange<DeduplicationKey> {
        Self.range { $0.append(queue.number) }
    }
}

/// `sqsReceiveAttempt`: a receive that can be repeated. Periods as in `DeduplicationKey`.
package struct AttemptKey: StoreKey {
    package typealias Value = AttemptRecord
    package static let tag = KeyTag.sqsReceiveAttempt
    package let queue: QueueID
    package let period: UInt32
    package let id: String
    package init(_ queue: QueueID, period: UInt32, _ id: String) {
        self.queue = queue
        self.period = period
        self.id = id
    }
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.queue.number)
        encoder.append(self.period)
        encoder.append(self.id)
    }
    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.queue = QueueID(try decoder.readInteger())
        self.period = try decoder.readInteger()
        self.id = try decoder.readString()
    }
    package static func range(of queue: QueueID) -> KeyRange<AttemptKey> { Self.range { $0.append(queue.number) } }
}
