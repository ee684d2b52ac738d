internal import ApusBase
internal import ApusService
internal import ApusStore

// How message groups share a standard queue (AWS: fair queues). A queue without groups knows nothing of it. From the first
// message with a group on, until nothing is waiting any more, new messages stand in their groups' lists; groups, and each
// message without one, take turns. A group with too much in flight is noisy and has no turn until all who have one are
// served, so that its backlog, however long, is never walked over.
//
// A message that comes due again is handed out at once, as in a queue without groups, unless its group is noisy: then it
// goes into its group's list of those that came back.
//
// Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
extension OpenQueue {
    /// A message in a list, or with a turn of its own.
    struct Listed {
        enum Entry {
            case turn(UInt64)
            case list(String, TenantMessageKey.List, UInt64)
        }
        var sequence: UInt64
        var entry: Entry
    }

    func tenant(_ group: String, in call: inout Call) throws(ServiceError) -> TenantRecord {
        try call.get(TenantKey(self.id, group)) ?? TenantRecord()
    }

    /// Whether a group has a disproportionate share of what is in flight.
    func isNoisy(_ tenant: TenantRecord) -> Bool {
        tenant.inFlight >= SQSLimits.noisyMessages
            && tenant.inFlight * 100 > self.state.received * SQSLimits.noisyPercent
    }

    func isNoisy(_ group: String, in call: inout Call) throws(ServiceError) -> Bool {
        self.isNoisy(try self.tenant(group, in: &call))
    }

    /// Writes a group of which something changed: gives it its place when something of it waits, takes the place away when
    /// nothing does, and deletes it when nothing is in flight either.
    mutating func settle(_ group: String, tenant: TenantRecord, in call: inout Call) throws(ServiceError) {
        var tenant = tenant
        switch (tenant.place, tenant.waiting > 0) {
        case (.nowhere, true):
            if self.isNoisy(tenant) {
                tenant.place = .noisy
                self.state.fair?.noisy += 1
                try call.put(NoisyTenantKey(self.id, group), NoisyRecord())
            } else {
                tenant.place = .turn(try self.addTurn(.tenant(group), in: &call))
            }
        case (.turn(let number), false):
            try self.giveUp(number, in: &call)
            tenant.place = .nowhere
        case (.noisy, false):
            try self.leaveNoisy(group, &tenant, in: &call)
        case (.nowhere, false), (.turn, true), (.noisy, true): break
        }
        if tenant.waiting == 0, tenant.inFlight == 0 {
            try call.delete(TenantKey(self.id, group))
        } else {
            try call.put(TenantKey(self.id, group), tenant)
        }
    }

    mutating func leaveNoisy(
        _ group: String, _ tenant: inout TenantRecord, in call: inout Call
    ) throws(ServiceError) {
        try call.delete(NoisyTenantKey(self.id, group))
        self.state.fair?.noisy -= 1
        tenant.place = .nowhere
    }

    private mutating func addTurn(_ turn: TurnRecord, in call: inout Call) throws(ServiceError) -> UInt64 {
        let number = self.state.nextReady
        self.state.nextReady += 1
        try call.put(TurnKey(self.id, number), turn)
        return number
    }

    // MARK: Coming

    /// Puts a message that has just come, and is not delayed, where its group or its own turn finds it.
    mutating func appendShared(
        _ record: MessageRecord, _ sequence: UInt64, in call: inout Call
    ) throws(ServiceError) {
        if self.state.fair == nil {
            if self.state.fresh == 0 { self.state.freshHead = sequence }
            self.state.fair = FairState(from: sequence)
        }
        var record = record
        self.state.fresh += 1
        self.state.fair?.waiting += 1
        if let group = record.group {
            record.turn = nil
            var tenant = try self.tenant(group, in: &call)
            if tenant.fresh.count == 0 { tenant.fresh.head = sequence }
            tenant.fresh.count += 1
            try call.put(TenantMessageKey(self.id, group, .fresh, sequence), TenantMessageRecord(sequence))
            try self.settle(group, tenant: tenant, in: &call)
        } else {
            record.turn = try self.addTurn(.message(sequence), in: &call)
        }
        try call.put(MessageKey(self.id, sequence), record)
    }

    /// Puts a message of a noisy group that came due into its group's list of those that came back.
    mutating func wake(
        _ entry: (key: WaitingKey, value: WaitingRecord), of group: String, in call: inout Call
    ) throws(ServiceError) {
        let sequence = entry.key.sequence
        guard var flight = try call.get(FlightKey(self.id, sequence)) else {
            throw Self.broken(.sqsWaiting, "an entry without its flight")
        }
        let kind: WaitingKind = entry.value.isInFlight ? .inFlight : .delayed
        try self.stopWaiting(sequence, until: entry.key.visible, kind, in: &call)
        if self.state.fair == nil { self.state.fair = FairState(from: self.state.nextSequence) }
        self.state.fresh += 1
        self.state.fair?.waiting += 1
        let number = self.state.nextReady
        self.state.nextReady += 1
        flight.visible = nil
        flight.again = number
        try call.put(FlightKey(self.id, sequence), flight)
        try call.put(TenantMessageKey(self.id, group, .again, number), TenantMessageRecord(sequence))
        var tenant = try self.tenant(group, in: &call)
        if entry.value.isInFlight { tenant.inFlight -= 1 }
        if tenant.again.count == 0 { tenant.again.head = number }
        tenant.again.count += 1
        try self.settle(group, tenant: tenant, in: &call)
    }

    // MARK: Going

    /// Notes that a message of the group is in flight.
    mutating func boardTenant(_ group: String, in call: inout Call) throws(ServiceError) {
        var tenant = try self.tenant(group, in: &call)
        tenant.inFlight += 1
        try call.put(TenantKey(self.id, group), tenant)
    }

    /// Notes that a message of the group is no longer in flight.
    mutating func landTenant(_ group: String, in call: inout Call) throws(ServiceError) {
        var tenant = try self.tenant(group, in: &call)
        tenant.inFlight -= 1
        try self.settle(group, tenant: tenant, in: &call)
    }

    /// Takes a message with a flight record, which is being removed, out of what its group knows. The waiting list and
    /// `fresh` have forgotten it already.
    mutating func leave(
        _ group: String, _ sequence: UInt64, _ flight: FlightRecord, in call: inout Call
    ) throws(ServiceError) {
        if let number = flight.again {
            try self.unlist(group, .again, number, in: &call)
        } else if flight.visible != nil, flight.receives != nil {
            try self.landTenant(group, in: &call)
        }
    }

    /// The same for a message that was never received: its group's list, or its own turn, forgets it.
    mutating func leaveUnreceived(
        _ sequence: UInt64, _ group: String?, _ turn: UInt64?, in call: inout Call
    ) throws(ServiceError) {
        if let group { return try self.unlist(group, .fresh, sequence, in: &call) }
        guard let turn else { throw Self.broken(.sqsMessage, "a message without its turn") }
        try self.giveUp(turn, in: &call)
        self.state.fair?.waiting -= 1
    }

    private mutating func giveUp(_ turn: UInt64, in call: inout Call) throws(ServiceError) {
        try call.delete(TurnKey(self.id, turn))
        if turn == self.state.readyHead { self.state.readyHead += 1 }
    }

    private mutating func unlist(
        _ group: String, _ list: TenantMessageKey.List, _ number: UInt64, in call: inout Call
    ) throws(ServiceError) {
        try call.delete(TenantMessageKey(self.id, group, list, number))
        self.state.fair?.waiting -= 1
        var tenant = try self.tenant(group, in: &call)
        switch list {
        case .again: tenant.again.count -= 1
        case .fresh:
            tenant.fresh.count -= 1
            // Only what is too old goes this way, and all before it went before.
            tenant.fresh.head = number + 1
        }
        try self.settle(group, tenant: tenant, in: &call)
    }

    /// Nothing waits any more: new messages need no lists.
    mutating func endSharing() {
        self.state.fair = nil
        self.state.freshHead = self.state.nextSequence
        self.state.readyHead = self.state.nextReady
    }
}
