@testable import ApusSQS

// What groups of a standard queue must have in their lists.
extension QueueAudit {
    mutating func checkTenants(
        _ unreceived: [(sequence: UInt64, record: MessageRecord)], _ cameBack: [UInt64: FlightRecord]
    ) {
        let from = self.state.plainEnd
        self.expect(
            self.messages.allSatisfy { $0.record.turn == nil || $0.record.group == nil },
            "a turn of a message in a group")
        self.expect(unreceived.allSatisfy { $0.sequence >= from }, "a plain message in a list")
        guard let fair = self.state.fair else {
            self.expect(self.listed.isEmpty && self.turns.isEmpty && self.noisy.isEmpty, "lists without need")
            self.expect(unreceived.isEmpty && cameBack.isEmpty, "messages in no list")
            return self.checkTenantRecords()
        }
        self.expect(self.state.fresh > 0, "groups share a queue in which nothing waits")
        self.expect(fair.noisy == self.noisy.count, "noisy \(fair.noisy), entries \(self.noisy.count)")
        self.expect(fair.waiting == unreceived.count + cameBack.count, "waiting \(fair.waiting)")
        var expected: Set<UInt64> = Set(cameBack.keys)
        for (sequence, record) in unreceived {
            if record.group != nil {
                expected.insert(sequence)
            } else {
                let turn = record.turn.flatMap { self.turns[$0] }
                self.expect(turn == .message(sequence), "\(sequence) has no turn")
            }
        }
        self.expect(Set(self.listed.map { $0.sequence }) == expected, "lists and messages differ")
        self.expect(self.listed.count == expected.count, "a message in two lists")
        var groups: [UInt64: String] = [:]
        for message in self.messages { groups[message.sequence] = message.record.group }
        for (key, sequence) in self.listed {
            let number = key.list == .fresh ? sequence : self.flights[sequence]?.again
            self.expect(number == key.number, "\(sequence) is not where its list has it")
            self.expect(groups[sequence] == key.group, "\(sequence) is in the list of another group")
        }
        for (number, turn) in self.turns {
            self.expect(number >= self.state.readyHead && number < self.state.nextReady, "a turn outside the list")
            if case .tenant(let group) = turn {
                self.expect(self.tenants[group]?.place == .turn(number), "a turn that \(group) does not know")
            }
        }
        self.checkTenantRecords()
    }

    private mutating func checkTenantRecords() {
        var inFlight: [String: Int] = [:]
        for flight in self.flights.values where flight.visible != nil && flight.receives != nil {
            if let group = flight.group { inFlight[group, default: 0] += 1 }
        }
        let lists = Dictionary(grouping: self.listed.map { $0.key }) { $0.group }
        let known = Set(inFlight.keys).union(lists.keys)
        self.expect(Set(self.tenants.keys) == known, "tenants and their messages differ")
        self.expect(self.noisy.isSubset(of: known), "a noisy group without messages")
        for (group, tenant) in self.tenants {
            self.expect(tenant.inFlight == inFlight[group, default: 0], "in flight of \(group)")
            let again = (lists[group] ?? []).filter { $0.list == .again }.map { $0.number }
            let fresh = (lists[group] ?? []).filter { $0.list == .fresh }.map { $0.number }
            self.expect(tenant.again.count == again.count && tenant.fresh.count == fresh.count, "lists of \(group)")
            self.expect(again.allSatisfy { $0 >= tenant.again.head }, "a message before the head of \(group)")
            self.expect(fresh.allSatisfy { $0 >= tenant.fresh.head }, "a message before the head of \(group)")
            switch tenant.place {
            case .nowhere: self.expect(tenant.waiting == 0, "\(group) waits for nothing")
            case .turn(let number): self.expect(self.turns[number] == .tenant(group), "\(group) has no turn")
            case .noisy: self.expect(self.noisy.contains(group), "\(group) is not noisy")
            }
        }
    }
}
