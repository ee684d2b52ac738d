internal import ApusBase
package import ApusService
internal import ApusStore

// Removing many messages: those that are too old, or all.
extension OpenQueue {
    /// Deletes messages that are older than the queue keeps them, from the oldest on, as many as one step may. Answers
    /// whether there may be more.
    package mutating func expire(in call: inout Call) throws(ServiceError) -> Bool {
        let retention = Int64(self.queue.attributes.retentionSeconds) * 1000
        guard self.state.total(self.kind) > 0, self.state.oldestSent + retention <= call.now else { return false }
        let now = call.now
        var expired: [(sequence: UInt64, group: String?, turn: UInt64?)] = []
        var bytes = 0
        var next: (sequence: UInt64, sent: Timestamp)?
        let range = MessageKey.range(of: self.id).from(MessageKey(self.id, self.state.oldestHead))
        try call.scan(range) { key, message in
            guard message.sent + retention <= now, expired.count < SQSLimits.expiredPerStep,
                bytes < SQSLimits.expiredBytesPerStep
            else {
                next = (key.sequence, message.sent)
                return .stop
            }
            expired.append((key.sequence, message.group, message.turn))
            bytes += message.body.utf8.count
            return .next
        }
        for message in expired { try self.expire(message.sequence, message.group, message.turn, in: &call) }
        if let next {
            self.state.oldestHead = next.sequence
            self.state.oldestSent = next.sent
        }
        guard let next else { return false }
        return next.sent + retention <= now
    }

    private mutating func expire(
        _ sequence: UInt64, _ group: String?, _ turn: UInt64?, in call: inout Call
    ) throws(ServiceError) {
        if let flight = try call.get(FlightKey(self.id, sequence)) {
            try self.remove(sequence, flight, in: &call)
            return
        }
        self.state.fresh -= 1
        switch self.kind {
        case .standard:
            try call.delete(MessageKey(self.id, sequence))
            if let fair = self.state.fair, sequence >= fair.from {
                try self.leaveUnreceived(sequence, group, turn, in: &call)
            } else if sequence >= self.state.freshHead {
                self.state.freshHead = sequence + 1
            }
            try self.noteDeparture(in: &call)
        case .fifo:
            guard let group else { throw Self.broken(.sqsMessage, "a message of a FIFO queue without a group") }
            try self.deleteFromGroup(GroupOrderKey(self.id, group, sequence), in: &call)
            try self.settle(group, try self.group(group, in: &call), in: &call)
        }
    }

    /// Deletes every message. Deduplication goes on remembering what was sent.
    package mutating func purge(in call: inout Call) throws(ServiceError) {
        try Self.clearMessages(self.id, in: &call)
        var state = QueueState()
        state.nextSequence = self.state.nextSequence
        state.freshHead = state.nextSequence
        state.oldestHead = state.nextSequence
        state.nextReady = self.state.nextReady
        state.readyHead = state.nextReady
        state.period = self.state.period
        self.state = state
    }

    /// Deletes every record that the queue's id alone leads to.
    package static func destroy(_ id: QueueID, in call: inout Call) throws(ServiceError) {
        try self.clearMessages(id, in: &call)
        try call.clear(DeduplicationKey.range(of: id))
        try call.delete(QueueStateKey(id))
        try call.delete(QueueTagsKey(id))
        try call.delete(QueuePlaceKey(id))
    }

    private static func clearMessages(_ id: QueueID, in call: inout Call) throws(ServiceError) {
        try call.clear(MessageKey.range(of: id))
        try call.clear(FlightKey.range(of: id))
        try call.clear(WaitingKey.range(of: id))
        try call.clear(GroupKey.range(of: id))
        try call.clear(GroupOrderKey.range(of: id))
        try call.clear(GroupReadyKey.range(of: id))
        try call.clear(AttemptKey.range(of: id))
        try call.clear(TenantKey.range(of: id))
        try call.clear(TenantMessageKey.range(of: id))
        try call.clear(TurnKey.range(of: id))
        try call.clear(NoisyTenantKey.range(of: id))
    }
}
