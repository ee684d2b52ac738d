/// A pull reader over JSON text (RFC 8259): the caller asks for what it expects, nothing is built that nobody asked for.
///
/// It checks all it passes: grammar, UTF-8, escapes, numbers, depth. No input makes it trap. The caller must consume each
/// value it is shown (`skipValue()` at least) before it asks for the next member or element, and call `finish()` at the
/// end; after an error it must not go on.
///
/// ```swift
/// try reader.beginObject()
/// while let member = try reader.nextMember(of: Self.names) {
///     switch member {
///     case 0: name = try reader.readString()
///     default: try reader.skipValue()
///     }
/// }
/// ```
package struct JSONReader: ~Copyable {
    /// Containers may nest this deep.
    package static let maximumDepth = 512

    let bytes: [UInt8]
    /// The next byte to read.
    var index = 0
    private var depth = 0
    /// A container was opened and nothing read from it: the next member or element comes without a comma.
    private var isFirst = false

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Where the reader stands, from 0.
    package var offset: Int { self.index }

    // MARK: Structure

    /// The kind of the next value, by its first byte.
    package mutating func peek() throws(JSONError) -> JSONKind {
        switch try self.peekByte() {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case let byte: throw self.error(.unexpectedByte(byte))
        }
    }

    /// Enters an object; `nextKey()` or `nextMember(of:)` follow until they answer nil.
    package mutating func beginObject() throws(JSONError) { try self.begin(UInt8(ascii: "{"), .object) }

    /// Enters an array; `nextElement()` follows until it answers false.
    package mutating func beginArray() throws(JSONError) { try self.begin(UInt8(ascii: "["), .array) }

    /// The name of the next member, or nil at the end of the object, which is left.
    package mutating func nextKey() throws(JSONError) -> String? {
        guard let token = try self.nextKeyToken() else { return nil }
        return self.text(of: token)
    }

    /// The index in `names` of the next member's name, `JSONNames.unknown` (-1) for a name that is not there, or nil at
    /// the end of the object, which is left. Makes no string.
    package mutating func nextMember(of names: JSONNames) throws(JSONError) -> Int? {
        guard let token = try self.nextKeyToken() else { return nil }
        if token.hasEscapes {
            let name = self.unescaped(token)
            return names.index(of: name.span)
        }
        return names.index(of: self.bytes.span.extracting(token.start..<token.end))
    }

    /// Whether there is another element; at the end of the array, which is left, false.
    package mutating func nextElement() throws(JSONError) -> Bool {
        let byte = try self.peekByte()
        if byte == UInt8(ascii: "]") {
            self.end()
            return false
        }
        try self.separate(byte)
        return true
    }

    /// Checks that nothing but white space follows.
    package mutating func finish() throws(JSONError) {
        guard self.depth == 0 else { throw self.error(.unexpectedEnd) }
        self.skipSpace()
        if self.index < self.bytes.count { throw self.error(.trailingBytes) }
    }

    /// Passes the next value, whatever it is, checking it as if it were read.
    package mutating func skipValue() throws(JSONError) {
        switch try self.peek() {
        case .object:
            try self.beginObject()
            while try self.nextKeyToken() != nil { try self.skipValue() }
        case .array:
            try self.beginArray()
            while try self.nextElement() { try self.skipValue() }
        case .string: _ = try self.stringToken()
        case .number: _ = try self.numberToken()
        case .bool: _ = try self.readBool()
        case .null: try self.readNull()
        }
    }

    /// The text of the next value exactly as it stands, checked.
    package mutating func readRawValue() throws(JSONError) -> [UInt8] {
        self.skipSpace()
        let start = self.index
        try self.skipValue()
        return [UInt8](self.bytes[start..<self.index])
    }

    // MARK: Tokens

    func error(_ reason: JSONError.Reason) -> JSONError { JSONError(offset: self.index, reason: reason) }

    /// The error for a value of another kind than `expected`, or for what is no value at all.
    mutating func mismatch(_ expected: JSONKind) -> JSONError {
        do throws(JSONError) {
            let found = try self.peek()
            return self.error(.wrongKind(expected: expected, found: found))
        } catch {
            return error
        }
    }

    @inline(__always)
    mutating func skipSpace() { self.index = Self.spaceEnd(self.bytes.span, from: self.index) }

    @inline(__always)
    private static func spaceEnd(_ input: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < input.count {
            let byte = input[unchecked: index]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { break }
            index &+= 1
        }
        return index
    }

    /// The next byte that is no white space; it stays to be read.
    @inline(__always)
    mutating func peekByte() throws(JSONError) -> UInt8 {
        self.skipSpace()
        guard self.index < self.bytes.count else { throw self.error(.unexpectedEnd) }
        return self.bytes[self.index]
    }

    private mutating func begin(_ bracket: UInt8, _ kind: JSONKind) throws(JSONError) {
        guard try self.peekByte() == bracket else { throw self.mismatch(kind) }
        guard self.depth < Self.maximumDepth else { throw self.error(.tooDeep) }
        self.depth += 1
        self.index += 1
        self.isFirst = true
    }

    @inline(__always)
    private mutating func end() {
        self.index += 1
        self.depth -= 1
        self.isFirst = false
    }

    /// Passes the comma before all but the first member or element.
    @inline(__always)
    private mutating func separate(_ byte: UInt8) throws(JSONError) {
        if self.isFirst {
            self.isFirst = false
        } else {
            guard byte == UInt8(ascii: ",") else { throw self.error(.unexpectedByte(byte)) }
            self.index += 1
        }
    }

    @inline(__always)
    mutating func nextKeyToken() throws(JSONError) -> StringToken? {
        let byte = try self.peekByte()
        if byte == UInt8(ascii: "}") {
            self.end()
            return nil
        }
        try self.separate(byte)
        let quote = try self.peekByte()
        guard quote == UInt8(ascii: "\"") else { throw self.error(.unexpectedByte(quote)) }
        let token = try self.stringToken()
        let colon = try self.peekByte()
        guard colon == UInt8(ascii: ":") else { throw self.error(.unexpectedByte(colon)) }
        self.index += 1
        return token
    }
}
