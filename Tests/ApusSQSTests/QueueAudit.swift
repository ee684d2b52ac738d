import ApusBase
import ApusService
import ApusStore
import ApusTestSupport

@testable import ApusSQS

/// All records of one queue, and what does not fit together in them.
struct QueueAudit: Sendable {
    var queue: Queue
    var state: QueueState
    var messages: [(sequence: UInt64, record: MessageRecord)] = []
    var flights: [UInt64: FlightRecord] = [:]
    var waiting: [(key: WaitingKey, record: WaitingRecord)] = []
    var groups: [String: GroupRecord] = [:]
    var order: [String: [(sequence: UInt64, sent: Timestamp)]] = [:]
    var ready: [UInt64: String] = [:]
    var tenants: [String: TenantRecord] = [:]
    var listed: [(key: TenantMessageKey, sequence: UInt64)] = []
    var turns: [UInt64: TurnRecord] = [:]
    var noisy: Set<String> = []
    private(set) var failures: [String] = []

    init(_ name: String, in call: inout Call) throws(ServiceError) {
        let key = QueueKey(account: call.account, region: call.region, name: name)
        guard let queue = try Queue.find(key, in: &call) else { throw SQSError.queueDoesNotExist(name) }
        self.queue = queue
        self.state = try OpenQueue(queue, in: &call).state
        let id = queue.id
        self.messages = try call.page(MessageKey.range(of: id), limit: .max).map { ($0.key.sequence, $0.value) }
        for (key, value) in try call.page(FlightKey.range(of: id), limit: .max) { self.flights[key.sequence] = value }
        self.waiting = try call.page(WaitingKey.range(of: id), limit: .max).map { ($0.key, $0.value) }
        for (key, value) in try call.page(GroupKey.range(of: id), limit: .max) { self.groups[key.group] = value }
        for (key, value) in try call.page(GroupOrderKey.range(of: id), limit: .max) {
            self.order[key.group, default: []].append((key.sequence, value.sent))
        }
        for (key, value) in try call.page(GroupReadyKey.range(of: id), limit: .max) {
            self.ready[key.number] = value.group
        }
        for (key, value) in try call.page(TenantKey.range(of: id), limit: .max) { self.tenants[key.group] = value }
        self.listed = try call.page(TenantMessageKey.range(of: id), limit: .max).map { ($0.key, $0.value.sequence) }
        for (key, value) in try call.page(TurnKey.range(of: id), limit: .max) { self.turns[key.number] = value }
        self.noisy = Set(try call.page(NoisyTenantKey.range(of: id), limit: .max).map { $0.key.group })
        self.check()
    }

    mutating func expect(_ holds: Bool, _ sentence: String) { if !holds { self.failures.append(sentence) } }

    private mutating func check() {
        let sequences = Set(self.messages.map { $0.sequence })
        self.expect(sequences.allSatisfy { $0 < self.state.nextSequence }, "a message past the next sequence")
        self.expect(sequences.allSatisfy { $0 >= self.state.oldestHead }, "a message before the oldest head")
        self.expect(self.flights.keys.allSatisfy { sequences.contains($0) }, "a flight without its message")
        self.expect(
            self.messages.allSatisfy { $0.record.sent >= self.state.oldestSent || $0.record.origin != nil },
            "a message older than the oldest")
        let waits = self.waiting.filter { $0.record.isInFlight }.count
        self.expect(self.state.received == waits, "received \(self.state.received), entries \(waits)")
        self.expect(self.state.delayed == self.waiting.count - waits, "delayed \(self.state.delayed)")
        self.expect(self.state.waiting.count == self.waiting.count, "the profile's count")
        for interval in self.state.waiting.intervals {
            let inside = self.waiting.filter { $0.key.visible >= interval.start && $0.key.visible <= interval.end }
                .count
            self.expect(inside == interval.count, "an interval counts \(interval.count), has \(inside)")
        }
        switch self.queue.attributes.kind {
        case .standard: self.checkStandard()
        case .fifo: self.checkFIFO()
        }
    }

    private mutating func checkStandard() {
        let unreceived = self.messages.filter { self.flights[$0.sequence] == nil }
        let cameBack = self.flights.filter { $0.value.visible == nil }
        let fresh = unreceived.count + cameBack.count
        self.expect(self.state.fresh == fresh, "fresh \(self.state.fresh), messages \(fresh)")
        let end = self.state.plainEnd
        let plain = unreceived.filter { $0.sequence < end }
        self.expect(self.state.plainFresh == plain.count, "plain \(self.state.plainFresh), messages \(plain.count)")
        self.expect(plain.allSatisfy { $0.sequence >= self.state.freshHead }, "a fresh message before the head")
        self.expect(unreceived.allSatisfy { $0.record.start == .atOnce }, "a delayed message without a flight")
        let beyond = self.messages.filter {
            $0.sequence >= self.state.freshHead && $0.sequence < end && $0.record.start == .atOnce
        }
        self.expect(beyond.count == plain.count, "a received message past the fresh head")
        self.expect(self.flights.count - cameBack.count == self.waiting.count, "flights and entries differ")
        for entry in self.waiting {
            let flight = self.flights[entry.key.sequence]
            self.expect(flight?.visible == entry.key.visible, "an entry that its flight does not know")
            self.expect((flight?.receives != nil) == entry.record.isInFlight, "an entry of the wrong kind")
            self.expect(flight?.group == entry.record.tenant, "an entry of the wrong group")
        }
        self.expect(self.groups.isEmpty && self.order.isEmpty && self.ready.isEmpty, "FIFO groups in a standard queue")
        self.checkTenants(unreceived.filter { $0.sequence >= end }, cameBack)
    }

    private mutating func checkFIFO() {
        self.expect(self.tenants.isEmpty && self.listed.isEmpty && self.turns.isEmpty, "tenants in a FIFO queue")
        var inFlight: [String: Int] = [:]
        for (sequence, flight) in self.flights {
            guard let visible = flight.visible, let group = flight.group else { continue }
            inFlight[group, default: 0] += 1
            let entry = self.waiting.first { $0.key.sequence == sequence && $0.key.visible == visible }
            self.expect(entry?.record == .inFlight(flight.receives), "a flight without its entry")
        }
        let flying = inFlight.values.reduce(0, +)
        self.expect(self.state.fresh == self.messages.count - flying, "fresh \(self.state.fresh)")
        self.expect(flying == self.state.received, "received \(self.state.received), flying \(flying)")
        let ordered = self.order.values.flatMap { $0.map { $0.sequence } }
        self.expect(Set(ordered) == Set(self.messages.map { $0.sequence }), "order and messages differ")
        self.expect(Set(self.order.keys) == Set(self.groups.keys), "groups and orders differ")
        for (id, group) in self.groups {
            self.expect(group.head == self.order[id]?.first?.sequence, "the head of \(id)")
            self.expect(group.inFlight == inFlight[id, default: 0], "in flight of \(id)")
            switch group.place {
            case .blocked: self.expect(group.inFlight > 0, "\(id) is blocked by nothing")
            case .ready(let number): self.expect(self.ready[number] == id && group.inFlight == 0, "\(id) is not ready")
            case .delayed(let until):
                let entry = self.waiting.first { $0.key.sequence == group.head && $0.key.visible == until }
                self.expect(entry?.record == .delayedGroup(id) && group.inFlight == 0, "\(id) is not delayed")
            }
        }
        for (number, id) in self.ready {
            self.expect(self.groups[id]?.place == .ready(number), "a turn that \(id) does not know")
            self.expect(number >= self.state.readyHead && number < self.state.nextReady, "a turn outside the list")
        }
        let delayed = self.groups.values.filter { if case .delayed = $0.place { true } else { false } }.count
        self.expect(self.state.delayed == delayed, "delayed groups")
    }
}

extension QueueBench {
    func audit(_ name: String) throws(ServiceError) -> QueueAudit {
        try self.bench.transact { (call) throws(ServiceError) in try QueueAudit(name, in: &call) }
    }
}
