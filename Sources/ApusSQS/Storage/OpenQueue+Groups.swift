internal import ApusBase
internal import ApusService
internal import ApusStore

// Message groups of FIFO queues. A group is blocked while messages of it are in flight; else it is ready, or, when its
// first message is still delayed, in the waiting list.
extension OpenQueue {
    /// The group's record, which must be there.
    func group(_ id: String, in call: inout Call) throws(ServiceError) -> GroupRecord {
        guard let record = try call.get(GroupKey(self.id, id)) else {
            throw Self.broken(.sqsGroup, "messages without their group")
        }
        return record
    }

    mutating func appendToGroup(
        _ message: MessageRecord, _ sequence: UInt64, in call: inout Call
    ) throws(ServiceError) {
        guard let id = message.group else {
            throw Self.broken(.sqsMessage, "a message of a FIFO queue without a group")
        }
        try call.put(GroupOrderKey(self.id, id, sequence), OrderRecord(sent: message.sent))
        self.state.fresh += 1
        if try call.contains(GroupKey(self.id, id)) { return }
        try self.settle(id, GroupRecord(head: sequence), in: &call)
    }

    /// Writes a group of which something changed: gives it its place, or deletes it when it has no message left.
    ///
    /// `group.head` may be the sequence of a message that is gone; `group.place` says where the group still has an
    /// entry.
    mutating func settle(_ id: String, _ group: GroupRecord, in call: inout Call) throws(ServiceError) {
        var group = group
        guard let first = try call.first(GroupOrderKey.range(of: self.id, id, from: group.head)) else {
            try self.leavePlace(group, in: &call)
            try call.delete(GroupKey(self.id, id))
            return
        }
        if case .delayed = group.place, first.key.sequence != group.head {
            try self.leavePlace(group, in: &call)
            group.place = .blocked
        }
        group.head = first.key.sequence
        if group.inFlight == 0, group.place == .blocked {
            group.place = try self.place(of: id, group, sent: first.value.sent, in: &call)
        }
        try call.put(GroupKey(self.id, id), group)
    }

    /// Enters a group with nothing in flight where it waits for its next receive.
    private mutating func place(
        of id: String, _ group: GroupRecord, sent: Timestamp, in call: inout Call
    ) throws(ServiceError) -> GroupRecord.Place {
        if group.head > group.receivedThrough, self.isDelayed(sent, in: call) {
            let visible = self.end(ofDelay: sent)
            try self.wait(group.head, until: visible, .delayedGroup(id), in: &call)
            return .delayed(visible)
        }
        let number = self.state.nextReady
        self.state.nextReady += 1
        try call.put(GroupReadyKey(self.id, number), ReadyRecord(id))
        return .ready(number)
    }

    /// When a message sent then may be received. The delay of a FIFO queue is that of the queue at present: changing it
    /// changes it for messages already sent.
    private func end(ofDelay sent: Timestamp) -> Timestamp {
        sent + Int64(self.queue.attributes.delaySeconds) * 1000
    }

    /// Without a delay nothing is, even when the clock has gone back since.
    func isDelayed(_ sent: Timestamp, in call: borrowing Call) -> Bool {
        self.queue.attributes.delaySeconds > 0 && self.end(ofDelay: sent) > call.now
    }

    private mutating func leavePlace(_ group: GroupRecord, in call: inout Call) throws(ServiceError) {
        switch group.place {
        case .blocked: break
        case .ready(let number): try call.delete(GroupReadyKey(self.id, number))
        case .delayed(let until): try self.stopWaiting(group.head, until: until, .delayed, in: &call)
        }
    }

    // MARK: Waking

    /// Makes messages visible whose time has come, and groups ready that were blocked by them or delayed.
    mutating func wakeGroups(in call: inout Call) throws(ServiceError) {
        guard let start = self.state.waiting.start, start <= call.now else { return }
        for entry in try self.due(limit: SQSLimits.duePerReceive, in: &call) {
            let sequence = entry.key.sequence
            if case .delayedGroup(let id) = entry.value {
                try self.stopWaiting(sequence, until: entry.key.visible, .delayed, in: &call)
                var group = try self.group(id, in: &call)
                group.place = .blocked
                try self.settle(id, group, in: &call)
            } else {
                guard var flight = try call.get(FlightKey(self.id, sequence)), let id = flight.group else {
                    throw Self.broken(.sqsWaiting, "an entry without its flight")
                }
                try self.stopWaiting(sequence, until: entry.key.visible, .inFlight, in: &call)
                flight.visible = nil
                try call.put(FlightKey(self.id, sequence), flight)
                self.state.fresh += 1
                try self.land(id, in: &call)
            }
        }
    }

    /// Notes that one message of the group is no longer in flight.
    mutating func land(_ id: String, in call: inout Call) throws(ServiceError) {
        var group = try self.group(id, in: &call)
        group.inFlight -= 1
        try self.settle(id, group, in: &call)
    }

    // MARK: Taking

    mutating func takeFromGroups(_ taking: inout Taking, in call: inout Call) throws(ServiceError) {
        let range = GroupReadyKey.range(of: self.id).from(GroupReadyKey(self.id, self.state.readyHead))
        let ready = try call.page(range, limit: SQSLimits.groupsPerReceive)
        if ready.isEmpty { self.state.readyHead = self.state.nextReady }
        for (key, record) in ready {
            if taking.isFull || !taking.mayPutAside || !self.mayTakeMore { return }
            try call.delete(key)
            self.state.readyHead = key.number + 1
            var group = try self.group(record.group, in: &call)
            group.place = .blocked
            try self.take(from: record.group, &group, &taking, in: &call)
            try self.settle(record.group, group, in: &call)
        }
    }

    /// Takes messages of one group in their order, until the first that cannot be taken.
    private mutating func take(
        from id: String, _ group: inout GroupRecord, _ taking: inout Taking, in call: inout Call
    ) throws(ServiceError) {
        let limit = taking.room + SQSLimits.asidePerReceive - taking.aside
        let order = try call.page(GroupOrderKey.range(of: self.id, id, from: group.head), limit: limit)
        for (key, value) in order {
            if taking.isFull || !taking.mayPutAside || !self.mayTakeMore { return }
            let sequence = key.sequence
            let wasReceived = sequence <= group.receivedThrough
            if !wasReceived, self.isDelayed(value.sent, in: call) { return }
            guard let message = try call.get(MessageKey(self.id, sequence)) else {
                throw Self.broken(.sqsGroupOrder, "an entry without its message")
            }
            let receives = wasReceived ? try call.get(FlightKey(self.id, sequence))?.receives : nil
            let isExpired = self.isExpired(message.sent, in: call)
            self.state.fresh -= 1
            if isExpired {
                try self.deleteFromGroup(key, in: &call)
                taking.aside += 1
            } else if try self.goesAside(receives, &taking, in: &call) {
                try self.deleteFromGroup(key, in: &call)
                try self.moveAside(message, receives, &taking, in: &call)
            } else {
                try self.deliver(sequence, message, receives, &taking, in: &call)
                group.inFlight += 1
                group.receivedThrough = max(group.receivedThrough, sequence)
            }
        }
    }

    /// Deletes the records of a message that no counter counts any more.
    mutating func deleteFromGroup(_ key: GroupOrderKey, in call: inout Call) throws(ServiceError) {
        try call.delete(key)
        try call.delete(MessageKey(self.id, key.sequence))
        try call.delete(FlightKey(self.id, key.sequence))
        try self.noteDeparture(in: &call)
    }
}
