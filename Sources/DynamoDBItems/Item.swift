internal import Glibc

/// An item: attributes by name, as the bytes that are stored. Nothing in it is decoded until it is asked for.
///
/// | what | bytes |
/// | --- | --- |
/// | item | version (1), then a map |
/// | S, B, N | type, length, bytes: UTF-8, raw, `ItemNumber.encoded` |
/// | BOOL, NULL | type; true and false are two types |
/// | SS, NS, BS | type, bytes of content, count, elements (length, bytes) in ascending order |
/// | L | type, bytes of content, count, values |
/// | M | type, bytes of content, count, entries (length, name, value) in ascending order of the names' bytes |
///
/// Lengths are LEB128; content's bytes and count take four bytes each, little-endian. The form is canonical: two values are equal
/// in DynamoDB's sense exactly when their bytes are.
package struct Item: Hashable, Sendable {
    package let bytes: [UInt8]

    /// No attributes.
    package static let empty: Item = {
        var writer = ItemWriter()
        writer.beginItem()
        return writer.endItem()
    }()

    /// Bytes of an earlier item, from the store. Checks all lengths, so that no damage traps later.
    package init(stored bytes: [UInt8]) throws(ItemDamage) {
        try ItemBytes.check(bytes)
        self.bytes = bytes
    }

    /// Bytes that an `ItemWriter` made.
    init(made bytes: [UInt8]) { self.bytes = bytes }

    /// All attributes, as one map.
    package var root: ItemValue { ItemValue(self.bytes, at: 1) }

    package var isEmpty: Bool { self.count == 0 }

    /// How many attributes there are.
    package var count: Int { self.root.count }

    /// The attributes, ordered by the names' bytes.
    package var attributes: ItemEntries { self.root.entries }

    /// The attribute of this name. O(attributes), without a look into them.
    package subscript(name: String) -> ItemValue? {
        var name = name
        return name.withUTF8 { self.root.member($0) }
    }

    /// The attribute whose name has these bytes.
    package subscript(utf8 name: [UInt8]) -> ItemValue? { self.root.member(name) }

    /// Array's own compares byte by byte.
    package static func == (one: Item, other: Item) -> Bool {
        guard one.bytes.count == other.bytes.count else { return false }
        return one.bytes.withUnsafeBytes { one in
            other.bytes.withUnsafeBytes { other in
                guard let left = one.baseAddress, let right = other.baseAddress else { return true }
                return memcmp(left, right, one.count) == 0
            }
        }
    }

    /// DynamoDB's size of the item in bytes: what its limit of 400 KB and capacity are about.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    package var size: Int {
        ItemBytes.attributesSize(self.bytes, from: 1 + ItemBytes.containerHeader, to: self.bytes.count)
    }
}

/// The entries of a map.
package struct ItemEntries: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var index: Int
    private let end: Int

    init(_ bytes: [UInt8], from start: Int, to end: Int) {
        self.bytes = bytes
        self.index = start
        self.end = end
    }

    package mutating func next() -> (name: ArraySlice<UInt8>, value: ItemValue)? {
        guard self.index < self.end else { return nil }
        let count = ItemBytes.length(self.bytes, at: &self.index)
        let name = self.bytes[self.index..<self.index + count]
        let value = ItemValue(self.bytes, at: self.index + count)
        self.index = value.end
        return (name, value)
    }
}

/// The values of a list.
package struct ItemElements: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var index: Int
    private let end: Int

    init(_ bytes: [UInt8], from start: Int, to end: Int) {
        self.bytes = bytes
        self.index = start
        self.end = end
    }

    package mutating func next() -> ItemValue? {
        guard self.index < self.end else { return nil }
        let value = ItemValue(self.bytes, at: self.index)
        self.index = value.end
        return value
    }
}

/// The elements of a set, as their bytes: UTF-8, raw, or a number's encoded form; ascending.
package struct ItemMembers: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var index: Int
    private let end: Int

    init(_ bytes: [UInt8], from start: Int, to end: Int) {
        self.bytes = bytes
        self.index = start
        self.end = end
    }

    package mutating func next() -> ArraySlice<UInt8>? {
        guard self.index < self.end else { return nil }
        let count = ItemBytes.length(self.bytes, at: &self.index)
        defer { self.index += count }
        return self.bytes[self.index..<self.index + count]
    }
}
