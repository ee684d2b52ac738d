internal import ApusBase
internal import ApusService
internal import ApusStore

// Receiving from a standard queue that message groups share.
extension OpenQueue {
    /// Takes messages of those whose turn it is, then, where none is left, of noisy groups.
    mutating func takeShared(_ taking: inout Taking, in call: inout Call) throws(ServiceError) {
        guard (self.state.fair?.waiting ?? 0) > 0, !taking.isFull, taking.mayPutAside, try self.mayTakeMore(taking)
        else { return }
        try self.forgiveQuiet(in: &call)
        while try self.takeTurns(&taking, in: &call) {}
        try self.takeFromNoisy(&taking, in: &call)
    }

    private func wantsMore(_ taking: borrowing Taking) -> Bool {
        !taking.isFull && taking.mayPutAside && self.mayTakeMore
    }

    /// Gives noisy groups turns again that are not noisy any more, because they or others have less or more in flight.
    private mutating func forgiveQuiet(in call: inout Call) throws(ServiceError) {
        guard (self.state.fair?.noisy ?? 0) > 0 else { return }
        for (key, _) in try call.page(NoisyTenantKey.range(of: self.id), limit: SQSLimits.noisyPerReceive) {
            var tenant = try self.tenant(key.group, in: &call)
            guard !self.isNoisy(tenant) else { continue }
            try self.leaveNoisy(key.group, &tenant, in: &call)
            try self.settle(key.group, tenant: tenant, in: &call)
        }
    }

    /// Takes up to a page of turns; false when there are none, or nothing more is wanted.
    private mutating func takeTurns(_ taking: inout Taking, in call: inout Call) throws(ServiceError) -> Bool {
        let range = TurnKey.range(of: self.id).from(TurnKey(self.id, self.state.readyHead))
        let page = try call.page(range, limit: min(SQSLimits.turnsPerReceive, taking.room + SQSLimits.noisyPerReceive))
        if page.isEmpty { self.state.readyHead = self.state.nextReady }
        for (index, turn) in page.enumerated() {
            guard self.wantsMore(taking) else { return false }
            try call.delete(turn.key)
            self.state.readyHead = turn.key.number + 1
            switch turn.value {
            case .message(let sequence):
                self.state.fair?.waiting -= 1
                try self.take(sequence, from: nil, &taking, in: &call)
            case .tenant(let group):
                var tenant = try self.tenant(group, in: &call)
                tenant.place = .nowhere
                try call.put(TenantKey(self.id, group), tenant)
                // Who is alone gets all the room, ten get a tenth each.
                let left = page.count - index
                if !self.isNoisy(tenant) {
                    try self.take(upTo: (taking.room + left - 1) / left, from: group, &taking, in: &call)
                }
                try self.settle(group, tenant: try self.tenant(group, in: &call), in: &call)
            }
        }
        return !page.isEmpty && self.wantsMore(taking)
    }

    /// Takes messages of noisy groups, one at a time from that which has the fewest in flight.
    private mutating func takeFromNoisy(_ taking: inout Taking, in call: inout Call) throws(ServiceError) {
        while (self.state.fair?.noisy ?? 0) > 0, self.wantsMore(taking) {
            var chosen: (group: String, inFlight: Int)?
            for (key, _) in try call.page(NoisyTenantKey.range(of: self.id), limit: SQSLimits.noisyPerReceive) {
                let inFlight = try self.tenant(key.group, in: &call).inFlight
                if inFlight < chosen?.inFlight ?? .max { chosen = (key.group, inFlight) }
            }
            guard let chosen else { throw Self.broken(.sqsNoisyTenant, "fewer noisy groups than counted") }
            try self.take(upTo: 1, from: chosen.group, &taking, in: &call)
            try self.settle(chosen.group, tenant: try self.tenant(chosen.group, in: &call), in: &call)
        }
    }

    private mutating func take(
        upTo count: Int, from group: String, _ taking: inout Taking, in call: inout Call
    ) throws(ServiceError) {
        for _ in 0..<count {
            guard self.wantsMore(taking), let next = try self.next(of: group, in: &call) else { return }
            try self.removeFromList(next, in: &call)
            try self.take(next.sequence, from: group, &taking, in: &call)
        }
    }

    /// Takes a message that is in no list any more.
    private mutating func take(
        _ sequence: UInt64, from group: String?, _ taking: inout Taking, in call: inout Call
    ) throws(ServiceError) {
        guard let message = try call.get(MessageKey(self.id, sequence)) else {
            throw Self.broken(.sqsTurn, "a turn without its message")
        }
        self.state.fresh -= 1
        let receives = group == nil ? nil : try call.get(FlightKey(self.id, sequence))?.receives
        let isExpired = self.isExpired(message.sent, in: call)
        let goesAside = isExpired ? false : try self.goesAside(receives, &taking, in: &call)
        guard isExpired || goesAside else {
            return try self.deliver(sequence, message, receives, &taking, in: &call)
        }
        try call.delete(MessageKey(self.id, sequence))
        try call.delete(FlightKey(self.id, sequence))
        try self.noteDeparture(in: &call)
        if isExpired { taking.aside += 1 } else { try self.moveAside(message, receives, &taking, in: &call) }
    }

    // MARK: Lists

    /// The next message of a group: of those that came back, else of those never received.
    private func next(of group: String, in call: inout Call) throws(ServiceError) -> Listed? {
        let tenant = try self.tenant(group, in: &call)
        guard tenant.waiting > 0 else { return nil }
        let list: TenantMessageKey.List = tenant.again.count > 0 ? .again : .fresh
        let head = list == .again ? tenant.again.head : tenant.fresh.head
        guard let first = try call.first(TenantMessageKey.range(of: self.id, group, list, from: head)) else {
            throw Self.broken(.sqsTenantMessage, "fewer messages of a group than counted")
        }
        return Listed(sequence: first.value.sequence, entry: .list(group, list, first.key.number))
    }

    /// Takes the first message out of a group's list, without giving the group a new place.
    private mutating func removeFromList(_ listed: Listed, in call: inout Call) throws(ServiceError) {
        guard case .list(let group, let list, let number) = listed.entry else {
            preconditionFailure("a turn of a message is in no list")
        }
        try call.delete(TenantMessageKey(self.id, group, list, number))
        self.state.fair?.waiting -= 1
        var tenant = try self.tenant(group, in: &call)
        switch list {
        case .again:
            tenant.again.count -= 1
            tenant.again.head = number + 1
        case .fresh:
            tenant.fresh.count -= 1
            tenant.fresh.head = number + 1
        }
        try call.put(TenantKey(self.id, group), tenant)
    }

    /// The message that a move task takes next: of whose turn it is, else of a noisy group.
    func nextShared(in call: inout Call) throws(ServiceError) -> Listed? {
        let range = TurnKey.range(of: self.id).from(TurnKey(self.id, self.state.readyHead))
        if let turn = try call.first(range) {
            switch turn.value {
            case .message(let sequence): return Listed(sequence: sequence, entry: .turn(turn.key.number))
            case .tenant(let group): return try self.next(of: group, in: &call)
            }
        }
        guard let noisy = try call.first(NoisyTenantKey.range(of: self.id)) else { return nil }
        return try self.next(of: noisy.key.group, in: &call)
    }

    /// Takes what `nextShared` answered out of its list for good.
    mutating func takeFromList(_ listed: Listed, in call: inout Call) throws(ServiceError) {
        self.state.fresh -= 1
        switch listed.entry {
        case .turn(let number):
            try call.delete(TurnKey(self.id, number))
            self.state.readyHead = number + 1
            self.state.fair?.waiting -= 1
        case .list(let group, _, _):
            try self.removeFromList(listed, in: &call)
            var tenant = try self.tenant(group, in: &call)
            if case .turn(let number) = tenant.place {
                try call.delete(TurnKey(self.id, number))
                self.state.readyHead = number + 1
                tenant.place = .nowhere
            }
            try self.settle(group, tenant: tenant, in: &call)
        }
    }
}
