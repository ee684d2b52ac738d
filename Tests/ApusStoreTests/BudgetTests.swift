import ApusBase
import ApusStore
import Synchronization
import Testing

@Suite struct BudgetTests {
    private struct NumberKey: StoreKey {
        typealias Value = Presence
        static let tag = KeyTag.workerProgress
        var number: UInt32
        init(_ number: UInt32) { self.number = number }
        func encode(into encoder: inout KeyEncoder) { encoder.append(self.number) }
        init(from decoder: inout KeyDecoder) throws(KeyError) { self.number = try decoder.readInteger() }
    }

    @Test func `walking over keys that a cleared range hides counts as reading them`() throws {
        let storage = MemoryStorage()
        var batch = WriteBatch()
        for number in 0...UInt32(StoreLimits.keysRead) {
            batch.append(.put(key: NumberKey(number).encoded, value: Presence().encoded))
        }
        try storage.commit(batch)
        let driver = SimulationDriver(
            clock: ManualClock(Timestamp(milliseconds: 0)), entropy: SeededEntropy(seed: 1))
        let store = Store(storage: storage, driver: driver)
        let failure = Mutex<StoreError?>(nil)
        store.write { transaction in
            do throws(StoreError) {
                try transaction.clear(NumberKey.range())
                _ = try transaction.count(NumberKey.range(), limit: 1)
            } catch {
                failure.withLock { $0 = error }
            }
            return .rollback
        } completion: { _ in
        }
        driver.settle()
        guard case .budgetExceeded? = failure.withLock({ $0 }) else {
            Issue.record("\(StoreLimits.keysRead + 1) hidden keys were walked over")
            return
        }
    }

    @Test func `a record with bytes after its fields is corrupt`() throws {
        _ = try Presence(decoding: Presence().encoded, tag: .timer)
        #expect(throws: StoreError.self) { try Presence(decoding: Presence().encoded + [0], tag: .timer) }
    }
}
