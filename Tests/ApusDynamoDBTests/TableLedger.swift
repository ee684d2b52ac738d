import ApusBase
import ApusService
import ApusStore
import DynamoDBItems

@testable import ApusDynamoDB

/// What the clients of a simulation did and were told, and what follows from it.
struct TableLedger {
    struct Version: Hashable {
        let table: String
        let number: Int
    }
    /// A request: the versions that it leaves, and what is known of it.
    private struct Intent {
        let versions: [Version]
        /// Whether all of it happens or nothing.
        let isTogether: Bool
        var tries = 1
        var refusals = 0
        var isAcknowledged = false
    }
    struct Summary {
        var acknowledged = 0
        var transactions = 0
        var indexChanges = 0
        var crashes = 0
        var expired = 0
        var audits = 0
        /// Audits that met an index which was being filled.
        var fillings = 0
        var restored = 0
        /// Restores to a moment before the last change.
        var recovered = 0
        var throttled = 0
        /// Parts of batches.
        var unprocessed = 0
        /// Replicas that audits met, and those among them that were being filled.
        var replicas = 0
        var unfilledReplicas = 0
    }

    private var intents: [Intent] = []
    /// Versions of items that acknowledged deletes have removed.
    private var deleted: Set<Version> = []
    /// Items as acknowledged updates have answered them.
    private var updated: [Item] = []
    private var last: [String: TablePicture] = [:]
    private(set) var failures: [String] = []
    var summary = Summary()

    mutating func expect(_ holds: Bool, _ sentence: @autoclosure () -> String) {
        if !holds { self.failures.append(sentence()) }
    }

    // MARK: What clients do and hear

    mutating func intend(_ versions: [Version], together: Bool) -> Int {
        self.intents.append(Intent(versions: versions, isTogether: together))
        return self.intents.count - 1
    }

    mutating func tryAgain(_ intent: Int) { self.intents[intent].tries += 1 }

    mutating func end<Output>(_ intent: Int, _ outcome: TableSimulation.Outcome<Output>) {
        switch outcome {
        case .answered:
            self.intents[intent].isAcknowledged = true
            self.summary.acknowledged += 1
            if self.intents[intent].isTogether { self.summary.transactions += 1 }
        case .refused: self.intents[intent].refusals += 1
        case .unknown: break
        }
    }

    mutating func answered(new item: Item?) { if let item { self.updated.append(item) } }

    mutating func deleted(_ item: Item?) {
        guard let item, let version = Self.version(of: item) else { return }
        let table = item["sk"] == nil ? "other" : "items"
        self.deleted.insert(Version(table: table, number: version))
    }

    private static func version(of item: Item?) -> Int? { item?["v"]?.number.flatMap { Int($0.text) } }

    /// An item as a dictionary.
    private static func plain(_ item: Item) -> [String: String] {
        var plain: [String: String] = [:]
        for (name, value) in item.attributes { plain[String(decoding: name, as: UTF8.self)] = value.json }
        return plain
    }

    // MARK: What must hold

    mutating func judge(_ pictures: [TablePicture], now: Timestamp) {
        self.summary.audits += 1
        var written: [Version: Int] = [:]
        var removed: [Version: Int] = [:]
        var told: Set<Item> = []
        for picture in pictures {
            self.last[picture.name] = picture
            let end = self.replay(picture, &written, &removed, &told)
            self.expect(end == picture.items, "the stream of \(picture.name) leads to other items than there are")
            for index in picture.indexes { self.judge(index, of: picture) }
            self.judgeExpiry(picture, now: now)
        }
        for (version, count) in written where count > 1 { self.failures.append("\(version) was told \(count) times") }
        for (version, count) in removed where count > 1 {
            self.failures.append("\(version) was removed \(count) times")
        }
        for version in self.deleted { self.expect(removed[version] == 1, "the removal of \(version) was not told") }
        for item in self.updated {
            self.expect(told.contains(item), "an answered update was not told: \(item.json)")
        }
        for (number, intent) in self.intents.enumerated() {
            let found = intent.versions.filter { written[$0] != nil }.count
            if intent.isAcknowledged {
                self.expect(found == intent.versions.count, "request \(number) was acknowledged and is lost")
            } else if intent.refusals == intent.tries {
                self.expect(found == 0, "request \(number) was refused and done")
            } else if intent.isTogether {
                self.expect(found == 0 || found == intent.versions.count, "request \(number) was done in part")
            }
        }
    }

    /// Replicas have the items of their tables, or some of them while they are filled, and indexes and streams that fit.
    mutating func judge(replicas: [TablePicture], now: Timestamp) {
        for replica in replicas {
            var written: [Version: Int] = [:]
            var removed: [Version: Int] = [:]
            var told: Set<Item> = []
            let end = self.replay(replica, &written, &removed, &told)
            self.expect(end == replica.items, "the stream of the replica of \(replica.name) leads to other items")
            self.expect(written.values.allSatisfy { $0 == 1 }, "a version was replicated twice")
            for index in replica.indexes { self.judge(index, of: replica) }
            self.judgeExpiry(replica, now: now)
            let items = self.last[replica.name]?.items ?? []
            self.summary.replicas += 1
            if replica.isFilling { self.summary.unfilledReplicas += 1 }
            self.expect(
                replica.isFilling ? replica.items.isSubset(of: items) : replica.items == items,
                "the replica of \(replica.name) has other items")
        }
    }

    /// Follows the stream from the beginning; each record must continue what the one before it left of the key.
    private mutating func replay(
        _ picture: TablePicture, _ written: inout [Version: Int], _ removed: inout [Version: Int],
        _ told: inout Set<Item>
    ) -> Set<Item> {
        var items: [Item: Item] = [:]
        for (place, change) in picture.changes.enumerated() {
            self.expect(place + 1 == picture.sequences[place], "the stream of \(picture.name) has a gap at \(place)")
            self.expect(items[change.keys] == change.oldImage, "record \(place) of \(picture.name) does not follow")
            let kind: StreamChange.Kind =
                change.oldImage == nil ? .insert : change.newImage == nil ? .remove : .modify
            self.expect(change.kind == kind, "record \(place) of \(picture.name) has the wrong name")
            items[change.keys] = change.newImage
            if let new = change.newImage {
                told.insert(new)
                if let number = Self.version(of: new) {
                    written[Version(table: picture.name, number: number), default: 0] += 1
                }
            } else if let number = Self.version(of: change.oldImage) {
                removed[Version(table: picture.name, number: number), default: 0] += 1
            }
        }
        self.summary.expired = max(self.summary.expired, picture.changes.filter(\.isExpiry).count)
        return Set(items.values)
    }

    private mutating func judge(_ index: TablePicture.Index, of table: TablePicture) {
        let expected = Set(table.items.compactMap { Self.entry(of: Self.plain($0), in: index.name) })
        let found = index.entries.map(Self.plain)
        self.expect(Set(found).count == found.count, "\(index.name) has an item twice")
        if index.isActive {
            self.expect(Set(found) == expected, "\(index.name) has other items than the table")
        } else {
            self.summary.fillings += 1
            self.expect(expected.isSuperset(of: found), "\(index.name) has what the table has not, while it is filled")
        }
    }

    mutating func judge(restored picture: TablePicture, _ expected: Set<Item>, _ origin: String) {
        self.summary.restored += 1
        self.expect(
            picture.items == expected,
            "\(origin): \(picture.items.subtracting(expected).map(\.json)) too much, \(expected.subtracting(picture.items).map(\.json)) missing"
        )
        for index in picture.indexes { self.judge(index, of: picture) }
    }

    private mutating func judgeExpiry(_ table: TablePicture, now: Timestamp) {
        for item in table.items where table.name == "items" {
            guard let time = item["ttl"]?.number.flatMap({ Int64($0.text) }) else { continue }
            self.expect(time * 1000 > now.milliseconds - 60_000, "an item is there a minute after its time")
        }
    }

    /// What clients see: every item once, and the counts of the description.
    mutating func judge(_ table: String, _ index: String?, _ items: [Item], _ told: (items: Int?, bytes: Int?)) {
        let all = self.last[table]?.items ?? []
        let expected =
            index.map { name in all.compactMap { Self.entry(of: Self.plain($0), in: name) } } ?? all.map(Self.plain)
        let place = index ?? table
        self.expect(
            items.count == expected.count && Set(items.map(Self.plain)) == Set(expected), "a scan of \(place) differs")
        self.expect(
            told.items == expected.count, "\(place) is said to have \(told.items ?? -1) items, not \(expected.count)")
        let bytes = expected.reduce(0) { $0 + Self.size(of: $1) }
        self.expect(told.bytes == bytes, "\(place) is said to have \(told.bytes ?? -1) bytes, not \(bytes)")
    }

    // MARK: Indexes, the plainest way

    /// `local` has keys only, `global` `x` too, `late` everything.
    static let indexes = #"""
        "AttributeDefinitions":[
          {"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"},
          {"AttributeName":"l","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"},
          {"AttributeName":"r","AttributeType":"N"}],
        "LocalSecondaryIndexes":[{"IndexName":"local","Projection":{"ProjectionType":"KEYS_ONLY"},
          "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}]}],
        "GlobalSecondaryIndexes":[{"IndexName":"global",
          "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["x"]},
          "KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}]}]
        """#
    static let lateDefinitions =
        #""AttributeDefinitions":[{"AttributeName":"g","AttributeType":"S"},{"AttributeName":"h","AttributeType":"S"}]"#
    static let createIndex = #"""
        {"Create":{"IndexName":"late","Projection":{"ProjectionType":"ALL"},
          "KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"h","KeyType":"RANGE"}]}}
        """#

    private static func entry(of item: [String: String], in index: String) -> [String: String]? {
        func projected(_ names: Set<String>) -> [String: String] { item.filter { names.contains($0.key) } }
        switch index {
        case "local": return item["l"] == nil ? nil : projected(["pk", "sk", "l"])
        case "global":
            return item["g"] == nil || item["r"] == nil ? nil : projected(["pk", "sk", "g", "r", "x"])
        default:
            // A string of 1 to 1,024 bytes.
            guard item["g"] != nil, let text = item["h"], text.hasPrefix(#"{"S":""#) else { return nil }
            let count = text.utf8.count - #"{"S":""}"#.utf8.count
            return (1...1_024).contains(count) ? item : nil
        }
    }

    /// Names and values in UTF-8; of a number one byte for each pair of its digits up to the last that is not 00, one more, and one
    /// for a minus.
    private static func size(of item: [String: String]) -> Int {
        item.reduce(0) { sum, attribute in
            // Between `{"N":"` and `"}`.
            let content = String(attribute.value.dropFirst(6).dropLast(2))
            guard attribute.value.hasPrefix(#"{"N":"#), let number = Int(content) else {
                return sum + attribute.key.utf8.count + content.utf8.count
            }
            var pairs = abs(number)
            var count = 0
            while pairs > 0, pairs.isMultiple(of: 100) { pairs /= 100 }
            while pairs > 0 {
                pairs /= 100
                count += 1
            }
            return sum + attribute.key.utf8.count + count + 1 + (number < 0 ? 1 : 0)
        }
    }
}

/// A table, its indexes and its stream at one moment, read from the store.
struct TablePicture {
    struct Index {
        let name: String
        let isActive: Bool
        let entries: [Item]
    }

    let name: String
    let isFilling: Bool
    let items: Set<Item>
    let indexes: [Index]
    let changes: [StreamChange]
    let sequences: [Int]

    init(_ name: String, in call: inout Call) throws(ServiceError) {
        try self.init(of: try call.table(try TableReference(name, in: call)), in: &call)
    }

    init(of table: OpenTable, in call: inout Call) throws(ServiceError) {
        self.name = table.name
        self.isFilling = table.record.replicas.isFilling
        self.items = Set(try call.page(ItemKey.all(table: table.id), limit: 10_000).map(\.value.item))
        var indexes: [Index] = []
        for index in table.record.indexes {
            let entries = try call.page(IndexEntryKey.all(index: index.id), limit: 10_000).map(\.value.item)
            indexes.append(Index(name: index.name, isActive: index.status == .active, entries: entries))
        }
        self.indexes = indexes
        let stream = table.record.streamID(table.record.stream?.label ?? "")
        let changes = try call.page(StreamChangeKey.all(stream: stream), limit: 10_000)
        self.changes = changes.map(\.value)
        self.sequences = changes.map { Int($0.key.sequence) }
    }
}
