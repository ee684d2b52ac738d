/// A value within the bytes of an item. Making one costs no copy; it keeps the whole item's bytes alive.
package struct ItemValue: Sendable {
    let storage: [UInt8]
    let start: Int
    let end: Int

    /// The value that begins at `start`.
    init(_ bytes: [UInt8], at start: Int) {
        self.storage = bytes
        self.start = start
        self.end = ItemBytes.end(bytes, ofValueAt: start)
    }

    var code: ValueCode { ValueCode(rawValue: self.storage[self.start]) ?? .null }

    package var type: ValueType { self.code.type }

    /// The value's own bytes, type and all: equal for equal values.
    package var encoded: ArraySlice<UInt8> { self.storage[self.start..<self.end] }

    // MARK: Scalars

    /// The bytes of a string, a number or a binary: UTF-8, the encoded form, raw. They sort as values of the type do. Empty for
    /// other types.
    package var content: ArraySlice<UInt8> {
        switch self.code {
        case .string, .number, .binary:
            var index = self.start + 1
            let count = ItemBytes.length(self.storage, at: &index)
            return self.storage[index..<index + count]
        default: return []
        }
    }

    package var string: String? { self.code == .string ? String(decoding: self.content, as: UTF8.self) : nil }
    package var number: ItemNumber? { self.code == .number ? ItemNumber(encoded: self.content) : nil }
    package var binary: [UInt8]? { self.code == .binary ? Array(self.content) : nil }
    package var bool: Bool? {
        switch self.code {
        case .yes: true
        case .no: false
        default: nil
        }
    }

    // MARK: Containers

    private var isContainer: Bool { self.code.rawValue >= ValueCode.stringSet.rawValue }
    private var contentStart: Int { self.start + ItemBytes.containerHeader }

    /// How many elements a set or a list, or entries a map has; 0 for a scalar.
    package var count: Int { self.isContainer ? ItemBytes.fixed(self.storage, at: self.start + 5) : 0 }

    /// The entries of a map, none for another type.
    package var entries: ItemEntries {
        self.code == .map
            ? ItemEntries(self.storage, from: self.contentStart, to: self.end) : ItemEntries([], from: 0, to: 0)
    }

    /// The values of a list, none for another type.
    package var elements: ItemElements {
        self.code == .list
            ? ItemElements(self.storage, from: self.contentStart, to: self.end) : ItemElements([], from: 0, to: 0)
    }

    /// The elements of a set, none for another type.
    package var members: ItemMembers {
        self.type.elementType != nil
            ? ItemMembers(self.storage, from: self.contentStart, to: self.end) : ItemMembers([], from: 0, to: 0)
    }

    /// The value at `index` of a list.
    package func element(at index: Int) -> ItemValue? {
        guard self.code == .list, index >= 0, index < self.count else { return nil }
        var place = self.contentStart
        for _ in 0..<index { place = ItemBytes.end(self.storage, ofValueAt: place) }
        return ItemValue(self.storage, at: place)
    }

    /// The value of a map's entry with this name. Passes entries by their lengths, and stops where the name would be.
    package func member(_ name: [UInt8]) -> ItemValue? { name.withUnsafeBufferPointer { self.member($0) } }

    package func member(_ name: UnsafeBufferPointer<UInt8>) -> ItemValue? {
        guard self.code == .map else { return nil }
        let found = self.storage.withUnsafeBufferPointer { bytes in
            Self.find(name, in: bytes, from: self.contentStart, to: self.end)
        }
        return found.map { ItemValue(self.storage, at: $0) }
    }

    /// Where the value of the entry `name` begins.
    private static func find(
        _ name: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int
    ) -> Int? {
        var index = start
        while index < end {
            let count = Self.length(bytes, &index)
            let order = Self.order(UnsafeBufferPointer(rebasing: bytes[index..<index + count]), name)
            index += count
            if order == 0 { return index }
            if order > 0 { return nil }
            index = Self.valueEnd(bytes, index)
        }
        return nil
    }
}
