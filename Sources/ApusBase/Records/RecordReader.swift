/// Reads what `RecordWriter` wrote, in the same order. Damaged bytes throw, they never trap.
@usableFromInline package struct RecordReader: Sendable {
    @usableFromInline let bytes: [UInt8]
    @usableFromInline var index = 0

    @usableFromInline package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Where the reader stands, from 0.
    package var offset: Int { self.index }

    @usableFromInline package var isAtEnd: Bool { self.index == self.bytes.count }

    /// Checks that all was read.
    package func finish() throws(RecordError) {
        guard self.isAtEnd else { throw self.error(.trailingBytes) }
    }

    /// An error at the reader's place; for callers that find a value which its field does not have.
    package func error(_ reason: RecordError.Reason) -> RecordError { RecordError(offset: self.index, reason: reason) }

    @usableFromInline package mutating func readByte() throws(RecordError) -> UInt8 {
        guard self.index < self.bytes.count else { throw self.error(.truncated) }
        defer { self.index += 1 }
        return self.bytes[self.index]
    }

    package mutating func readUInt() throws(RecordError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try self.readByte()
            let bits = UInt64(byte & 0x7f)
            // Ten bytes hold 70 bits: the last may only have the 64th. A last byte of 0 is a longer form than needed.
            guard shift < 63 || (shift == 63 && bits <= 1), byte != 0 || shift == 0 else {
                throw self.error(.malformedInteger)
            }
            value |= bits << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    package mutating func readInt() throws(RecordError) -> Int64 {
        let value = try self.readUInt()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    @usableFromInline package mutating func readBool() throws(RecordError) -> Bool {
        switch try self.readByte() {
        case 0: return false
        case 1: return true
        default: throw self.error(.invalidValue)
        }
    }

    package mutating func readDouble() throws(RecordError) -> Double {
        guard self.bytes.count - self.index >= 8 else { throw self.error(.truncated) }
        var pattern: UInt64 = 0
        for offset in 0..<8 { pattern |= UInt64(self.bytes[self.index + offset]) << UInt64(offset * 8) }
        self.index += 8
        return Double(bitPattern: pattern)
    }

    @usableFromInline package mutating func readString() throws(RecordError) -> String {
        let count = try self.readCount()
        defer { self.index += count }
        let bytes = self.bytes.span.extracting(self.index..<self.index + count)
        guard let text = String(utf8: bytes) else { throw self.error(.invalidUTF8) }
        return text
    }

    package mutating func readBlob() throws(RecordError) -> [UInt8] {
        let count = try self.readCount()
        defer { self.index += count }
        return [UInt8](self.bytes[self.index..<self.index + count])
    }

    /// The next `count` bytes, which have no length before them.
    package mutating func readRaw(count: Int) throws(RecordError) -> [UInt8] {
        guard self.bytes.count - self.index >= count else { throw self.error(.truncated) }
        defer { self.index += count }
        return [UInt8](self.bytes[self.index..<self.index + count])
    }

    /// All that is left.
    package mutating func readRest() -> [UInt8] {
        defer { self.index = self.bytes.count }
        return [UInt8](self.bytes[self.index...])
    }

    package mutating func readTimestamp() throws(RecordError) -> Timestamp {
        Timestamp(milliseconds: try self.readInt())
    }

    @inlinable
    package mutating func readOptional<Value>(
        _ read: (inout RecordReader) throws(RecordError) -> Value
    ) throws(RecordError) -> Value? {
        try self.readBool() ? try read(&self) : nil
    }

    @inlinable
    package mutating func readArray<Element>(
        _ read: (inout RecordReader) throws(RecordError) -> Element
    ) throws(RecordError) -> [Element] {
        let count = try self.readCount()
        var elements: [Element] = []
        // A damaged count must not claim memory that no element fills.
        elements.reserveCapacity(min(count, 256))
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }

    package mutating func readStrings() throws(RecordError) -> [String] {
        try self.readArray { (reader) throws(RecordError) in try reader.readString() }
    }

    @inlinable
    package mutating func readMap<Value>(
        _ read: (inout RecordReader) throws(RecordError) -> Value
    ) throws(RecordError) -> [String: Value] {
        let count = try self.readCount()
        var map: [String: Value] = [:]
        map.reserveCapacity(min(count, 256))
        for _ in 0..<count {
            let name = try self.readString()
            map[name] = try read(&self)
        }
        return map
    }

    package mutating func readStringMap() throws(RecordError) -> [String: String] {
        try self.readMap { (reader) throws(RecordError) in try reader.readString() }
    }

    /// A length or count of what follows. Each thing counted has at least one byte, so it is at most what is left.
    @usableFromInline
    mutating func readCount() throws(RecordError) -> Int {
        let start = self.index
        let count = try self.readUInt()
        guard count <= UInt64(self.bytes.count - self.index) else {
            throw RecordError(offset: start, reason: .impossibleLength)
        }
        return Int(count)
    }
}
