import ApusBase
import ApusStore
import Dispatch
import Glibc
import Synchronization
import Testing

/// What the writer does while the disk works.
@Suite struct GroupWriterTests {
    @Test func `bodies run while the disk works, and are neither seen nor answered before it is done`() throws {
        let storage = GatedStorage()
        let driver = ThreadDriver(clock: ManualClock(Timestamp(milliseconds: 0)), entropy: SeededEntropy(seed: 1))
        // Engines of tests have even a single body run beside the disk.
        let store = Store(storage: storage, driver: driver, rerun: SeededEntropy(seed: 2))
        let ran = Mutex<Set<Int>>([])
        let answered = Atomic<Int>(0)
        let put: @Sendable (Int) -> Void = { number in
            store.write { transaction in
                ran.withLock { _ = $0.insert(number) }
                return (try? transaction.put(NameKey("\(number)"), Presence())) == nil ? .rollback : .commit
            } completion: { failure in
                if failure == nil { answered.add(1, ordering: .relaxed) }
            }
        }
        put(0)
        wait("the first sync begins") { storage.syncs == 1 }
        for number in 1...20 { put(number) }
        wait("the others have run") { ran.withLock { $0.count } == 21 }
        #expect(answered.load(ordering: .relaxed) == 0)
        var before = try store.readTransaction()
        #expect(try !before.contains(NameKey("0")))
        storage.open()
        wait("all are answered") { answered.load(ordering: .relaxed) == 21 }
        var after = try store.readTransaction()
        #expect(try after.contains(NameKey("20")))
        #expect(storage.syncs == 2)
        driver.stop()
    }

    @Test func `what ran on a write that failed is not written, and the writer goes on`() throws {
        let storage = GatedStorage()
        let driver = ThreadDriver(clock: ManualClock(Timestamp(milliseconds: 0)), entropy: SeededEntropy(seed: 1))
        // Engines of tests have even a single body run beside the disk.
        let store = Store(storage: storage, driver: driver, rerun: SeededEntropy(seed: 2))
        let outcomes = Mutex<[String: StoreError?]>([:])
        let ran = Mutex<Set<String>>([])
        let put: @Sendable (String) -> Void = { name in
            store.write { transaction in
                ran.withLock { _ = $0.insert(name) }
                return (try? transaction.put(NameKey(name), Presence())) == nil ? .rollback : .commit
            } completion: { failure in
                outcomes.withLock { $0[name] = failure }
            }
        }
        put("a")
        wait("the first sync begins") { storage.syncs == 1 }
        for name in ["b", "c", "d", "e"] { put(name) }
        wait("the others have run") { ran.withLock { $0.count } == 5 }
        storage.below.failNextCommit(.lostThenUnknown)
        storage.open()
        wait("all are answered") { outcomes.withLock { $0.count } == 5 }
        #expect(outcomes.withLock { $0["a"] } == .unknownOutcome(reason: "injected"))
        let refusal = StoreError.unavailable(reason: "the disk refused a write; recovering")
        #expect(outcomes.withLock { $0["b"] } == refusal)
        put("f")
        wait("the next is answered") { outcomes.withLock { $0.count } == 6 }
        #expect(outcomes.withLock { $0["f"] } == .some(nil))
        var after = try store.readTransaction()
        #expect(try after.contains(NameKey("f")))
        #expect(try !after.contains(NameKey("b")))
        driver.stop()
    }
}

/// A storage in memory whose first sync waits until the test lets it go on.
private final class GatedStorage: Storage {
    let below = MemoryStorage()
    private let gate = DispatchSemaphore(value: 0)
    private let count = Atomic<Int>(0)

    /// How many syncs have begun.
    var syncs: Int { self.count.load(ordering: .sequentiallyConsistent) }
    func open() { self.gate.signal() }

    func view() throws(StoreError) -> any StorageView { try self.below.view() }
    func head() throws(StoreError) -> any StorageView { try self.below.head() }
    func apply(_ batch: WriteBatch) throws(StoreError) { try self.below.apply(batch) }
    func sync() throws(StoreError) {
        if self.count.add(1, ordering: .sequentiallyConsistent).newValue == 1 { self.gate.wait() }
        try self.below.sync()
    }
    func recover() throws(StoreError) { try self.below.recover() }
    func removeAll() throws(StoreError) { try self.below.removeAll() }
    var statistics: StorageStatistics { self.below.statistics }
    func close() {}
}

/// Waits for another thread. The bound is there only so that a broken test ends.
private func wait(_ what: String, _ condition: () -> Bool) {
    for _ in 0..<100_000 {
        if condition() { return }
        usleep(100)
    }
    Issue.record("waited in vain until \(what)")
}
