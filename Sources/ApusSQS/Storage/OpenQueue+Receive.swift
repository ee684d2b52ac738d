internal import ApusBase
package import ApusService
internal import ApusStore

extension OpenQueue {
    /// Takes up to `limit` messages out for `timeoutSeconds`. Messages that are too old are deleted on the way, those
    /// that were received too often go to the dead-letter queue, in this transaction.
    ///
    /// An empty answer to a queue in which `look` saw something has changed the queue, so that looking again makes
    /// sense.
    ///
    /// - Parameter attemptID: FIFO queues only: the same id gives the same messages again.
    /// Errors: `OverLimit`, when too many messages of a standard queue are in flight and `polling` is short.
    package mutating func receive(
        limit: Int, timeoutSeconds: Int, attemptID: String? = nil, byteLimit: Int = .max, polling: Polling = .short,
        in call: inout Call
    ) throws(ServiceError) -> [Delivery] {
        var taking = Taking(limit: limit, byteLimit: byteLimit, timeoutSeconds: timeoutSeconds, polling: polling)
        switch self.kind {
        case .standard:
            try self.takeDue(&taking, in: &call)
            try self.takeFresh(&taking, in: &call)
            if self.state.fair != nil { try self.takeShared(&taking, in: &call) }
        case .fifo:
            if let attemptID, let again = try self.repeatAttempt(attemptID, timeoutSeconds, in: &call) { return again }
            try self.wakeGroups(in: &call)
            try self.takeFromGroups(&taking, in: &call)
            if let attemptID { try self.rememberAttempt(attemptID, taking.deliveries, in: &call) }
        }
        if taking.deadLetters != nil {
            try taking.deadLetters!.save(in: &call)
            call.signal(taking.deadLetters!.channel)
        }
        if !taking.deliveries.isEmpty { call.signal(self.channel) }
        return taking.deliveries
    }

    /// On a snapshot: whether `receive` would find or change anything.
    package func look(
        attemptID: String? = nil, polling: Polling = .short, in call: inout Call
    ) throws(ServiceError) -> Sight {
        if let attemptID, self.kind == .fifo, try self.attempt(attemptID, in: &call) != nil { return .something }
        let due = try self.firstDue(in: &call)
        if let due, due <= call.now { return .something }
        let hasMore: Bool
        switch self.kind {
        case .standard: hasMore = self.state.fresh > 0 && (polling == .short || self.mayTakeMore)
        case .fifo: hasMore = self.state.readyHead < self.state.nextReady && self.mayTakeMore
        }
        return hasMore ? .something : .nothing(channel: self.channel, wakeAt: due)
    }

    /// Whether another message may be in flight.
    var mayTakeMore: Bool { self.state.received < SQSLimits.inFlightMessages }

    func isExpired(_ sent: Timestamp, in call: borrowing Call) -> Bool {
        sent + Int64(self.queue.attributes.retentionSeconds) * 1000 <= call.now
    }

    // MARK: Standard queues

    /// Messages that were received or delayed and have come due.
    private mutating func takeDue(_ taking: inout Taking, in call: inout Call) throws(ServiceError) {
        guard let start = self.state.waiting.start, start <= call.now else { return }
        let mayGoAside = self.queue.attributes.redrive != nil || self.isExpired(self.state.oldestSent, in: call)
        let entries = try self.due(limit: taking.limit + (mayGoAside ? SQSLimits.asidePerReceive : 0), in: &call)
        let wokenBefore = taking.woken
        for entry in entries {
            if taking.isFull || !taking.mayPutAside { return }
            let sequence = entry.key.sequence
            if let group = entry.value.tenant {
                if try self.isNoisy(group, in: &call) {
                    try self.wake(entry, of: group, in: &call)
                    taking.woken += 1
                    continue
                }
                if entry.value.isInFlight { try self.landTenant(group, in: &call) }
            }
            guard let message = try call.get(MessageKey(self.id, sequence)) else {
                throw Self.broken(.sqsWaiting, "an entry without its message")
            }
            let receives = try self.receives(of: entry, in: &call)
            let kind: WaitingKind = receives == nil ? .delayed : .inFlight
            try self.stopWaiting(sequence, until: entry.key.visible, kind, in: &call)
            if self.isExpired(message.sent, in: call) {
                try call.delete(MessageKey(self.id, sequence))
                try call.delete(FlightKey(self.id, sequence))
                try self.noteDeparture(in: &call)
                taking.aside += 1
            } else if try self.goesAside(receives, &taking, in: &call) {
                try call.delete(MessageKey(self.id, sequence))
                try call.delete(FlightKey(self.id, sequence))
                try self.noteDeparture(in: &call)
                try self.moveAside(message, receives, &taking, in: &call)
            } else {
                try self.deliver(sequence, message, receives, &taking, in: &call)
            }
        }
        // Behind messages of noisy groups there may be others. Without a time-out those taken here are due again already.
        if taking.woken > wokenBefore, taking.woken < SQSLimits.duePerReceive, taking.timeoutSeconds > 0 {
            try self.takeDue(&taking, in: &call)
        }
    }

    /// What the receives of a message that came due left; nil when it was delayed.
    func receives(
        of entry: (key: WaitingKey, value: WaitingRecord), in call: inout Call
    ) throws(ServiceError) -> FlightRecord.Receives? {
        switch entry.value {
        case .inFlight(let receives?), .inFlightOfTenant(let receives, _): return receives
        case .delayed, .delayedOfTenant: return nil
        case .inFlight(nil), .delayedGroup:
            guard let flight = try call.get(FlightKey(self.id, entry.key.sequence)) else {
                throw Self.broken(.sqsWaiting, "an entry without its flight")
            }
            return flight.receives
        }
    }

    /// Messages that were never received.
    private mutating func takeFresh(_ taking: inout Taking, in call: inout Call) throws(ServiceError) {
        while self.state.plainFresh > 0, !taking.isFull, taking.mayPutAside {
            guard try self.mayTakeMore(taking) else { return }
            let page = try self.freshPage(limit: taking.room, in: &call)
            guard !page.isEmpty else { throw Self.broken(.sqsMessage, "fewer fresh messages than counted") }
            for (key, message) in page {
                if taking.isFull || !taking.mayPutAside || !self.mayTakeMore { return }
                self.state.freshHead = key.sequence + 1
                if message.start == .delayed { continue }
                self.state.fresh -= 1
                if self.isExpired(message.sent, in: call) {
                    try call.delete(key)
                    try self.noteDeparture(in: &call)
                    taking.aside += 1
                } else {
                    try self.deliver(key.sequence, message, nil, &taking, in: &call)
                }
            }
        }
    }

    /// Whether a standard queue may have another message in flight. Errors: `OverLimit`, for a receive that did nothing.
    func mayTakeMore(_ taking: borrowing Taking) throws(ServiceError) -> Bool {
        if self.mayTakeMore { return true }
        if taking.polling == .short, taking.deliveries.isEmpty, taking.aside == 0 {
            throw SQSError.overLimit("The maximum number of in flight messages is reached.")
        }
        return false
    }

    /// The next messages from the fresh head on. Sequences mostly have no holes, and a look-up costs a third of a walk.
    func freshPage(
        limit: Int, in call: inout Call
    ) throws(ServiceError) -> [(key: MessageKey, value: MessageRecord)] {
        var page: [(key: MessageKey, value: MessageRecord)] = []
        var sequence = self.state.freshHead
        let end = self.state.plainEnd
        while page.count < limit, sequence < end {
            let key = MessageKey(self.id, sequence)
            guard let message = try call.get(key) else { break }
            page.append((key, message))
            sequence += 1
        }
        guard page.isEmpty else { return page }
        let range = MessageKey.range(of: self.id).from(MessageKey(self.id, self.state.freshHead))
        return try call.page(range.before(MessageKey(self.id, end)), limit: limit)
    }

    // MARK: Every queue

    /// Hands one message out: it is in no list when this begins, and in flight when it ends.
    mutating func deliver(
        _ sequence: UInt64, _ message: MessageRecord, _ before: FlightRecord.Receives?, _ taking: inout Taking,
        in call: inout Call
    ) throws(ServiceError) {
        let visible = call.now + Int64(taking.timeoutSeconds) * 1000
        var receives =
            before
            ?? FlightRecord.Receives(count: 0, first: call.now, last: call.now, secret: call.entropy.nextUInt64())
        receives.count += 1
        receives.last = call.now
        let flight = FlightRecord(visible: visible, receives: receives, group: message.group)
        try call.put(FlightKey(self.id, sequence), flight)
        try self.wait(sequence, until: visible, self.entry(flight), in: &call)
        if self.kind == .standard, let group = message.group { try self.boardTenant(group, in: &call) }
        taking.bytes += message.body.utf8.count
        taking.deliveries.append(
            Delivery(queue: self.id, kind: self.kind, sequence: sequence, message: message, receives: receives))
    }

    /// The entry in the waiting list of a message in flight.
    func entry(_ flight: FlightRecord) -> WaitingRecord {
        if self.kind == .standard, let group = flight.group, let receives = flight.receives {
            return .inFlightOfTenant(receives, group)
        }
        return .inFlight(flight.receives)
    }

    // MARK: Dead letters

    /// Whether a message with those receives goes to the dead-letter queue instead of being received once more.
    mutating func goesAside(
        _ receives: FlightRecord.Receives?, _ taking: inout Taking, in call: inout Call
    ) throws(ServiceError) -> Bool {
        guard let redrive = self.queue.attributes.redrive, let receives, receives.count >= redrive.maximumReceives
        else {
            return false
        }
        if taking.target == .unknown { try self.openDeadLetters(redrive, &taking, in: &call) }
        return taking.target == .open
    }

    /// A dead-letter queue that is gone, or that has become the queue itself or one of another kind, takes nothing:
    /// messages stay where they are.
    private func openDeadLetters(
        _ redrive: RedrivePolicy, _ taking: inout Taking, in call: inout Call
    ) throws(ServiceError) {
        taking.target = .none
        guard let key = Queue.key(arn: redrive.target), let target = try Queue.find(key, in: &call),
            target.id != self.id, target.attributes.kind == self.kind
        else { return }
        taking.deadLetters = try OpenQueue(target, in: &call)
        taking.target = .open
    }

    /// Puts a message that was taken out of this queue into the dead-letter queue. It keeps its id, and in a standard
    /// queue the time at which it was sent.
    func moveAside(
        _ message: MessageRecord, _ receives: FlightRecord.Receives?, _ taking: inout Taking, in call: inout Call
    ) throws(ServiceError) {
        var moved = message
        moved.start = .atOnce
        moved.turn = nil
        if self.kind == .fifo {
            moved.sent = call.now
            // "Learn how to configure a dead-letter queue redrive" (SQS Developer Guide).
            moved.deduplication = message.id.text
        }
        moved.origin = MessageRecord.Origin(
            queue: self.queue.arn, receives: (receives?.count ?? 0) + (message.origin?.receives ?? 0),
            firstReceived: message.origin?.firstReceived ?? receives?.first)
        taking.aside += 1
        _ = try taking.deadLetters!.append(moved, delaySeconds: 0, in: &call)
    }
}
