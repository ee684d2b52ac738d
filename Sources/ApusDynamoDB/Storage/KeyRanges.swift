internal import ApusBase
package import ApusStore
package import DynamoDBExpressions
internal import DynamoDBItems

/// Where queries and scans look.
extension ItemKey {
    /// The items of one hash key that fulfil a condition on the sort key.
    package static func range(table: UInt64, hash: [UInt8], _ condition: SortCondition?) -> KeyRange<ItemKey> {
        let all = Self.collection(table: table, hash: hash)
        guard let bounds = condition?.bounds else { return all }
        // A sort key ends where the key ends, so what follows one is the same with a zero.
        let start = bounds.lower.map { all.start + $0.bytes + ($0.isIncluded ? [] : [0]) }
        let end = bounds.upper.map { all.start + $0.bytes + ($0.isIncluded ? [0] : []) }
        return KeyRange(start: start ?? all.start, end: end ?? all.end)
    }

    /// The items of one segment of many, which divide the hashes evenly among them.
    package static func segment(table: UInt64, _ segment: Segment) -> KeyRange<ItemKey> {
        segment.part(of: Self.all(table: table))
    }
}

extension IndexEntryKey {
    /// The entries of one hash value that fulfil a key condition.
    package static func range(index: UInt64, hash: [UInt8], _ condition: KeyCondition) -> KeyRange<IndexEntryKey> {
        let all = Self.range { encoder in
            encoder.append(index)
            encoder.append(fixed: hash)
            for value in condition.sortPrefix { encoder.append(Array(value.content)) }
        }
        guard let bounds = condition.sort?.bounds else { return all }
        // A value in an entry is ended by 0, and no byte of a longer one is less than 1.
        let start = bounds.lower.map { all.start + Self.escaped($0.bytes) + ($0.isIncluded ? [] : [1]) }
        let end = bounds.upper.map { all.start + Self.escaped($0.bytes) + ($0.isIncluded ? [1] : []) }
        return KeyRange(start: start ?? all.start, end: end ?? all.end)
    }

    package static func segment(index: UInt64, _ segment: Segment) -> KeyRange<IndexEntryKey> {
        segment.part(of: Self.all(index: index))
    }

    /// As the key has it, without the end.
    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        var encoder = KeyEncoder(tag: Self.tag)
        encoder.append(bytes)
        return Array(encoder.bytes.dropFirst(2).dropLast())
    }
}

/// One of the parts of a parallel scan.
package struct Segment: Hashable, Sendable {
    package let number: Int
    package let total: Int

    package init(number: Int, total: Int) {
        self.number = number
        self.total = total
    }

    /// Everything.
    package static let whole = Segment(number: 0, total: 1)

    /// The least hash of a segment, by its first eight bytes; nil for what is above all hashes.
    private func start(of number: Int) -> [UInt8]? {
        guard number < self.total else { return nil }
        let (quotient, _) = UInt64(self.total).dividingFullWidth((UInt64(number), 0))
        return (0..<8).map { UInt8(truncatingIfNeeded: quotient >> (56 - 8 * $0)) }
    }

    /// The part of a range whose keys go on with a hash.
    fileprivate func part<Key: StoreKey>(of all: KeyRange<Key>) -> KeyRange<Key> {
        KeyRange(
            start: all.start + (self.start(of: self.number) ?? []),
            end: self.start(of: self.number + 1).map { all.start + $0 } ?? all.end)
    }

    /// Whether a hash lies in the segment.
    package func contains(_ hash: [UInt8]) -> Bool {
        let first = Array(hash.prefix(8))
        let isAbove = self.start(of: self.number).map { !first.lexicographicallyPrecedes($0) } ?? false
        let isBelow = self.start(of: self.number + 1).map { first.lexicographicallyPrecedes($0) } ?? true
        return isAbove && isBelow
    }
}
