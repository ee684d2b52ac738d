internal import Synchronization

/// Of some ranges of keys, all that was ever written, as filters: that a key is not there is known without a look at the store.
/// Each send to a FIFO queue asks twice whether an id was used, and nearly always it was not; RocksDB asks the filters of all its
/// files each time.
///
/// A range is known from the moment on at which somebody found it empty: what is written passes by here. One that was not
/// empty then (as after a start) is not known, and its keys are looked up. Bodies do not run while a batch is applied, so
/// nothing is written between a look and what is noted of it.
final class WrittenKeys: Sendable {
    /// The ids of a queue in one period: what follows the tag in a key.
    private struct Prefix: Hashable {
        var queue: UInt64
        var period: UInt32
    }
    private struct State {
        /// nil: was not empty when it was looked at.
        var filters: [Prefix: KeyFilter?] = [:]
        var bytes = 0
    }
    private let state = Mutex(State())
    /// Bytes of filters after which everything is forgotten: some ten million keys.
    private static let limit = 16 << 20
    /// What an entry takes beside its filter, about.
    private static let overheadBytes = 128
    private static let tag = KeyTag.sqsDeduplication.rawValue
    private static let prefixBytes = 2 + 8 + 4

    enum Answer {
        /// The key is not in the store.
        case absent
        /// It may be.
        case unknown
        /// Nobody has looked yet whether there are keys that begin so.
        case unexplored(prefix: [UInt8])
    }

    func find(_ key: [UInt8]) -> Answer {
        guard let prefix = Self.prefix(key) else { return .unknown }
        let hash = Self.hash(key)
        return self.state.withLock { state in
            switch state.filters[prefix] {
            case .some(.some(let filter)): filter.mayContain(hash) ? .unknown : .absent
            case .some(.none): .unknown
            case .none:
                .unexplored(prefix: Array(key[..<Self.prefixBytes]))
            }
        }
    }

    /// Takes note of what was found in the range of a key.
    func note(rangeOf key: [UInt8], isEmpty: Bool) {
        guard let prefix = Self.prefix(key) else { return }
        self.state.withLock { state in
            guard state.filters[prefix] == nil else { return }
            if state.bytes > Self.limit { state = State() }
            state.filters.updateValue(isEmpty ? KeyFilter() : nil, forKey: prefix)
            state.bytes += Self.overheadBytes
        }
    }

    /// Takes over a batch that was applied.
    func note(_ batch: WriteBatch) {
        for write in batch.writes {
            switch write {
            case .put(let key, _): self.add(key)
            case .delete: break
            case .deleteRange(let start, let end):
                if Self.tag(start) <= Self.tag, Self.tag(end) >= Self.tag { self.forget(from: start, to: end) }
            }
        }
    }

    func forgetAll() { self.state.withLock { $0 = State() } }

    private func add(_ key: [UInt8]) {
        guard let prefix = Self.prefix(key) else { return }
        let hash = Self.hash(key)
        self.state.withLock { state in
            guard let index = state.filters.index(forKey: prefix) else { return }
            let grown = Self.add(hash, to: &state.filters.values[index])
            state.bytes += grown
            if state.bytes > Self.limit { state = State() }
        }
    }

    /// Answers by how many bytes the filter has grown.
    private static func add(_ hash: UInt64, to filter: inout KeyFilter?) -> Int {
        let before = filter?.bytes ?? 0
        filter?.add(hash)
        return (filter?.bytes ?? 0) - before
    }

    /// Forgets filters of keys that were deleted: they would not be wrong, but of no use.
    private func forget(from start: [UInt8], to end: [UInt8]) {
        self.state.withLock { state in
            for (prefix, filter) in state.filters {
                let first = Self.start(prefix)
                guard !bytesAreOrdered(first, start), bytesAreOrdered(first, end) else { continue }
                state.filters.removeValue(forKey: prefix)
                state.bytes -= Self.overheadBytes + (filter?.bytes ?? 0)
            }
        }
    }

    private static func start(_ prefix: Prefix) -> [UInt8] {
        var encoder = KeyEncoder(tag: .sqsDeduplication)
        encoder.append(prefix.queue)
        encoder.append(prefix.period)
        return encoder.bytes
    }

    @inline(__always)
    private static func prefix(_ key: [UInt8]) -> Prefix? {
        guard Self.tag(key) == Self.tag, key.count >= Self.prefixBytes else { return nil }
        return key.withUnsafeBytes { bytes in
            Prefix(
                queue: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self)),
                period: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 10, as: UInt32.self)))
        }
    }

    private static func hash(_ key: [UInt8]) -> UInt64 {
        var hasher = Hasher()
        key.withUnsafeBytes { hasher.combine(bytes: $0) }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    @inline(__always)
    private static func tag(_ key: [UInt8]) -> UInt16 {
        key.count < 2 ? 0 : UInt16(key[0]) << 8 | UInt16(key[1])
    }
}
