internal import Synchronization

/// Values of the `records` family as they are in the store now, present or absent: what nearly every request reads (its
/// access key, its queue, its function) and few change.
///
/// Entries belong to an *epoch*, the time between two commits that touch the family. A view carries the epoch in which it
/// was made and neither finds nor leaves anything in another. While such a commit is under way the epoch is odd, and views
/// made then use the cache not at all, since nobody can tell whether they show the commit.
final class RecordCache: Sendable {
    private struct Key: Hashable {
        let bytes: [UInt8]
        func hash(into hasher: inout Hasher) { self.bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
    }
    private struct State {
        var epoch: UInt64 = 0
        var values: [Key: [UInt8]?] = [:]
        var bytes = 0
    }
    private let state = Mutex(State())
    /// Bytes of keys and values after which the cache is emptied.
    private static let limit = 8 << 20
    /// What an entry takes beside its bytes, about.
    private static let overheadBytes = 128
    /// Larger values are read from the store each time.
    private static let valueLimit = 16 << 10

    /// What the cache says of a key: nothing, or its value.
    enum Answer {
        case unknown
        case known([UInt8]?)
    }

    func find(_ key: [UInt8], epoch: UInt64) -> Answer {
        self.state.withLock { state in
            guard state.epoch == epoch, let value = state.values[Key(bytes: key)] else { return .unknown }
            return .known(value)
        }
    }

    func keep(_ key: [UInt8], _ value: [UInt8]?, epoch: UInt64) {
        let count = key.count + (value?.count ?? 0) + Self.overheadBytes
        guard epoch.isMultiple(of: 2), (value?.count ?? 0) <= Self.valueLimit else { return }
        self.state.withLock { state in
            guard state.epoch == epoch else { return }
            if state.bytes + count > Self.limit {
                state.values.removeAll()
                state.bytes = 0
            }
            guard state.values.updateValue(value, forKey: Key(bytes: key)) == nil else { return }
            state.bytes += count
        }
    }

    /// Begins an epoch; nothing of the one before is found any more.
    func begin(epoch: UInt64) {
        let old = self.state.withLock { state in
            defer { state = State(epoch: epoch) }
            return state.values
        }
        withExtendedLifetime(old) {}
    }
}
