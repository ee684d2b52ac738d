import ApusBase
import ApusStore
import Testing

/// A transaction over a view against a dictionary that is sorted when asked: the same answers after any writes, clears,
/// savepoints and commits.
@Suite struct OverlayPropertyTests {
    /// Keys are one to two letters of five, so that ranges meet and nest.
    private static func name(_ random: inout SplitMix) -> String {
        String((0..<1 + random.below(2)).map { _ in Character(UnicodeScalar(UInt8(97 + random.below(5)))) })
    }

    private static func range(_ random: inout SplitMix) -> (range: KeyRange<PairKey>, names: (String) -> Bool) {
        let (low, high) = (Self.name(&random), Self.name(&random))
        switch random.below(4) {
        case 0: return (PairKey.range(), { _ in true })
        case 1: return (PairKey.range().from(PairKey(low)), { $0 >= low })
        case 2: return (PairKey.range().after(PairKey(low)).before(PairKey(high)), { $0 > low && $0 < high })
        default: return (PairKey.range().from(PairKey(low)).through(PairKey(high)), { $0 >= low && $0 <= high })
        }
    }

    /// One body: random reads, each checked, and random writes, done to the model too.
    private static func act(_ random: inout SplitMix, _ transaction: inout Transaction, _ model: inout [String: Int])
        throws
    {
        for _ in 0..<random.below(20) {
            let name = Self.name(&random)
            switch random.below(10) {
            case 0, 1, 2:
                let value = random.below(1000)
                try transaction.put(PairKey(name), NumberRecord(value))
                model[name] = value
            case 3, 4:
                try transaction.delete(PairKey(name))
                model[name] = nil
            case 5:
                let (range, contains) = Self.range(&random)
                try transaction.clear(range)
                model = model.filter { !contains($0.key) }
            case 6:
                // A part that may fail alone, and half the time does.
                let (savepoint, before) = (transaction.savepoint(), model)
                try Self.act(&random, &transaction, &model)
                if random.below(2) == 0 {
                    transaction.rollback(to: savepoint)
                    model = before
                }
            default:
                try Self.compare(&random, &transaction, model)
            }
        }
    }

    private static func compare(
        _ random: inout SplitMix, _ transaction: inout Transaction, _ model: [String: Int]
    ) throws {
        let name = Self.name(&random)
        #expect(try transaction.get(PairKey(name))?.value == model[name])
        #expect(try transaction.contains(PairKey(name)) == (model[name] != nil))
        let (range, contains) = Self.range(&random)
        let direction: ScanDirection = random.below(2) == 0 ? .forward : .backward
        let limit = random.below(3) == 0 ? random.below(4) : 1000
        var expected = model.filter { contains($0.key) }.sorted { $0.key < $1.key }.map { Named($0.key, $0.value) }
        if direction == .backward { expected.reverse() }
        let found = try transaction.page(range, direction: direction, limit: limit).map {
            Named($0.key.name, $0.value.value)
        }
        #expect(found == Array(expected.prefix(limit)))
        let count = try transaction.count(range, limit: limit)
        #expect(count == min(limit, expected.count))
    }

    private struct Named: Equatable {
        var name: String
        var value: Int
        init(_ name: String, _ value: Int) {
            self.name = name
            self.value = value
        }
    }

    @Test(arguments: Engine.allCases) func `a transaction answers as a sorted dictionary would`(_ engine: Engine) throws
    {
        for seed: UInt64 in 0..<(engine == .memory ? 20 : 4) {
            try engine.withStorage { storage in
                let driver = SimulationDriver(
                    clock: ManualClock(Timestamp(milliseconds: 0)), entropy: SeededEntropy(seed: seed))
                let store = Store(storage: storage, driver: driver, rerun: SeededEntropy(seed: seed))
                let start = seed &* 1000
                var model: [String: Int] = [:]
                for round: UInt64 in 0..<12 {
                    // Several bodies make one group; each may be run again, so each starts from the model it was given.
                    for body: UInt64 in 0..<3 {
                        let before = model
                        var random = SplitMix(seed: start &+ round &* 10 &+ body)
                        let isKept = random.below(4) > 0
                        let after = Box<[String: Int]>()
                        store.write { [random] transaction in
                            var (random, result) = (random, before)
                            do { try Self.act(&random, &transaction, &result) } catch { Issue.record("\(error)") }
                            after.set(result)
                            return isKept ? .commit : .rollback
                        } completion: {
                            #expect($0 == nil)
                        }
                        driver.settle()
                        if isKept { model = after.value! }
                    }
                    var random = SplitMix(seed: round)
                    var transaction = try store.readTransaction()
                    for _ in 0..<5 { try Self.compare(&random, &transaction, model) }
                }
            }
        }
    }

    @Test func `bodies of one group see each other, and a rolled back one leaves nothing`() throws {
        let storage = MemoryStorage()
        let driver = SimulationDriver(clock: ManualClock(Timestamp(milliseconds: 0)), entropy: SeededEntropy(seed: 1))
        let store = Store(storage: storage, driver: driver)
        let seen = Box<[Int?]>()
        for (number, verdict) in [(1, Verdict.commit), (2, .rollback)] {
            store.write { transaction in
                try? transaction.put(PairKey("a"), NumberRecord(number))
                try? transaction.clear(PairKey.range().after(PairKey("a")))
                return verdict
            } completion: { _ in
            }
        }
        store.write { transaction in
            seen.set([try? transaction.get(PairKey("a"))?.value])
            return .commit
        } completion: { _ in
        }
        driver.settle()
        #expect(seen.value == [1])
        #expect(storage.statistics.commits == 1)
    }
}

/// A key of one name with a number under it.
struct PairKey: StoreKey {
    typealias Value = NumberRecord
    static let tag = KeyTag.timer
    var name: String

    init(_ name: String) { self.name = name }
    func encode(into encoder: inout KeyEncoder) { encoder.append(self.name) }
    init(from decoder: inout KeyDecoder) throws(KeyError) { self.name = try decoder.readString() }
}

struct NumberRecord: StoreValue, Equatable {
    var value: Int
    init(_ value: Int) { self.value = value }
    func encode(into writer: inout RecordWriter) { writer.int(self.value) }
    init(from reader: inout RecordReader, version: UInt8) throws(RecordError) { self.value = Int(try reader.readInt()) }
}
