internal import Synchronization

/// Values of the `records` family as they are in the store now, present or absent: what nearly every request reads (its
/// access key, its queue, its function) and few change.
///
/// Entries belong to an *epoch*, the time between two commits that touch the family. A view carries the epoch in which it
/// was made and neither finds nor leaves anything in another. While such a commit is under way the epoch is odd, and views
/// made then use the cache not at all, since nobody can tell whether they show the commit.
final class RecordCache: Sendable {
    private struct State {
        var epoch: UInt64 = 0
        var values: [CachedKey: SharedRecord] = [:]
        var bytes = 0
    }
    private let state = Mutex(State())
    /// Bytes of keys and values after which the cache is emptied.
    private static let limit = 8 << 20
    /// What an entry takes beside its bytes, about.
    private static let overheadBytes = 256
    /// What a decoded value takes for each of its bytes, about; the bytes themselves included.
    private static let decodedBytes = 4
    /// Larger values are read from the store each time.
    private static let valueLimit = 16 << 10

    /// What was kept of a key; nil where nothing is known.
    func find(_ key: [UInt8], epoch: UInt64) -> SharedRecord? {
        self.state.withLock { state in state.epoch == epoch ? state.values[CachedKey(bytes: key)] : nil }
    }

    func keep(_ key: [UInt8], _ record: SharedRecord, epoch: UInt64) {
        let value = record.bytes?.count ?? 0
        guard epoch.isMultiple(of: 2), value <= Self.valueLimit else { return }
        let count = key.count + Self.decodedBytes * value + Self.overheadBytes
        self.state.withLock { state in
            guard state.epoch == epoch else { return }
            if state.bytes + count > Self.limit {
                state.values.removeAll()
                state.bytes = 0
            }
            guard state.values.updateValue(record, forKey: CachedKey(bytes: key)) == nil else { return }
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
