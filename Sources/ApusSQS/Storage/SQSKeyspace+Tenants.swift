package import ApusStore

/// A key that a queue's id and a message group make.
package protocol QueueGroupKey: StoreKey {
    var queue: QueueID { get }
    var group: String { get }
    init(_ queue: QueueID, _ group: String)
}

extension QueueGroupKey {
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.queue.number)
        encoder.append(self.group)
    }
    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        let queue = QueueID(try decoder.readInteger())
        self.init(queue, try decoder.readString())
    }
    /// All keys of one queue.
    package static func range(of queue: QueueID) -> KeyRange<Self> { Self.range { $0.append(queue.number) } }
}

/// `sqsTenant`: a message group of a standard queue.
package struct TenantKey: QueueGroupKey {
    package typealias Value = TenantRecord
    package static let tag = KeyTag.sqsTenant
    package let queue: QueueID
    package let group: String
    package init(_ queue: QueueID, _ group: String) {
        self.queue = queue
        self.group = group
    }
}

/// `sqsNoisyTenant`: a group that is served after all others. The key stays the same as long as the group is noisy, however
/// many of its messages come and go.
package struct NoisyTenantKey: QueueGroupKey {
    package typealias Value = NoisyRecord
    package static let tag = KeyTag.sqsNoisyTenant
    package let queue: QueueID
    package let group: String
    package init(_ queue: QueueID, _ group: String) {
        self.queue = queue
        self.group = group
    }
}

/// `sqsTenantMessage`: a waiting message of a group. Messages never received go by their sequences, those that came back by
/// the numbers that they got then, so that both lists are consumed from their front.
package struct TenantMessageKey: StoreKey {
    package enum List: UInt8, Sendable { case again = 0, fresh = 1 }

    package typealias Value = TenantMessageRecord
    package static let tag = KeyTag.sqsTenantMessage
    package let queue: QueueID
    package let group: String
    package let list: List
    package let number: UInt64

    package init(_ queue: QueueID, _ group: String, _ list: List, _ number: UInt64) {
        self.queue = queue
        self.group = group
        self.list = list
        self.number = number
    }
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.queue.number)
        encoder.append(self.group)
        encoder.append(self.list.rawValue)
        encoder.append(self.number)
    }
    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.queue = QueueID(try decoder.readInteger())
        self.group = try decoder.readString()
        guard let list = List(rawValue: try decoder.readInteger()) else { throw KeyError() }
        self.list = list
        self.number = try decoder.readInteger()
    }
    package static func range(of queue: QueueID) -> KeyRange<TenantMessageKey> {
        Self.range { $0.append(queue.number) }
    }
    /// The messages of one list from `number` on.
    package static func range(
        of queue: QueueID, _ group: String, _ list: List, from number: UInt64
    ) -> KeyRange<TenantMessageKey> {
        Self.range { (encoder: inout KeyEncoder) in
            encoder.append(queue.number)
            encoder.append(group)
            encoder.append(list.rawValue)
        }.from(TenantMessageKey(queue, group, list, number))
    }
}

/// `sqsTurn`: who is served next in a standard queue that groups share. Numbers only grow, and turns are taken from the
/// front.
package struct TurnKey: StoreKey {
    package typealias Value = TurnRecord
    package static let tag = KeyTag.sqsTurn
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
    package static func range(of queue: QueueID) -> KeyRange<TurnKey> { Self.range { $0.append(queue.number) } }
}
