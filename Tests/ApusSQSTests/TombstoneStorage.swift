import ApusStore
import Synchronization

/// A storage in memory that keeps what was deleted, as a log-structured one does until it compacts, and counts over how
/// many of those a scan walks.
final class TombstoneStorage: Storage {
    private let below = MemoryStorage()
    private let counts = Mutex((walked: 0, largest: 0))

    /// The most that one scan walked over since this was asked before.
    func takeLargest() -> Int {
        self.counts.withLock { counts in
            defer { counts.largest = 0 }
            return counts.largest
        }
    }

    func note(_ walked: Int) { self.counts.withLock { $0.largest = max($0.largest, walked) } }

    func view() throws(StoreError) -> any StorageView { TombstoneView(try self.below.view(), self) }
    func head() throws(StoreError) -> any StorageView { TombstoneView(try self.below.head(), self) }
    func sync() throws(StoreError) { try self.below.sync() }

    func apply(_ batch: WriteBatch) throws(StoreError) {
        var marked = WriteBatch()
        for write in batch.writes {
            switch write {
            case .put(let key, let value): marked.append(.put(key: key, value: [1] + value))
            case .delete(let key): marked.append(.put(key: key, value: [0]))
            case .deleteRange: marked.append(write)
            }
        }
        try self.below.apply(marked)
    }

    func recover() throws(StoreError) { try self.below.recover() }
    func removeAll() throws(StoreError) { try self.below.removeAll() }
    var statistics: StorageStatistics { self.below.statistics }
    func close() {}
}

private final class TombstoneView: StorageView {
    private let below: any StorageView
    private let storage: TombstoneStorage

    init(_ below: any StorageView, _ storage: TombstoneStorage) {
        self.below = below
        self.storage = storage
    }

    func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
        guard let value = try self.below.get(key), value.first == 1 else { return nil }
        return Array(value.dropFirst())
    }

    func scan(
        start: [UInt8], end: [UInt8], direction: ScanDirection,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError) {
        var walked = 0
        try self.below.scan(start: start, end: end, direction: direction) { key, value in
            if value[0] == 0 {
                walked += 1
                return true
            }
            return body(key, UnsafeRawBufferPointer(rebasing: value[1...]))
        }
        self.storage.note(walked)
    }
}
