package import ApusBase
package import ApusService
package import ApusStore

/// A queue with its state, in one transaction. Changes of the state are kept with `save`, once, at the end.
package struct OpenQueue: ~Copyable {
    package let queue: Queue
    package internal(set) var state: QueueState

    package init(_ queue: Queue, in call: inout Call) throws(ServiceError) {
        self.queue = queue
        guard let state = try call.get(QueueStateKey(queue.id)) else {
            throw .store(.corrupt(.sqsQueueState, reason: "a queue without a state"))
        }
        self.state = state
    }

    package var id: QueueID { self.queue.id }
    package var kind: QueueKind { self.queue.attributes.kind }

    /// What is signalled when there may be something to receive, or when it comes earlier than was known.
    package var channel: Channel { Channel(QueueStateKey(self.id)) }

    /// Writes the state back.
    package mutating func save(in call: inout Call) throws(ServiceError) {
        if self.state.fair != nil, self.state.fresh == 0 { self.endSharing() }
        try call.put(QueueStateKey(self.id), self.state)
    }

    // MARK: The waiting list

    mutating func wait(
        _ sequence: UInt64, until visible: Timestamp, _ record: WaitingRecord, in call: inout Call
    ) throws(ServiceError) {
        try call.put(WaitingKey(self.id, visible: visible, sequence), record)
        self.state.waiting.insert(visible)
        if record.isInFlight { self.state.received += 1 } else { self.state.delayed += 1 }
    }

    mutating func stopWaiting(
        _ sequence: UInt64, until visible: Timestamp, _ kind: WaitingKind, in call: inout Call
    ) throws(ServiceError) {
        try call.delete(WaitingKey(self.id, visible: visible, sequence))
        guard self.state.waiting.remove(visible) else {
            throw Self.broken(.sqsQueueState, "an entry of the waiting list in no interval")
        }
        switch kind {
        case .inFlight: self.state.received -= 1
        case .delayed: self.state.delayed -= 1
        }
    }

    /// Which counter an entry of the waiting list is in.
    enum WaitingKind { case inFlight, delayed }

    /// When the first entry of the waiting list comes or came due; nil when there is none. Where it is not yet due, it
    /// may be earlier than the truth.
    package func firstDue(in call: inout Call) throws(ServiceError) -> Timestamp? {
        guard let first = self.state.waiting.intervals.first else { return nil }
        if first.start > call.now { return first.start }
        guard
            let entry = try call.first(WaitingKey.range(of: self.id, from: first.start, through: first.end))
        else { throw .store(.corrupt(.sqsWaiting, reason: "an interval without entries")) }
        return entry.key.visible
    }

    /// Up to `limit` entries that have come due, in the order of time.
    mutating func due(
        limit: Int, in call: inout Call
    ) throws(ServiceError) -> [(key: WaitingKey, value: WaitingRecord)] {
        var entries: [(key: WaitingKey, value: WaitingRecord)] = []
        for (index, interval) in self.state.waiting.intervals.enumerated() where interval.start <= call.now {
            let end = min(interval.end, call.now)
            let page = try call.page(
                WaitingKey.range(of: self.id, from: interval.start, through: end), limit: limit - entries.count)
            if index == 0, let first = page.first { self.state.waiting.begin(at: first.key.visible) }
            entries += page
            if entries.count >= limit { break }
        }
        return entries
    }

    // MARK: The oldest message

    /// Notes that a message of that time comes in.
    mutating func noteArrival(_ sequence: UInt64, sent: Timestamp) {
        if self.state.total(self.kind) == 0 {
            self.state.oldestHead = sequence
            self.state.oldestSent = sent
        } else if sent < self.state.oldestSent {
            self.state.oldestSent = sent
        }
    }

    /// Moves `oldestHead` on now and then, after a message was deleted, so that whoever looks for the oldest message
    /// never walks over more than some thousand deleted ones.
    mutating func noteDeparture(in call: inout Call) throws(ServiceError) {
        let total = UInt64(self.state.total(self.kind))
        if total == 0 {
            self.state.oldestHead = self.state.nextSequence
            return
        }
        let span = self.state.nextSequence - self.state.oldestHead
        guard span > total, (span - total).isMultiple(of: Self.holes) else { return }
        if let oldest = try self.oldest(in: &call) { self.state.oldestHead = oldest.sequence }
    }
    private static let holes: UInt64 = 8_192

    /// The key of the oldest message. Walks over what was deleted since `oldestHead`.
    func oldest(in call: inout Call) throws(ServiceError) -> MessageKey? {
        var oldest: MessageKey?
        try call.scan(MessageKey.range(of: self.id).from(MessageKey(self.id, self.state.oldestHead))) { key, _ in
            oldest = key
            return .stop
        }
        return oldest
    }

    /// Records that point at each other and do not agree.
    static func broken(_ tag: KeyTag, _ reason: String) -> ServiceError { .store(.corrupt(tag, reason: reason)) }
}
