import ApusBase
import ApusService
import ApusStore
import Testing

@testable import ApusSQS

/// Bytes of keys and records as the first release wrote them. They can be read for ever: a change of format is a new
/// version, and a new line here.
@Suite struct GoldenBytesTests {
    private let queue = QueueID(0x0102)
    private let time = Timestamp(milliseconds: 1_767_225_600_123)

    private func check<Key: StoreKey>(_ key: Key, _ hex: String) {
        #expect(Hex.encode(key.encoded) == hex)
        var decoder = KeyDecoder(key.encoded)
        #expect((try? Key(from: &decoder)) == key)
    }

    private func check<Value: StoreValue & Equatable>(_ value: Value, _ hex: String) {
        #expect(Hex.encode(value.encoded) == hex)
        #expect((try? Value(decoding: Hex.decode(hex) ?? [], tag: .sqsQueue)) == value)
    }

    /// Bytes that an earlier release wrote.
    private func reads<Value: StoreValue & Equatable>(_ value: Value, _ hex: String) {
        #expect((try? Value(decoding: Hex.decode(hex) ?? [], tag: .sqsQueue)) == value)
    }

    @Test func `keys of queues`() {
        let key = QueueKey(account: "123456789012", region: "eu-west-1", name: "q")
        self.check(key, "2001" + "313233343536373839303132" + "00" + "65752d776573742d31" + "00" + "71" + "00")
        self.check(QueuePlaceKey(self.queue), "2002" + "0000000000000102")
        self.check(QueueStateKey(self.queue), "2003" + "0000000000000102")
        self.check(QueueTagsKey(self.queue), "2004" + "0000000000000102")
        self.check(QueueCounterKey(), "2005")
        self.check(
            DeletedNameKey(key), "2006" + "313233343536373839303132" + "00" + "65752d776573742d31" + "00" + "71" + "00")
    }

    @Test func `keys of messages`() {
        self.check(MessageKey(self.queue, 3), "2010" + "0000000000000102" + "0000000000000003")
        self.check(FlightKey(self.queue, 3), "2011" + "0000000000000102" + "0000000000000003")
        self.check(
            WaitingKey(self.queue, visible: self.time, 3),
            "2012" + "0000000000000102" + "8000019b76daa87b" + "0000000000000003")
        self.check(GroupKey(self.queue, "g"), "2013" + "0000000000000102" + "6700")
        self.check(GroupOrderKey(self.queue, "g", 3), "2014" + "0000000000000102" + "6700" + "0000000000000003")
        self.check(GroupReadyKey(self.queue, 4), "2015" + "0000000000000102" + "0000000000000004")
        self.check(
            DeduplicationKey(self.queue, period: 5, scope: "g", "d"),
            "2016" + "0000000000000102" + "00000005" + "6700" + "6400")
        self.check(AttemptKey(self.queue, period: 5, "a"), "2017" + "0000000000000102" + "00000005" + "6100")
    }

    @Test func `a queue`() {
        var attributes = QueueAttributes(.fifo)
        attributes.visibilityTimeoutSeconds = 31
        attributes.maximumMessageBytes = 1_024
        attributes.retentionSeconds = 60
        attributes.delaySeconds = 1
        attributes.receiveWaitSeconds = 2
        attributes.policy = "p"
        attributes.redrive = RedrivePolicy(target: "t", maximumReceives: 3)
        attributes.redriveAllow = .byQueue(["s"])
        attributes.contentBasedDeduplication = .on
        attributes.deduplicationScope = .messageGroup
        attributes.throughputLimit = .perMessageGroupID
        attributes.dataKeyReuseSeconds = 300
        var record = QueueRecord(id: self.queue, created: self.time, attributes: attributes)
        record.purged = self.time + 1
        self.check(
            record,
            "01" + "8202" + "1f" + "f6a1d5edee66" + "f6a1d5edee66" + "1f" + "8008" + "3c" + "01" + "02" + "010170"
                + "01017403"
                + "03010173" + "01ac02" + "01f8a1d5edee66")
        let plain = QueueRecord(id: QueueID(1), created: self.time, attributes: QueueAttributes(.standard))
        self.check(
            plain,
            "01" + "01" + "10" + "f6a1d5edee66" + "f6a1d5edee66" + "1e" + "808040" + "808c15" + "00" + "00" + "00"
                + "00" + "00"
                + "00" + "00")
    }

    @Test func `a queue's state`() {
        var state = QueueState()
        self.check(state, "02" + "01" + "01" + "01" + "00" + "00" + "00" + "00" + "00" + "00" + "00" + "00" + "00")
        self.reads(state, "01" + "01" + "01" + "01" + "00" + "00" + "00" + "00" + "00" + "00" + "00" + "00")
        state.nextSequence = 300
        state.freshHead = 200
        state.oldestHead = 100
        state.fresh = 90
        state.oldestSent = self.time
        state.delayed = 1
        state.received = 2
        state.readyHead = 3
        state.nextReady = 4
        state.period = 5
        state.waiting.insert(self.time)
        state.waiting.insert(self.time + 10)
        state.waiting.insert(self.time + 30_000)
        let fields =
            "ac02" + "c801" + "64" + "5a" + "f6a1d5edee66" + "01" + "02" + "03" + "04" + "05" + "02" + "f6a1d5edee66"
            + "0a" + "02" + "ccd403" + "00" + "01"
        self.check(state, "02" + fields + "00")
        self.reads(state, "01" + fields)
        state.fair = FairState(from: 250, waiting: 40, noisy: 1)
        self.check(state, "02" + fields + "01" + "fa01" + "28" + "01")
    }

    @Test func `a message`() {
        var draft = MessageDraft(body: "hello", bodyDigest: Array(repeating: 0xAA, count: 16))
        let id = MessageID(high: 0x0011_2233_4455_4677, low: 0x8899_AABB_CCDD_EEFF)
        let head =
            "00112233445546778899aabbccddeeff" + "f6a1d5edee66" + "0165" + String(repeating: "aa", count: 16)
            + "0568656c6c6f"
        self.check(MessageRecord(draft, id: id, sent: self.time, sender: "e"), "02" + "00" + head)
        self.reads(MessageRecord(draft, id: id, sent: self.time, sender: "e"), "01" + "00" + head)
        #expect(id.text == "00112233-4455-4677-8899-aabbccddeeff")
        draft.groupID = "g"
        draft.deduplicationID = "d"
        draft.delaySeconds = 1
        draft.attributes = [
            MessageAttribute(name: "a", dataType: "String", value: .text("x")),
            MessageAttribute(name: "b", dataType: "Binary", value: .binary([7])),
        ]
        draft.attributesDigest = Array(repeating: 0xBB, count: 16)
        draft.traceHeader = MessageAttribute(name: "AWSTraceHeader", dataType: "String", value: .text("t"))
        var record = MessageRecord(draft, id: id, sent: self.time, sender: "e")
        record.origin = MessageRecord.Origin(queue: "o", receives: 3, firstReceived: self.time)
        let tail =
            head + "0167" + "0164" + String(repeating: "bb", count: 16) + "02" + "0161" + "06537472696e67" + "01"
            + "0178" + "0162" + "0642696e617279" + "02" + "0107" + "0174" + "016f" + "03" + "01" + "f6a1d5edee66"
        self.check(record, "02" + "3f" + tail)
        self.reads(record, "01" + "3f" + tail)
        record.turn = 300
        self.check(record, "02" + "7f" + tail + "ac02")
    }

    @Test func `what is kept of receives`() {
        let delayed = FlightRecord(visible: self.time, receives: nil, group: nil)
        self.check(delayed, "02" + "01" + "f6a1d5edee66")
        self.reads(delayed, "01" + "01" + "f6a1d5edee66")
        var flight = FlightRecord(
            visible: self.time,
            receives: .init(count: 2, first: self.time, last: self.time + 1, secret: 0x1122_3344_5566_7788), group: "g")
        flight.visibility = .changed
        let receives = "02" + "f6a1d5edee66" + "f8a1d5edee66" + "1122334455667788"
        self.check(flight, "02" + "0f" + "f6a1d5edee66" + receives + "0167")
        self.reads(flight, "01" + "0f" + "f6a1d5edee66" + receives + "0167")
        self.check(WaitingRecord.inFlight(flight.receives), "03" + "00" + "01" + receives)
        self.check(WaitingRecord.inFlight(nil), "030000")
        self.check(WaitingRecord.delayed, "0301")
        self.check(WaitingRecord.delayedGroup("g"), "03020167")
        if let kept = flight.receives {
            self.check(WaitingRecord.inFlightOfTenant(kept, "g"), "03" + "03" + receives + "0167")
        }
        self.check(WaitingRecord.delayedOfTenant("g"), "03040167")
        self.reads(WaitingRecord.inFlight(flight.receives), "02" + "00" + "01" + receives)
        for (record, hex) in [
            (WaitingRecord.inFlight(nil), "0100"), (.delayed, "0101"), (.delayedGroup("g"), "01020167"),
            (.inFlight(nil), "020000"), (.delayed, "0201"), (.delayedGroup("g"), "02020167"),
        ] {
            self.reads(record, hex)
        }
        flight.visible = nil
        flight.visibility = .asReceived
        flight.again = 300
        self.check(flight, "02" + "1a" + receives + "0167" + "ac02")
    }

    @Test func `what is kept of groups that share a standard queue`() {
        self.check(TenantKey(self.queue, "g"), "2018" + "0000000000000102" + "6700")
        self.check(
            TenantMessageKey(self.queue, "g", .again, 3),
            "2019" + "0000000000000102" + "6700" + "00" + "0000000000000003")
        self.check(
            TenantMessageKey(self.queue, "g", .fresh, 3),
            "2019" + "0000000000000102" + "6700" + "01" + "0000000000000003")
        self.check(TurnKey(self.queue, 4), "201a" + "0000000000000102" + "0000000000000004")
        self.check(NoisyTenantKey(self.queue, "g"), "201b" + "0000000000000102" + "6700")
        var tenant = TenantRecord()
        self.check(tenant, "01" + "00" + "00" + "00" + "00" + "00" + "00")
        tenant.inFlight = 31
        tenant.again.count = 2
        tenant.again.head = 300
        tenant.fresh.count = 5
        tenant.fresh.head = 7
        tenant.place = .turn(300)
        self.check(tenant, "01" + "1f" + "02" + "ac02" + "05" + "07" + "01" + "ac02")
        tenant.place = .noisy
        self.check(tenant, "01" + "1f" + "02" + "ac02" + "05" + "07" + "02")
        self.check(TenantMessageRecord(300), "01" + "ac02")
        self.check(TurnRecord.message(300), "01" + "00" + "ac02")
        self.check(TurnRecord.tenant("g"), "01" + "01" + "0167")
        self.check(NoisyRecord(), "01")
    }

    @Test func `a move task`() {
        let id = MessageID(high: 0x0011_2233_4455_4677, low: 0x8899_AABB_CCDD_EEFF)
        self.check(
            MoveTaskKey(account: "1", region: "r", queue: self.queue), "2007" + "3100" + "7200" + "0000000000000102")
        self.check(MoveHistoryKey(self.queue, 3), "2008" + "0000000000000102" + "0000000000000003")
        var task = MoveTaskRecord(
            id: id, source: self.queue, destination: nil, messagesPerSecond: nil, principal: .root(account: "1"),
            started: self.time, toMove: 3, limit: 4)
        let name = "00112233445546778899aabbccddeeff"
        self.check(
            task,
            "01" + name + "8202" + "00" + "00" + "000131" + "f6a1d5edee66" + "00" + "03" + "04" + "f6a1d5edee66" + "00")
        task.destination = "d"
        task.messagesPerSecond = 300
        task.moved = 2
        task.due = self.time + 1
        task.principal = .user(IAMUserIdentity(account: "1", name: "n", path: "/", id: "i"))
        task.status = .failed("x")
        self.check(
            task,
            "01" + name + "8202" + "010164" + "01ac02" + "01" + "0131" + "016e" + "012f" + "0169" + "f6a1d5edee66"
                + "02"
                + "03" + "04" + "f8a1d5edee66" + "04" + "0178")
        task.principal = .session(
            RoleSession(
                account: "1", roleName: "n", rolePath: "/", roleID: "i", sessionName: "s",
                details: SessionDetails(
                    issued: self.time, policy: "p", policyARNs: ["a"], tags: ["k": "v"], transitiveTagKeys: ["k"],
                    sourceIdentity: "j")))
        task.status = .cancelled
        self.check(
            task,
            "01" + name + "8202" + "010164" + "01ac02" + "02" + "0131" + "016e" + "012f" + "0169" + "0173" + "01"
                + "f6a1d5edee66" + "010170" + "010161" + "01016b0176" + "01016b" + "01016a" + "f6a1d5edee66" + "02"
                + "03"
                + "04" + "f8a1d5edee66" + "03")
    }

    @Test func `what is kept of groups`() {
        var group = GroupRecord(head: 300)
        self.check(group, "01" + "ac02" + "00" + "00" + "00")
        group.inFlight = 1
        group.receivedThrough = 300
        group.place = .ready(5)
        self.check(group, "01" + "ac02" + "01" + "ac02" + "01" + "05")
        group.place = .delayed(self.time)
        self.check(group, "01" + "ac02" + "01" + "ac02" + "02" + "f6a1d5edee66")
        self.check(OrderRecord(sent: self.time), "01" + "f6a1d5edee66")
        self.check(ReadyRecord("g"), "01" + "0167")
    }

    @Test func `all others`() {
        self.check(QueuePlace(QueueKey(account: "1", region: "r", name: "q")), "01" + "0131" + "0172" + "0171")
        self.check(TagsRecord(["b": "2", "a": "1"]), "01" + "02" + "0161" + "0131" + "0162" + "0132")
        self.check(CounterRecord(300), "01" + "ac02")
        self.check(DeletedNameRecord(deleted: self.time), "01" + "f6a1d5edee66")
        self.check(
            DeduplicationRecord(message: MessageID(high: 1, low: 2), sequence: 300, sent: self.time),
            "01" + "00000000000000010000000000000002" + "ac02" + "f6a1d5edee66")
        self.check(
            AttemptRecord(made: self.time, messages: [.init(sequence: 300, receives: 1)]),
            "01" + "f6a1d5edee66" + "01" + "ac02" + "01")
    }

    @Test func `due entries sort by time, then by sequence`() {
        let keys = [
            WaitingKey(self.queue, visible: self.time, 2), WaitingKey(self.queue, visible: self.time, 300),
            WaitingKey(self.queue, visible: self.time + 1, 1), WaitingKey(QueueID(0x0103), visible: self.time - 5, 1),
        ]
        let encoded = keys.map { $0.encoded }
        #expect(zip(encoded, encoded.dropFirst()).allSatisfy { bytesAreOrdered($0, $1) })
    }
}
