/// A pull reader over CBOR (RFC 8949): the caller asks for what it expects, nothing is built that nobody asked for.
///
/// It checks all it passes: lengths, UTF-8, pieces of strings of open length, depth. No input makes it trap. The caller
/// must consume each item it is shown (`skipValue()` at least) before it asks for the next member or element, and call
/// `finish()` at the end; after an error it must not go on. Tags other than that of a point in time are passed over, as RFC
/// 8949 §3.4 allows those who do not know them. Lengths need not be in their shortest form; of members of one name the
/// reader shows all.
package struct CBORReader: ~Copyable {
    /// Containers may nest this deep, as in JSON.
    package static let maximumDepth = 512
    /// Seconds since 1970 (RFC 8949 §3.4.2).
    static let epochTag: UInt64 = 1
    static let breakByte: UInt8 = 0xff

    let bytes: [UInt8]
    /// The next byte to read.
    var index = 0
    /// How many elements or members each open container still has, outermost first; nil for an open length.
    private var remaining: [UInt64?] = []

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Where the reader stands, from 0.
    package var offset: Int { self.index }

    // MARK: Structure

    /// The kind of the next item.
    package mutating func peek() throws(CBORError) -> CBORKind {
        let head = try self.valueHead()
        switch head.major {
        case 0, 1: return .integer
        case 2: return .bytes
        case 3: return .text
        case 4: return .array
        case 5: return .map
        case 6: return .timestamp
        default: return Self.simpleKind(head)
        }
    }

    private static func simpleKind(_ head: Head) -> CBORKind {
        switch head.information {
        case 20, 21: .bool
        case 22, 23: .null
        case 25, 26, 27: .float
        default: .simple
        }
    }

    /// Enters a map; `nextKey()` or `nextMember(of:)` follow until they answer nil.
    package mutating func beginMap() throws(CBORError) { try self.begin(5, .map) }

    /// Enters an array; `nextElement()` follows until it answers false.
    package mutating func beginArray() throws(CBORError) { try self.begin(4, .array) }

    private mutating func begin(_ major: UInt8, _ kind: CBORKind) throws(CBORError) {
        let head = try self.valueHead()
        guard head.major == major else { throw self.mismatch(kind) }
        guard self.remaining.count < Self.maximumDepth else { throw self.error(.tooDeep) }
        self.remaining.append(head.isOpen ? nil : head.argument)
        self.index = head.end
    }

    /// The name of the next member, or nil at the end of the map, which is left. Names must be text.
    package mutating func nextKey() throws(CBORError) -> String? {
        guard try self.advance() else { return nil }
        return try self.readKey()
    }

    /// The index in `names` of the next member's name, `JSONNames.unknown` (-1) for a name that is not there, or nil at
    /// the end of the map, which is left. Makes no string for a name of known length.
    package mutating func nextMember(of names: JSONNames) throws(CBORError) -> Int? {
        guard try self.advance() else { return nil }
        let head = try self.head(at: self.index)
        guard head.major == 3, !head.isOpen else {
            let name = Array(try self.readKey().utf8)
            return names.index(of: name.span)
        }
        let range = try self.range(of: head)
        self.index = range.upperBound
        let member = names.index(of: self.bytes.span.extracting(range))
        // A name that is known is UTF-8.
        if member == JSONNames.unknown { try self.checkText(range) }
        return member
    }

    /// Whether there is another element; at the end of the array, which is left, false.
    package mutating func nextElement() throws(CBORError) -> Bool { try self.advance() }

    /// Counts the next element or member of the innermost container, or leaves it.
    private mutating func advance() throws(CBORError) -> Bool {
        guard let innermost = self.remaining.last else { throw self.error(.unexpectedEnd) }
        guard let count = innermost else {
            guard self.index < self.bytes.count else { throw self.error(.unexpectedEnd) }
            guard self.bytes[self.index] == Self.breakByte else { return true }
            self.index += 1
            self.remaining.removeLast()
            return false
        }
        if count == 0 {
            self.remaining.removeLast()
            return false
        }
        self.remaining[self.remaining.count - 1] = count - 1
        return true
    }

    private mutating func readKey() throws(CBORError) -> String {
        let head = try self.head(at: self.index)
        guard head.major == 3 else {
            let found = try self.peek()
            throw self.error(.wrongKind(expected: .text, found: found))
        }
        return try self.readString()
    }

    /// Checks that nothing follows.
    package mutating func finish() throws(CBORError) {
        guard self.remaining.isEmpty else { throw self.error(.unexpectedEnd) }
        if self.index < self.bytes.count { throw self.error(.trailingBytes) }
    }

    /// Passes the next item, whatever it is, checking it as if it were read.
    package mutating func skipValue() throws(CBORError) {
        switch try self.peek() {
        case .map:
            try self.beginMap()
            while try self.advance() {
                _ = try self.readKey()
                try self.skipValue()
            }
        case .array:
            try self.beginArray()
            while try self.advance() { try self.skipValue() }
        case .text: _ = try self.readString()
        case .bytes: _ = try self.readBytes()
        case .timestamp: _ = try self.readTimestamp()
        case .integer, .float, .bool, .null, .simple: self.index = try self.valueHead().end
        }
    }

    // MARK: Heads

    /// The first bytes of an item.
    struct Head {
        var major: UInt8
        /// The low five bits of the first byte.
        var information: UInt8
        /// The number in or after them.
        var argument: UInt64
        /// The byte after the head.
        var end: Int
        /// Whether a break ends it.
        var isOpen: Bool { self.information == 31 }
    }

    func error(_ reason: CBORError.Reason) -> CBORError { CBORError(offset: self.index, reason: reason) }

    /// The error for an item of another kind than `expected`, or for what is no item at all.
    mutating func mismatch(_ expected: CBORKind) -> CBORError {
        do throws(CBORError) {
            let found = try self.peek()
            return self.error(.wrongKind(expected: expected, found: found))
        } catch {
            return error
        }
    }

    /// The head of the next item, which stays to be read, after tags that mean nothing here.
    mutating func valueHead() throws(CBORError) -> Head {
        while true {
            let head = try self.head(at: self.index)
            if head.major != 6 || head.argument == Self.epochTag { return head }
            self.index = head.end
        }
    }

    func head(at start: Int) throws(CBORError) -> Head {
        guard start < self.bytes.count else { throw CBORError(offset: start, reason: .unexpectedEnd) }
        let first = self.bytes[start]
        var head = Head(major: first >> 5, information: first & 31, argument: UInt64(first & 31), end: start + 1)
        switch head.information {
        case 0..<24: return head
        case 24..<28:
            let count = 1 << Int(head.information - 24)
            guard self.bytes.count - head.end >= count else { throw CBORError(offset: start, reason: .unexpectedEnd) }
            head.argument = 0
            for byte in self.bytes[head.end..<head.end + count] { head.argument = head.argument << 8 | UInt64(byte) }
            head.end += count
            // A simple value in two bytes is one that does not fit in one (§3.3).
            if head.major == 7, head.information == 24, head.argument < 32 { break }
            return head
        case 31 where (2...5).contains(head.major): return head
        default: break
        }
        throw CBORError(offset: start, reason: .unexpectedByte(first))
    }
}
