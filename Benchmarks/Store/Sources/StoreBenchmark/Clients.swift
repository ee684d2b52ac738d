import ApusBase
import ApusStore
import Glibc
import Synchronization

/// Clients that each have one write under way all the time, until a number of writes is done.
final class Clients: Sendable {
    private let store: Store
    private let body: ItemRecord
    private let first: Int
    private let total: Int
    private let started = Atomic<Int>(0)
    private let ended = Atomic<Int>(0)
    private let failed = Atomic<Int>(0)

    init(store: Store, first: Int, total: Int) {
        self.store = store
        self.body = ItemRecord(number: 1)
        self.first = first
        self.total = total
    }

    /// Runs to the end; writes per second.
    func run(_ count: Int) -> Double {
        let start = SystemClock().monotonicNanoseconds
        for _ in 0..<count { self.next() }
        while self.ended.load(ordering: .acquiring) < self.total { usleep(200) }
        precondition(self.failed.load(ordering: .acquiring) == 0, "a write failed")
        return Double(self.total) / (Double(SystemClock().monotonicNanoseconds - start) / 1e9)
    }

    private func next() {
        let number = self.started.add(1, ordering: .relaxed).oldValue
        guard number < self.total else { return }
        let key = ItemKey(number: self.first + number)
        let body = self.body
        self.store.write { transaction in
            (try? transaction.put(key, body)) == nil ? .rollback : .commit
        } completion: { failure in
            if failure != nil { self.failed.add(1, ordering: .relaxed) }
            self.ended.add(1, ordering: .releasing)
            self.next()
        }
    }
}
