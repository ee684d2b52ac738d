package import ApusBase
internal import Synchronization

/// A storage in memory, for tests and simulation: sorted chunks that views share until they change.
///
/// It can be told to fail, so that a test sees every way in which a commit can end.
package final class MemoryStorage: Storage {
    typealias Pair = (key: [UInt8], value: [UInt8])

    /// How the next commit ends.
    package enum Fault: Sendable {
        /// The next `apply` is refused before anything is written (`StoreError.full`).
        case full
        /// The next `sync` loses what was applied; the caller is told that the outcome is unknown.
        case lostThenUnknown
        /// The next `sync` keeps what was applied; the caller is told that the outcome is unknown.
        case keptThenUnknown
    }

    private struct State {
        /// What is durable, and shown to all but the writer.
        var durable = SortedChunks()
        /// With what was applied since.
        var applied: SortedChunks?
        var fault: Fault?
        var failed = false
        var commits: Int64 = 0

        var head: SortedChunks { self.applied ?? self.durable }
    }
    private let state = Mutex(State())

    package init() {}

    package func view() throws(StoreError) -> any StorageView {
        MemoryView(content: self.state.withLock { $0.durable })
    }

    package func head() throws(StoreError) -> any StorageView {
        MemoryView(content: self.state.withLock { $0.head })
    }

    package func apply(_ batch: WriteBatch) throws(StoreError) { try self.change { $0.apply(batch) } }

    package func removeAll() throws(StoreError) { try self.change { $0 = SortedChunks() } }

    private func change(_ change: (inout SortedChunks) -> Void) throws(StoreError) {
        let failure: StoreError? = self.state.withLock { state in
            if state.failed { return .unavailable(reason: "an earlier write failed") }
            if case .full = state.fault {
                state.fault = nil
                return .full
            }
            var content = state.head
            change(&content)
            state.applied = content
            return nil
        }
        if let failure { throw failure }
    }

    package func sync() throws(StoreError) {
        let failure: StoreError? = self.state.withLock { state in
            if state.failed { return .unknownOutcome(reason: "an earlier write failed") }
            guard let applied = state.applied else { return nil }
            let fault = state.fault
            (state.fault, state.applied) = (nil, nil)
            state.failed = fault != nil
            if case .lostThenUnknown = fault { return .unknownOutcome(reason: "injected") }
            state.durable = applied
            state.commits += 1
            return fault == nil ? nil : .unknownOutcome(reason: "injected")
        }
        if let failure { throw failure }
    }

    package func recover() throws(StoreError) {
        self.state.withLock { state in
            state.applied = nil
            state.failed = false
        }
    }

    /// What a crash does: what was applied and not yet made durable stays or goes, as `entropy` says.
    package func crash(_ entropy: any Entropy) {
        self.state.withLock { state in
            if let applied = state.applied, entropy.below(2) == 0 { state.durable = applied }
            (state.applied, state.fault, state.failed) = (nil, nil, false)
        }
    }

    package var statistics: StorageStatistics {
        self.state.withLock { state in
            var statistics = StorageStatistics()
            statistics.commits = state.commits
            statistics.acceptsWrites = !state.failed
            return statistics
        }
    }

    package func close() {}

    /// Refuses commits until `recover`, as when a storage fails in the background.
    package func fail() { self.state.withLock { $0.failed = true } }

    /// Makes the next commit end so.
    package func failNextCommit(_ fault: Fault) { self.state.withLock { $0.fault = fault } }
}

/// A sorted map in chunks of at most 256 pairs; copies share chunks.
struct SortedChunks: Sendable {
    private static let chunkCount = 256
    private(set) var chunks: [[MemoryStorage.Pair]] = []

    /// The index of the chunk in which `key` is or would be.
    func chunkIndex(of key: [UInt8]) -> Int {
        var low = 0
        var high = self.chunks.count
        while low < high {
            let middle = (low + high) / 2
            if compareBytes(self.chunks[middle][self.chunks[middle].count - 1].key, key) < 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The position of the first pair at or after `key` in the chunk.
    static func lowerBound(_ key: [UInt8], in chunk: [MemoryStorage.Pair]) -> Int {
        var low = 0
        var high = chunk.count
        while low < high {
            let middle = (low + high) / 2
            if compareBytes(chunk[middle].key, key) < 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func get(_ key: [UInt8]) -> [UInt8]? {
        let index = self.chunkIndex(of: key)
        guard index < self.chunks.count else { return nil }
        let position = Self.lowerBound(key, in: self.chunks[index])
        guard position < self.chunks[index].count, self.chunks[index][position].key == key else { return nil }
        return self.chunks[index][position].value
    }

    mutating func apply(_ batch: WriteBatch) {
        for write in batch.writes {
            switch write {
            case .put(let key, let value): self.put(key, value)
            case .delete(let key): self.delete(key)
            case .deleteRange(let start, let end): self.deleteRange(start: start, end: end)
            }
        }
    }

    private mutating func put(_ key: [UInt8], _ value: [UInt8]) {
        if self.chunks.isEmpty {
            self.chunks.append([(key, value)])
            return
        }
        let index = min(self.chunkIndex(of: key), self.chunks.count - 1)
        let position = Self.lowerBound(key, in: self.chunks[index])
        if position < self.chunks[index].count, self.chunks[index][position].key == key {
            self.chunks[index][position].value = value
            return
        }
        self.chunks[index].insert((key, value), at: position)
        if self.chunks[index].count > Self.chunkCount {
            let half = Array(self.chunks[index][(Self.chunkCount / 2)...])
            self.chunks[index].removeSubrange((Self.chunkCount / 2)...)
            self.chunks.insert(half, at: index + 1)
        }
    }

    private mutating func delete(_ key: [UInt8]) {
        let index = self.chunkIndex(of: key)
        guard index < self.chunks.count else { return }
        let position = Self.lowerBound(key, in: self.chunks[index])
        guard position < self.chunks[index].count, self.chunks[index][position].key == key else { return }
        self.chunks[index].remove(at: position)
        if self.chunks[index].isEmpty { self.chunks.remove(at: index) }
    }

    private mutating func deleteRange(start: [UInt8], end: [UInt8]) {
        self.chunks = self.chunks.compactMap { chunk in
            let first = Self.lowerBound(start, in: chunk)
            let last = Self.lowerBound(end, in: chunk)
            guard first < last else { return chunk }
            var rest = chunk
            rest.removeSubrange(first..<last)
            return rest.isEmpty ? nil : rest
        }
    }
}

/// A view of a `MemoryStorage`: a copy that shares its chunks.
final class MemoryView: StorageView {
    private let content: SortedChunks

    init(content: SortedChunks) { self.content = content }

    func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]? { self.content.get(key) }

    func scan(
        start: [UInt8], end: [UInt8], direction: ScanDirection,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError) {
        let chunks = self.content.chunks
        let first = self.content.chunkIndex(of: start)
        let indexes: any Sequence<Int> =
            direction == .forward
            ? first..<chunks.count
            : stride(from: min(self.content.chunkIndex(of: end), chunks.count - 1), through: first, by: -1)
        for index in indexes {
            let chunk = chunks[index]
            let low = SortedChunks.lowerBound(start, in: chunk)
            let high = SortedChunks.lowerBound(end, in: chunk)
            if direction == .forward, low >= high { return }
            for position in low..<max(low, high) {
                let pair = chunk[direction == .forward ? position : high - 1 - (position - low)]
                let goesOn = pair.key.withUnsafeBytes { key in pair.value.withUnsafeBytes { body(key, $0) } }
                if !goesOn { return }
            }
        }
    }
}
