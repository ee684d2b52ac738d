internal import ApusBase
package import ApusService
internal import ApusStore

/// How many messages a queue has.
package struct QueueCounts: Equatable, Sendable {
    package var visible: Int
    package var notVisible: Int
    package var delayed: Int
}

extension OpenQueue {
    /// The three counts of `GetQueueAttributes`. What has come due is counted up to `SQSLimits.countedEntries`; the
    /// rest is known from the state.
    package func counts(in call: inout Call) throws(ServiceError) -> QueueCounts {
        let due = try self.dueEntries(in: &call)
        switch self.kind {
        case .standard:
            return QueueCounts(
                visible: self.state.fresh + due.received + due.delayed, notVisible: self.state.received - due.received,
                delayed: self.state.delayed - due.delayed)
        case .fifo:
            let delayed = try self.delayedMessages(in: &call)
            return QueueCounts(
                visible: self.state.fresh - delayed + due.received, notVisible: self.state.received - due.received,
                delayed: delayed)
        }
    }

    private func dueEntries(in call: inout Call) throws(ServiceError) -> (received: Int, delayed: Int) {
        var whole = 0
        var part = 0
        for interval in self.state.waiting.intervals where interval.start <= call.now {
            if self.state.delayed == 0, interval.end <= call.now {
                whole += interval.count
                continue
            }
            let range = WaitingKey.range(of: self.id, from: interval.start, through: min(interval.end, call.now))
            if self.state.delayed == 0 {
                part += try call.count(range, limit: SQSLimits.countedEntries)
                continue
            }
            var left = SQSLimits.countedEntries
            try call.scan(range) { _, value in
                if value.isInFlight { whole += 1 } else { part += 1 }
                left -= 1
                return left > 0 ? .next : .stop
            }
        }
        return self.state.delayed == 0 ? (whole + part, 0) : (whole, part)
    }

    /// The messages of a FIFO queue that are too young for its delay: those at the ends of its groups.
    private func delayedMessages(in call: inout Call) throws(ServiceError) -> Int {
        guard self.queue.attributes.delaySeconds > 0 else { return 0 }
        let young = call.now - Int64(self.queue.attributes.delaySeconds) * 1000
        var groups: [(id: String, receivedThrough: UInt64)] = []
        try call.scan(GroupKey.range(of: self.id)) { key, record in
            groups.append((key.group, record.receivedThrough))
            return groups.count < SQSLimits.countedEntries / 10 ? .next : .stop
        }
        var count = 0
        var left = SQSLimits.countedEntries
        for group in groups where left > 0 {
            let range = GroupOrderKey.range(of: self.id, group.id, from: group.receivedThrough + 1)
            try call.scan(range, direction: .backward) { _, order in
                left -= 1
                guard order.sent > young, left > 0 else { return .stop }
                count += 1
                return .next
            }
        }
        return count
    }
}
