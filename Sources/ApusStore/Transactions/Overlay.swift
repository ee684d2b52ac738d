/// Writes that are not committed yet, over a storage's view: sorted entries, cleared ranges, and a log to undo them.
///
/// Shared by the bodies of one commit group, each of which sees what those before it wrote. Used by one thread.
package final class Overlay {
    struct Entry {
        var key: [UInt8]
        /// nil: deleted.
        var value: [UInt8]?
    }
    private enum Undo {
        /// The entry of `key` was `previous` (`nil`: there was none).
        case entry(key: [UInt8], previous: Entry?)
        /// The cleared ranges were these.
        case ranges([ClearedRange])
    }
    struct ClearedRange {
        var start: [UInt8]
        var end: [UInt8]
    }

    private(set) var entries: [Entry] = []
    /// Sorted, disjoint. Entries within a range are younger than the range.
    private(set) var cleared: [ClearedRange] = []
    private var undo: [Undo] = []
    private(set) var bytes = 0

    package init() {}

    /// Forgets everything; keeps the memory.
    func reset() {
        self.entries.removeAll(keepingCapacity: true)
        self.cleared.removeAll(keepingCapacity: true)
        self.undo.removeAll(keepingCapacity: true)
        self.bytes = 0
    }

    var isEmpty: Bool { self.entries.isEmpty && self.cleared.isEmpty }

    // MARK: Reading

    enum Lookup {
        case value([UInt8])
        case deleted
        /// The overlay says nothing: the view below decides.
        case below
    }

    /// What the overlay says of one key. O(log n).
    func lookup(_ key: [UInt8]) -> Lookup {
        if !self.entries.isEmpty {
            let index = self.lowerBound(key)
            if index < self.entries.count, self.entries[index].key == key {
                guard let value = self.entries[index].value else { return .deleted }
                return .value(value)
            }
        }
        return self.isCleared(key) ? .deleted : .below
    }

    /// Whether `key` lies in a cleared range.
    func isCleared(_ key: [UInt8]) -> Bool {
        guard !self.cleared.isEmpty else { return false }
        return key.withUnsafeBytes { self.isCleared($0) }
    }

    func isCleared(_ key: UnsafeRawBufferPointer) -> Bool {
        for range in self.cleared {
            if range.start.withUnsafeBytes({ compareBytes($0, key) }) > 0 { return false }
            if range.end.withUnsafeBytes({ compareBytes(key, $0) }) < 0 { return true }
        }
        return false
    }

    /// The index of the first entry at or after `key`.
    func lowerBound(_ key: [UInt8]) -> Int {
        var low = 0
        var high = self.entries.count
        while low < high {
            let middle = (low + high) / 2
            if compareBytes(self.entries[middle].key, key) < 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: Writing

    /// Sets or (with nil) deletes one key. O(n) moves of a few bytes each.
    func set(_ key: [UInt8], _ value: [UInt8]?) {
        let index = self.lowerBound(key)
        self.bytes += key.count + (value?.count ?? 0)
        if index < self.entries.count, self.entries[index].key == key {
            self.undo.append(.entry(key: key, previous: self.entries[index]))
            self.entries[index].value = value
        } else {
            self.undo.append(.entry(key: key, previous: nil))
            self.entries.insert(Entry(key: key, value: value), at: index)
        }
    }

    /// Deletes every key in `start ..< end`, here and below.
    func clear(start: [UInt8], end: [UInt8]) {
        guard bytesAreOrdered(start, end) else { return }
        let first = self.lowerBound(start)
        let last = self.lowerBound(end)
        for entry in self.entries[first..<last] { self.undo.append(.entry(key: entry.key, previous: entry)) }
        self.entries.removeSubrange(first..<last)
        self.undo.append(.ranges(self.cleared))
        self.bytes += start.count + end.count
        self.insert(ClearedRange(start: start, end: end))
    }

    private func insert(_ range: ClearedRange) {
        var merged = range
        var result: [ClearedRange] = []
        for other in self.cleared {
            if bytesAreOrdered(other.end, merged.start) || bytesAreOrdered(merged.end, other.start) {
                result.append(other)
            } else {
                if bytesAreOrdered(other.start, merged.start) { merged.start = other.start }
                if bytesAreOrdered(merged.end, other.end) { merged.end = other.end }
            }
        }
        let index = result.firstIndex { bytesAreOrdered(merged.start, $0.start) } ?? result.count
        result.insert(merged, at: index)
        self.cleared = result
    }

    // MARK: Savepoints

    /// The state now; `rollback` returns to it.
    var mark: Int { self.undo.count }

    /// Undoes all writes since `mark`, the latest first.
    func rollback(to mark: Int) {
        while self.undo.count > mark {
            switch self.undo.removeLast() {
            case .ranges(let ranges): self.cleared = ranges
            case .entry(let key, let previous):
                let index = self.lowerBound(key)
                let exists = index < self.entries.count && self.entries[index].key == key
                switch (exists, previous) {
                case (true, .some(let entry)): self.entries[index] = entry
                case (true, .none): self.entries.remove(at: index)
                case (false, .some(let entry)): self.entries.insert(entry, at: index)
                case (false, .none): break
                }
            }
        }
    }

    /// Makes all writes so far final: no earlier mark can be returned to.
    func forgetUndo() { self.undo.removeAll(keepingCapacity: true) }

    /// Everything as one batch: cleared ranges first, since entries are younger.
    func batch() -> WriteBatch {
        var batch = WriteBatch()
        batch.reserve(self.cleared.count + self.entries.count)
        for range in self.cleared { batch.append(.deleteRange(start: range.start, end: range.end)) }
        for entry in self.entries {
            if let value = entry.value {
                batch.append(.put(key: entry.key, value: value))
            } else {
                batch.append(.delete(key: entry.key))
            }
        }
        return batch
    }
}
