import ApusBase
import ApusStore
import Testing

/// How the writer deals with a storage that fails, in every way in which it can.
@Suite struct MemoryStorageTests {
    private let clock = ManualClock(Timestamp(milliseconds: 0))
    private let storage = MemoryStorage()
    private let driver: SimulationDriver
    private let store: Store

    init() {
        self.driver = SimulationDriver(clock: self.clock, entropy: SeededEntropy(seed: 1))
        self.store = Store(storage: self.storage, driver: self.driver)
    }

    /// Writes one record; what the caller is told.
    private func put(_ name: String) -> StoreError? {
        let answer = Box<StoreError?>()
        self.store.write { transaction in
            (try? transaction.put(NameKey(name), Presence())) == nil ? .rollback : .commit
        } completion: {
            answer.set($0)
        }
        self.driver.settle()
        return answer.value!
    }

    private func has(_ name: String) throws -> Bool {
        var transaction = try self.store.readTransaction()
        return try transaction.contains(NameKey(name))
    }

    @Test func `a full storage refuses one group and takes the next`() throws {
        self.storage.failNextCommit(.full)
        #expect(self.put("a") == .full)
        #expect(self.put("b") == nil)
        #expect(try !self.has("a"))
        #expect(try self.has("b"))
    }

    @Test(arguments: [MemoryStorage.Fault.lostThenUnknown, .keptThenUnknown])
    func `after an unknown outcome the writer recovers, and shows what became of it`(_ fault: MemoryStorage.Fault)
        throws
    {
        #expect(self.put("a") == nil)
        self.storage.failNextCommit(fault)
        #expect(self.put("b") == .unknownOutcome(reason: "injected"))
        #expect(try self.has("a"))
        #expect(self.put("c") == nil)
        let isKept = if case .keptThenUnknown = fault { true } else { false }
        #expect(try self.has("b") == isKept)
    }

    @Test func `a storage that failed in the background is recovered from`() throws {
        self.storage.fail()
        #expect(self.put("a") == .unavailable(reason: "an earlier write failed"))
        #expect(self.put("b") == nil)
        #expect(try self.has("b"))
    }
}

/// A key of one name, for tests.
struct NameKey: StoreKey {
    typealias Value = Presence
    static let tag = KeyTag.workerProgress
    var name: String

    init(_ name: String) { self.name = name }
    func encode(into encoder: inout KeyEncoder) { encoder.append(self.name) }
    init(from decoder: inout KeyDecoder) throws(KeyError) { self.name = try decoder.readString() }
}
