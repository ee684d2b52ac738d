/// Writes values for the store: compact, and the same bytes for the same values.
///
/// | value | bytes |
/// | --- | --- |
/// | unsigned | LEB128: seven bits a byte, low ones first, the high bit says that more follow |
/// | signed, timestamp | zig-zag (0, -1, 1, -2 …), then as unsigned |
/// | bool | one byte, 0 or 1 |
/// | double | eight bytes, little-endian |
/// | raw | the bytes, whose count the format fixes |
/// | string, blob | length as unsigned, then the bytes |
/// | optional | bool, then the value where there is one |
/// | array | count as unsigned, then the elements |
/// | string map | as an array of pairs, sorted by the names' bytes |
@usableFromInline package struct RecordWriter: Sendable {
    @usableFromInline package var bytes: [UInt8] = []

    @usableFromInline package init() {}

    @usableFromInline package mutating func byte(_ value: UInt8) { self.bytes.append(value) }

    @usableFromInline package mutating func uint(_ value: UInt64) {
        var rest: UInt64 = value
        while rest >= 0x80 {
            self.bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    package mutating func int(_ value: Int64) { self.uint(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    package mutating func int(_ value: Int) { self.int(Int64(value)) }

    @usableFromInline package mutating func bool(_ value: Bool) { self.bytes.append(value ? 1 : 0) }

    package mutating func double(_ value: Double) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { self.bytes.append(contentsOf: $0) }
    }

    @usableFromInline package mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            self.uint(UInt64(utf8.count))
            self.bytes.append(contentsOf: utf8)
        }
    }

    package mutating func blob(_ blob: [UInt8]) {
        self.uint(UInt64(blob.count))
        self.bytes.append(contentsOf: blob)
    }

    /// Bytes whose count the reader knows: no length.
    package mutating func raw(_ bytes: [UInt8]) { self.bytes.append(contentsOf: bytes) }

    package mutating func timestamp(_ time: Timestamp) { self.int(time.milliseconds) }

    /// `write` writes the value where there is one.
    @inlinable
    package mutating func optional<Value>(_ value: Value?, _ write: (inout RecordWriter, Value) -> Void) {
        self.bool(value != nil)
        if let value { write(&self, value) }
    }

    /// `write` writes each element, in at least one byte.
    @inlinable
    package mutating func array<Element>(_ elements: [Element], _ write: (inout RecordWriter, Element) -> Void) {
        self.uint(UInt64(elements.count))
        for element in elements { write(&self, element) }
    }

    package mutating func strings(_ strings: [String]) {
        self.array(strings) { writer, text in writer.string(text) }
    }

    /// `write` writes each value.
    @inlinable
    package mutating func map<Value>(_ map: [String: Value], _ write: (inout RecordWriter, Value) -> Void) {
        self.uint(UInt64(map.count))
        for (name, value) in map.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            self.string(name)
            write(&self, value)
        }
    }

    package mutating func stringMap(_ map: [String: String]) {
        self.map(map) { writer, text in writer.string(text) }
    }
}
