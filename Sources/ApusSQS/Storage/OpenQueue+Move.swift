internal import ApusBase
internal import ApusService
internal import ApusStore

// Taking messages out for good, for a move task. Messages in flight and delayed ones stay.
extension OpenQueue {
    /// Takes out messages in the order in which receives would give them, as many as the step may. What is too old is
    /// deleted on the way.
    mutating func takeOut(_ moving: inout Moving, in call: inout Call) throws(ServiceError) {
        switch self.kind {
        case .standard:
            try self.takeOutDue(&moving, in: &call)
            try self.takeOutFresh(&moving, in: &call)
            try self.takeOutShared(&moving, in: &call)
        case .fifo:
            try self.wakeGroups(in: &call)
            try self.takeOutOfGroups(&moving, in: &call)
        }
    }

    /// Whether there is a message that `takeOut` would find.
    func hasReceivable(in call: borrowing Call) -> Bool {
        if let start = self.state.waiting.start, start <= call.now { return true }
        return switch self.kind {
        case .standard: self.state.fresh > 0
        case .fifo: self.state.readyHead < self.state.nextReady
        }
    }

    // MARK: Standard queues

    private mutating func takeOutDue(_ moving: inout Moving, in call: inout Call) throws(ServiceError) {
        guard let start = self.state.waiting.start, start <= call.now, moving.hasRoom else { return }
        for entry in try self.due(limit: moving.room, in: &call) where moving.hasRoom {
            let key = MessageKey(self.id, entry.key.sequence)
            guard let message = try call.get(key) else {
                throw Self.broken(.sqsWaiting, "an entry without its message")
            }
            guard try self.goesOut(message, &moving, in: &call) else { return }
            let kind: WaitingKind = try self.receives(of: entry, in: &call) == nil ? .delayed : .inFlight
            try self.stopWaiting(entry.key.sequence, until: entry.key.visible, kind, in: &call)
            if let group = entry.value.tenant, kind == .inFlight { try self.landTenant(group, in: &call) }
            try call.delete(key)
            try call.delete(FlightKey(self.id, entry.key.sequence))
            try self.noteDeparture(in: &call)
        }
    }

    private mutating func takeOutFresh(_ moving: inout Moving, in call: inout Call) throws(ServiceError) {
        while self.state.plainFresh > 0, moving.hasRoom {
            let page = try self.freshPage(limit: min(moving.room, Self.movesPerPage), in: &call)
            guard !page.isEmpty else { throw Self.broken(.sqsMessage, "fewer fresh messages than counted") }
            for (key, message) in page where moving.hasRoom {
                if message.start == .delayed {
                    self.state.freshHead = key.sequence + 1
                    continue
                }
                guard try self.goesOut(message, &moving, in: &call) else { return }
                self.state.freshHead = key.sequence + 1
                self.state.fresh -= 1
                try call.delete(key)
                try self.noteDeparture(in: &call)
            }
        }
    }

    /// Each may have 1 MiB, of which a step moves only some.
    private static let movesPerPage = 8

    private mutating func takeOutShared(_ moving: inout Moving, in call: inout Call) throws(ServiceError) {
        while self.state.fair != nil, moving.hasRoom, let next = try self.nextShared(in: &call) {
            guard let message = try call.get(MessageKey(self.id, next.sequence)) else {
                throw Self.broken(.sqsTenantMessage, "an entry without its message")
            }
            guard try self.goesOut(message, &moving, in: &call) else { return }
            try self.takeFromList(next, in: &call)
            try call.delete(MessageKey(self.id, next.sequence))
            try call.delete(FlightKey(self.id, next.sequence))
            try self.noteDeparture(in: &call)
        }
    }

    /// Whether the message leaves the queue: into `moving`, or because it is too old.
    private func goesOut(
        _ message: MessageRecord, _ moving: inout Moving, in call: inout Call
    ) throws(ServiceError) -> Bool {
        guard self.isExpired(message.sent, in: call) else { return try moving.add(message, in: &call) }
        moving.dropped += 1
        return true
    }

    // MARK: FIFO queues

    private mutating func takeOutOfGroups(_ moving: inout Moving, in call: inout Call) throws(ServiceError) {
        let range = GroupReadyKey.range(of: self.id).from(GroupReadyKey(self.id, self.state.readyHead))
        let ready = try call.page(range, limit: SQSLimits.groupsPerReceive)
        if ready.isEmpty { self.state.readyHead = self.state.nextReady }
        for (key, record) in ready where moving.hasRoom {
            try call.delete(key)
            self.state.readyHead = key.number + 1
            var group = try self.group(record.group, in: &call)
            group.place = .blocked
            try self.takeOut(of: record.group, group, &moving, in: &call)
            try self.settle(record.group, group, in: &call)
        }
    }

    /// Takes out messages of one group in their order, until the first that cannot go.
    private mutating func takeOut(
        of id: String, _ group: GroupRecord, _ moving: inout Moving, in call: inout Call
    ) throws(ServiceError) {
        let order = try call.page(GroupOrderKey.range(of: self.id, id, from: group.head), limit: moving.room)
        for (key, value) in order where moving.hasRoom {
            if key.sequence > group.receivedThrough, self.isDelayed(value.sent, in: call) { return }
            guard let message = try call.get(MessageKey(self.id, key.sequence)) else {
                throw Self.broken(.sqsGroupOrder, "an entry without its message")
            }
            guard try self.goesOut(message, &moving, in: &call) else { return }
            self.state.fresh -= 1
            try self.deleteFromGroup(key, in: &call)
        }
    }
}
