/// Builds the bytes of a key, field by field, so that bytewise order is the order of the fields.
@usableFromInline package struct KeyEncoder: ~Copyable {
    @usableFromInline package private(set) var bytes: [UInt8]

    /// Begins a key with the two bytes of its tag.
    @usableFromInline package init(tag: KeyTag) {
        self.bytes = []
        self.bytes.reserveCapacity(64)
        self.append(tag.rawValue)
    }

    /// Appends an unsigned integer, big end first.
    package mutating func append(_ value: UInt8) { self.bytes.append(value) }
    package mutating func append(_ value: UInt16) { self.append(integer: value) }
    package mutating func append(_ value: UInt32) { self.append(integer: value) }
    package mutating func append(_ value: UInt64) { self.append(integer: value) }

    @inline(__always)
    private mutating func append<Integer: FixedWidthInteger & UnsignedInteger>(integer value: Integer) {
        withUnsafeBytes(of: value.bigEndian) { self.bytes.append(contentsOf: $0) }
    }

    /// Appends a signed integer; negative values sort before zero.
    package mutating func append(_ value: Int64) {
        self.append(UInt64(bitPattern: value) ^ (1 << 63))
    }

    /// Appends text, ended so that a text sorts before every text that it begins. Bytes 0 and 1 are escaped.
    @usableFromInline package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in self.appendEscaped(UnsafeRawBufferPointer(utf8)) }
    }

    /// Appends bytes of any length, ended and escaped as text is.
    package mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { self.appendEscaped($0) }
    }

    /// Appends bytes whose count is fixed by the key's definition: no end mark.
    package mutating func append(fixed bytes: [UInt8]) { self.bytes.append(contentsOf: bytes) }

    /// The end is 0, and 0 is nowhere else: 0 is written as 1 1 and 1 as 1 2. Whatever field comes next, the end is found.
    private mutating func appendEscaped(_ source: UnsafeRawBufferPointer) {
        if source.contains(where: { $0 <= 1 }) {
            for byte in source {
                if byte <= 1 { self.bytes.append(1) }
                self.bytes.append(byte <= 1 ? byte + 1 : byte)
            }
        } else {
            self.bytes.append(contentsOf: source)
        }
        self.bytes.append(0)
    }
}
