import ApusBase
import ApusService
import ApusStore
import DynamoDBExpressions
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// Bytes of keys and records as the first release wrote them. They can be read for ever: a change of format is a new
/// version, and a new line here.
@Suite struct GoldenBytesTests {
    private static let account = "313233343536373839303132" + "00"
    private static let region = "65752d776573742d31" + "00"
    private let hash = [UInt8](repeating: 0xAB, count: 16)
    private let base = [UInt8](repeating: 0xCD, count: 16)

    private func check<Key: StoreKey>(_ key: Key, _ hex: String) {
        #expect(Hex.encode(key.encoded) == hex)
        var decoder = KeyDecoder(key.encoded)
        #expect((try? Key(from: &decoder)) == key)
    }

    private func check<Value: StoreValue & Equatable>(_ value: Value, _ hex: String) {
        #expect(Hex.encode(value.encoded) == hex)
        #expect((try? Value(decoding: Hex.decode(hex) ?? [], tag: .dynamoTable)) == value)
    }

    @Test func `keys of tables and items`() {
        let table = TableKey(account: "123456789012", region: "eu-west-1", name: "t")
        self.check(table, "5001" + Self.account + Self.region + "7400")
        self.check(FillingKey(index: 5), "5002" + "0000000000000005")
        self.check(ReplicaFillingKey(table: 5), "5003" + "0000000000000005")
        self.check(GlobalTableKey(account: "123456789012", name: "t"), "5004" + Self.account + "7400")
        let hash = String(repeating: "ab", count: 16)
        self.check(ItemKey(table: 0x0102, hash: self.hash, sort: []), "5010" + "0000000000000102" + hash)
        self.check(
            ItemKey(table: 0x0102, hash: self.hash, sort: [0, 1, 2]), "5010" + "0000000000000102" + hash + "000102")
    }

    @Test func `keys of entries in indexes`() {
        let hash = String(repeating: "ab", count: 16)
        let base = String(repeating: "cd", count: 16)
        self.check(
            IndexEntryKey(index: 7, hash: self.hash, sort: [], base: self.base),
            "5011" + "0000000000000007" + hash + base)
        // Zeros and ones are escaped, and each value is ended.
        self.check(
            IndexEntryKey(index: 7, hash: self.hash, sort: [[0x61], [0, 1]], base: self.base),
            "5011" + "0000000000000007" + hash + "6100" + "0101" + "0102" + "00" + base)
    }

    @Test func `keys and records of client request tokens`() {
        let token = TransactionTokenKey(account: "123456789012", region: "eu-west-1", token: "x")
        self.check(token, "5020" + Self.account + Self.region + "7800")
        self.check(
            TransactionTokenExpiryKey(expires: Timestamp(milliseconds: 1), token: token),
            "5021" + "8000000000000001" + Self.account + Self.region + "7800")
        self.check(
            TransactionTokenRecord(digest: [1, 2], expires: Timestamp(milliseconds: 1)), "01" + "020102" + "02")
    }

    @Test func `a table without settings`() {
        let pk = KeyAttribute("pk", .string)
        let table = TableRecord(
            id: 0x0102, uuid: "u", created: Timestamp(milliseconds: 1), attributes: [pk], hash: pk, sort: nil)
        self.check(
            table,
            "07" + "8202" + "0175" + "02" + "01" + "02706b01" + "02706b01" + "00" + "00"
                + "01" + "0000000000000000" + "00" + "00" + "00" + "00" + "00" + "00" + "000000" + "000000"
                + "000000000000" + "0100" + "01"
        )
    }

    @Test func `a table from before there were policies`() throws {
        let text = "0182020175020102706b0102706b01000001000000000000000000000000"
        let bytes = try #require(Hex.decode(text))
        let table = try TableRecord(decoding: bytes, tag: .dynamoTable)
        #expect(table.uuid == "u")
        #expect(table.policy == nil)
    }

    @Test func `a table from before there were insights`() throws {
        let text = "0282020175020102706b0102706b0100000100000000000000000000000001017005"
        let bytes = try #require(Hex.decode(text))
        let table = try TableRecord(decoding: bytes, tag: .dynamoTable)
        #expect(table.policy == PolicyRecord(text: "p", revision: 5))
        #expect(table.insights == [])
    }

    @Test func `a table from before there were backups`() throws {
        let text = "0182020175020102706b0102706b01000001000000000000000000000000"
        let bytes = try #require(Hex.decode("03" + text.dropFirst(2) + "0000"))
        let table = try TableRecord(decoding: bytes, tag: .dynamoTable)
        #expect(table.backups == TableBackups())
    }

    @Test func `a table from before its changes of capacity were kept`() throws {
        let text = "0182020175020102706b0102706b01000001000000000000000000000000"
        let bytes = try #require(Hex.decode("04" + text.dropFirst(2) + "0000" + "000000"))
        let table = try TableRecord(decoding: bytes, tag: .dynamoTable)
        #expect(table.capacity == CapacityHistory())
    }

    @Test func `a table from before there were replicas`() throws {
        let text = "0182020175020102706b0102706b01000001000000000000000000000000"
        let bytes = try #require(Hex.decode("05\(text.dropFirst(2))0000000000000000"))
        let table = try TableRecord(decoding: bytes, tag: .dynamoTable)
        #expect(table.replicas == TableReplicas())
    }

    @Test func `a table from before replicas had units for reading of their own, and tables an encryption`() throws {
        let text = "0182020175020102706b0102706b01000001000000000000000000000000"
        let member = "01" + "0172" + "01" + "0102" + "010153" + "00"
        let bytes = try #require(Hex.decode("06\(text.dropFirst(2))0000000000000000\(member)0104" + "00" + "00"))
        let table = try TableRecord(decoding: bytes, tag: .dynamoTable)
        let overrides = TableReplicas.Overrides(reads: .init(maximum: 1), tableClass: "S")
        #expect(table.replicas.others == [.init(region: "r", status: .active, overrides: overrides)])
        #expect(table.replicas.own.reads.maximum == 2)
        #expect(table.replicas.consistency == .eventual)
        #expect(table.encryption == .ownedKey)
    }

    @Test func `a table with everything`() {
        let pk = KeyAttribute("pk", .string)
        let sk = KeyAttribute("sk", .number)
        let gk = KeyAttribute("gk", .binary)
        var table = TableRecord(
            id: 1, uuid: "u", created: Timestamp(milliseconds: 1), attributes: [pk, sk, gk], hash: pk, sort: sk)
        var index = IndexRecord(
            id: 2, name: "i", kind: .global, hash: [gk], sort: [sk], contents: .include(["a"]))
        index.status = .creating
        index.throughput = Throughput(read: 1, write: 2)
        index.onDemand = OnDemandLimits(read: 3, write: nil)
        index.warm = Throughput(read: 4, write: 5)
        table.indexes = [index]
        table.settings.billing = .payPerRequest
        table.settings.throughput = Throughput(read: 1, write: 1)
        table.settings.tableClass = "S"
        table.settings.deletionProtection = true
        table.stream = StreamSettings(view: .newAndOldImages, label: "l", isEnabled: true)
        table.timeToLive = "e"
        table.tags = ["k": "v"]
        table.policy = PolicyRecord(text: "p", revision: 5)
        table.insights = [
            InsightsSettings(id: 2, isEnabled: true, mode: .throttledKeys, updated: Timestamp(milliseconds: 1))
        ]
        table.backups.copies = [7]
        table.backups.history = TableBackups.History(id: 8, since: Timestamp(milliseconds: 1), days: 35)
        table.backups.origin = TableBackups.Origin(
            backupARN: nil, tableARN: "a", time: Timestamp(milliseconds: 2), inProgress: true)
        table.capacity.decreases = 4
        var changes = CapacityHistory.Changes()
        changes.lastDecrease = Timestamp(milliseconds: 3)
        changes.decreases = 1
        table.capacity.indexes = [2: changes]
        table.capacity.switches = [Timestamp(milliseconds: 1)]
        var overrides = TableReplicas.Overrides(reads: .init(units: 3, maximum: 1), tableClass: "S")
        overrides["i"] = .init(units: 2, maximum: nil)
        let made = Timestamp(milliseconds: 1)
        table.replicas.others = [.init(region: "r", status: .creating, overrides: overrides, made: made)]
        table.replicas.own.reads.maximum = 2
        table.replicas.isFilling = true
        table.replicas.consistency = .strong
        table.replicas.witness = "w"
        table.encryption = .managedKey
        // A list of one type: the sum of all would take the compiler too long.
        let parts: [String] = [
            "07", "01", "0175", "02", "03", "02706b01", "02736b02", "02676b03", "02706b01", "01", "02736b02",
            "01", "02", "0169", "02", "01", "02676b03", "01", "02736b02", "03", "01", "0161", "02",
            "01", "0204", "01", "0106", "00", "01", "080a",
            "02", "01", "0202", "00", "00", "00", "00", "00", "01", "0153", "00", "01",
            "01", "04", "016c", "01", "01", "0165", "01", "016b", "0176", "01", "0170", "05",
            "0102010202", "0107", "01080246", "010001610401",
            "08", "01", "02", "00", "0106", "02", "01", "02",
            "01", "0172", "02", "0102", "010153", "0106", "01", "0169", "00", "0104", "0102",
            "0104", "00", "00", "00", "01", "02", "010177", "02",
        ]
        self.check(table, parts.joined())
    }

    @Test func `an item`() throws {
        let item = try ItemInput(json: #"{"pk":{"S":"a"}}"#).item
        self.check(StoredItem(item), "01" + Hex.encode(item.bytes))
    }

    @Test func `global tables of version 2017.11.29`() {
        self.check(
            GlobalTableRecord(created: Timestamp(milliseconds: 1), regions: ["a", "b"]),
            "01" + "02" + "02" + "0161" + "0162")
    }

    @Test func `how far a replica is filled`() {
        let table = TableReference(account: "1", region: "r", name: "t")
        self.check(
            ReplicaFillingRecord(replica: table, source: "s"), "01" + "0131" + "0172" + "0174" + "0173" + "00")
        let last = ItemKey(table: 3, hash: [9], sort: [8])
        self.check(
            ReplicaFillingRecord(replica: table, source: "s", last: last),
            "01" + "0131" + "0172" + "0174" + "0173" + "01" + "03" + "0109" + "0108")
    }

    @Test func `how far an index is filled`() {
        let table = TableReference(account: "1", region: "r", name: "t")
        self.check(FillingRecord(table: table), "01" + "0131" + "0172" + "0174" + "00")
        let last = ItemKey(table: 3, hash: [9], sort: [8])
        self.check(
            FillingRecord(table: table, last: last), "01" + "0131" + "0172" + "0174" + "01" + "03" + "0109" + "0108")
    }

    @Test func `keys of backups and histories`() {
        let table = TableReference(account: "123456789012", region: "eu-west-1", name: "t")
        let backup = BackupKey(table: table, id: "b")
        self.check(backup, "5050" + Self.account + Self.region + "7400" + "6200")
        self.check(CopyKey(copy: 5), "5051" + "0000000000000005")
        self.check(RestoreKey(table: 5), "5052" + "0000000000000005")
        self.check(
            BackupExpiryKey(time: Timestamp(milliseconds: 1), backup: backup),
            "5053" + "8000000000000001" + Self.account + Self.region + "7400" + "6200")
        self.check(HistoryChangeKey(history: 5, sequence: 6), "5054" + "0000000000000005" + "0000000000000006")
        self.check(HistoryHeadKey(history: 5), "5055" + "0000000000000005")
        self.check(
            HistoryDueKey(time: Timestamp(milliseconds: 1), history: 5),
            "5056" + "8000000000000001" + "0000000000000005")
    }

    @Test func `how far copies and restores are`() {
        let table = TableReference(account: "1", region: "r", name: "t")
        let backup = BackupKey(table: table, id: "b")
        let place = ItemKey(table: 0, hash: [9], sort: [8])
        var copy = CopyRecord(table: table, tableID: 3, purpose: .backup(backup), phase: .items(last: place))
        let name = "0131" + "0172" + "0174"
        self.check(copy, "01" + name + "03" + "01" + name + "0162" + "02" + "01" + "0109" + "0108" + "0000")
        copy.purpose = .restore(table, id: 4)
        copy.phase = .history(id: 5, end: 6, time: Timestamp(milliseconds: 1))
        copy.counts = ItemCounts(items: 1, bytes: 2)
        self.check(copy, "01" + name + "03" + "02" + name + "04" + "01" + "05" + "06" + "02" + "0204")
        copy.phase = .counting(last: nil)
        self.check(copy, "01" + name + "03" + "02" + name + "04" + "03" + "00" + "0204")
        self.check(
            RestoreRecord(target: table, copy: 7, backup: backup, last: place),
            "01" + name + "07" + "01" + name + "0162" + "01" + "0109" + "0108")
        self.check(HistoryHead(next: 2, time: Timestamp(milliseconds: 1)), "01" + "02" + "02")
        self.check(HistoryOwner(table: table), "01" + name)
        self.check(
            HistoryChange(time: Timestamp(milliseconds: 1), at: place, old: .empty),
            "01" + "02" + "0109" + "0108" + Hex.encode(Item.empty.bytes))
    }
}
