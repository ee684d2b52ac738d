internal import Synchronization

/// Records of a few kinds that bodies ask for again and again, as the last batches left them: the state of a queue, the groups of
/// a FIFO queue. Finding them in the memtable is a walk through a skip list each time.
///
/// What was written is kept, never what was read, so an entry is always what `RocksStorage.head` shows: bodies do not run while
/// a batch is applied. Views of what is durable do not look here.
final class WrittenRecords: Sendable {
    private struct State {
        var values: [CachedKey: [UInt8]] = [:]
        var bytes = 0
    }
    private let state = Mutex(State())
    /// Bytes of keys and values after which everything is forgotten.
    private static let limit = 1 << 20
    /// What an entry takes beside its bytes, about.
    private static let overheadBytes = 160

    /// What was written under `key`; nil where nothing is known.
    func find(_ key: [UInt8]) -> [UInt8]? {
        guard Self.keeps(key) else { return nil }
        return self.state.withLock { $0.values[CachedKey(bytes: key)] }
    }

    /// Takes over a batch that was applied.
    func note(_ batch: WriteBatch) {
        for write in batch.writes {
            switch write {
            case .put(let key, let value): if Self.keeps(key) { self.keep(key, value) }
            case .delete(let key): if Self.keeps(key) { self.forget(key) }
            case .deleteRange(let start, let end): if Self.mayKeep(between: start, end) { self.forgetAll() }
            }
        }
    }

    /// For when all was removed, or it is not known what became of a batch.
    func forgetAll() { self.state.withLock { $0 = State() } }

    private func keep(_ key: [UInt8], _ value: [UInt8]) {
        self.state.withLock { state in
            let old = state.values.updateValue(value, forKey: CachedKey(bytes: key))
            state.bytes += value.count - (old?.count ?? -(key.count + Self.overheadBytes))
            if state.bytes > Self.limit { state = State() }
        }
    }

    private func forget(_ key: [UInt8]) {
        self.state.withLock { state in
            guard let old = state.values.removeValue(forKey: CachedKey(bytes: key)) else { return }
            state.bytes -= key.count + old.count + Self.overheadBytes
        }
    }

    @inline(__always)
    private static func keeps(_ key: [UInt8]) -> Bool {
        let tag = Self.tag(key)
        return tag == KeyTag.sqsQueueState.rawValue || tag == KeyTag.sqsGroup.rawValue
    }

    private static func mayKeep(between start: [UInt8], _ end: [UInt8]) -> Bool {
        Self.tag(start) <= KeyTag.sqsGroup.rawValue && Self.tag(end) >= KeyTag.sqsQueueState.rawValue
    }

    @inline(__always)
    private static func tag(_ key: [UInt8]) -> UInt16 {
        key.count < 2 ? 0 : UInt16(key[0]) << 8 | UInt16(key[1])
    }
}
