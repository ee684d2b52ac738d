/// The writes of one commit, in the order in which an engine must apply them.
package struct WriteBatch: Sendable {
    package enum Write: Sendable, Equatable {
        case put(key: [UInt8], value: [UInt8])
        case delete(key: [UInt8])
        /// All keys in `start ..< end`. Comes before the puts and deletes of keys in the range.
        case deleteRange(start: [UInt8], end: [UInt8])

        /// The key, or the first of the range.
        var firstKey: [UInt8] {
            switch self {
            case .put(let key, _), .delete(let key), .deleteRange(let key, _): key
            }
        }
    }
    package private(set) var writes: [Write] = []

    package init() {}
    package var isEmpty: Bool { self.writes.isEmpty }
    package mutating func append(_ write: Write) { self.writes.append(write) }
    package mutating func reserve(_ count: Int) { self.writes.reserveCapacity(count) }
}
