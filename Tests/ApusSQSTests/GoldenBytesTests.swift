import ApusBase
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
        self.check(state, "01" + "01" + "01" + "01" + "00" + "00" + "00" + "00" + "00" + "00" + "00" + "00")
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
        self.check(
            state,
            "01" + "ac02" + "c801" + "64" + "5a" + "f6a1d5edee66" + "01" + "02" + "03" + "04" + "05" + "02"
                + "f6a1d5edee66" + "0a" + "02" + "ccd403" + "00" + "01")
    }

    @Test func `a message`() {
        var draft = MessageDraft(body: "hello", bodyDigest: Array(repeating: 0xAA, count: 16))
        let id = MessageID(high: 0x0011_2233_4455_4677, low: 0x8899_AABB_CCDD_EEFF)
        let head =
            "00112233445546778899aabbccddeeff" + "f6a1d5edee66" + "0165" + String(repeating: "aa", count: 16)
            + "0568656c6c6f"
        self.check(MessageRecord(draft, id: id, sent: self.time, sender: "e"), "01" + "00" + head)
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
        self.check(
            record,
            "01" + "3f" + head + "0167" + "0164" + String(repeating: "bb", count: 16) + "02" + "0161" + "06537472696e67"
                + "01"
                + "0178" + "0162" + "0642696e617279" + "02" + "0107" + "0174" + "016f" + "03" + "01" + "f6a1d5edee66")
    }

    @Test func `what is kept of receives`() {
        self.check(FlightRecord(visible: self.time, receives: nil, group: nil), "01" + "01" + "f6a1d5edee66")
        var flight = FlightRecord(
            visible: self.time,
            receives: .init(count: 2, first: self.time, last: self.time + 1, secret: 0x1122_3344_5566_7788), group: "g")
        flight.visibility = .changed
        self.check(
            flight, "01" + "0f" + "f6a1d5edee66" + "02" + "f6a1d5edee66" + "f8a1d5edee66" + "1122334455667788" + "0167")
        self.check(
            WaitingRecord.inFlight(flight.receives),
            "02" + "00" + "01" + "02" + "f6a1d5edee66" + "f8a1d5edee66" + "1122334455667788")
        self.check(WaitingRecord.inFlight(nil), "020000")
        self.check(WaitingRecord.delayed, "0201")
        self.check(WaitingRecord.delayedGroup("g"), "02020167")
        // Version 1.
        for (record, hex) in [
            (WaitingRecord.inFlight(nil), "0100"), (.delayed, "0101"), (.delayedGroup("g"), "01020167"),
        ] {
            #expect((try? WaitingRecord(decoding: Hex.decode(hex) ?? [], tag: .sqsWaiting)) == record)
        }
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
