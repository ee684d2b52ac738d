/// The member names of a shape, so that a reader tells members apart without making strings.
///
/// An open-addressed hash table over the names' bytes; at most half full. Make one per shape, once (a `static let`).
package struct JSONNames: Sendable, ExpressibleByArrayLiteral {
    /// What `JSONReader.nextMember(of:)` answers for a name that is not in the table.
    package static let unknown = -1

    private struct Name: Sendable {
        var start: Int
        var count: Int
        var index: Int
    }
    /// All names, one after the other.
    private var text: [UInt8] = []
    /// A power of two; an empty slot has the index `unknown`.
    private var slots: [Name]
    private let mask: Int

    package init(arrayLiteral names: StaticString...) { self.init(names) }

    /// `names` must be distinct; each is known by its index.
    package init(_ names: [StaticString]) { self.init(utf8: names.map { $0.withUTF8Buffer { [UInt8]($0) } }) }

    /// The same from names known at run time only.
    package init(texts names: [String]) { self.init(utf8: names.map { [UInt8]($0.utf8) }) }

    private init(utf8 names: [[UInt8]]) {
        var size = 4
        while size < names.count * 2 { size *= 2 }
        self.mask = size - 1
        self.slots = [Name](repeating: Name(start: 0, count: 0, index: Self.unknown), count: size)
        for (index, bytes) in names.enumerated() {
            precondition(self.index(of: bytes.span) == Self.unknown, "A shape has one member of a name.")
            var slot: Int = Self.hash(bytes.span) & self.mask
            while self.slots[slot].index != Self.unknown { slot = (slot + 1) & self.mask }
            self.slots[slot] = Name(start: self.text.count, count: bytes.count, index: index)
            self.text += bytes
        }
    }

    /// The index of the name, or `unknown`.
    func index(of name: Span<UInt8>) -> Int {
        var slot: Int = Self.hash(name) & self.mask
        while true {
            let candidate = self.slots[slot]
            if candidate.index == Self.unknown { return Self.unknown }
            if candidate.count == name.count, self.matches(name, at: candidate.start) { return candidate.index }
            slot = (slot + 1) & self.mask
        }
    }

    /// Whether `name` is the one whose text begins at `start`; their lengths are equal.
    @inline(__always)
    private func matches(_ name: Span<UInt8>, at start: Int) -> Bool {
        let known = self.text.span.extracting(start..<start + name.count)
        guard name.count >= 8 else {
            for offset in 0..<name.count where known[unchecked: offset] != name[unchecked: offset] { return false }
            return true
        }
        // The last word overlaps the one before it.
        var offset = 0
        while offset < name.count - 8 {
            if Self.word(known, offset) != Self.word(name, offset) { return false }
            offset += 8
        }
        return Self.word(known, name.count - 8) == Self.word(name, name.count - 8)
    }

    /// The eight bytes at `offset`, which must be there.
    @inline(__always)
    private static func word(_ bytes: Span<UInt8>, _ offset: Int) -> UInt64 {
        bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
    }

    /// Length, first and last bytes tell the members of AWS shapes apart; the rest is left to the comparison.
    @inline(__always)
    private static func hash(_ name: Span<UInt8>) -> Int {
        var word = UInt64(truncatingIfNeeded: name.count)
        if name.count >= 8 {
            let last = Self.word(name, name.count - 8)
            word ^= Self.word(name, 0) ^ (last << 29 | last >> 35)
        } else {
            for index in 0..<name.count { word = word << 8 ^ UInt64(name[unchecked: index]) }
        }
        return Int(truncatingIfNeeded: (word &* 0x9e37_79b9_7f4a_7c15) >> 33)
    }
}
