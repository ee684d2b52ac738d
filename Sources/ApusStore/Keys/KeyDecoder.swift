/// A key's bytes are not what its type expects.
@usableFromInline package struct KeyError: Error, Equatable, Sendable {
    package init() {}
}

/// Reads back the fields that `KeyEncoder` wrote, in the same order.
@usableFromInline package struct KeyDecoder: ~Copyable {
    private let bytes: [UInt8]
    private var offset: Int

    /// Begins after the tag.
    @usableFromInline package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        self.offset = 2
    }

    // One for each width: a generic one would be called through witness tables from other targets, at 100 times the cost.
    package mutating func readInteger(_ type: UInt8.Type = UInt8.self) throws(KeyError) -> UInt8 { try self.read() }
    package mutating func readInteger(_ type: UInt16.Type = UInt16.self) throws(KeyError) -> UInt16 { try self.read() }
    package mutating func readInteger(_ type: UInt32.Type = UInt32.self) throws(KeyError) -> UInt32 { try self.read() }
    package mutating func readInteger(_ type: UInt64.Type = UInt64.self) throws(KeyError) -> UInt64 { try self.read() }

    package mutating func readInt64() throws(KeyError) -> Int64 {
        Int64(bitPattern: try self.readInteger(UInt64.self) ^ (1 << 63))
    }

    @inline(__always)
    private mutating func read<Integer: FixedWidthInteger & UnsignedInteger>() throws(KeyError) -> Integer {
        let width = Integer.bitWidth / 8
        guard self.offset + width <= self.bytes.count else { throw KeyError() }
        defer { self.offset += width }
        return self.bytes.withUnsafeBytes {
            Integer(bigEndian: $0.loadUnaligned(fromByteOffset: self.offset, as: Integer.self))
        }
    }

    @usableFromInline package mutating func readString() throws(KeyError) -> String {
        String(decoding: try self.readBytes(), as: UTF8.self)
    }

    package mutating func readBytes() throws(KeyError) -> [UInt8] {
        guard let end = self.bytes[self.offset...].firstIndex(of: 0) else { throw KeyError() }
        let escaped = self.bytes[self.offset..<end]
        self.offset = end + 1
        guard escaped.contains(1) else { return Array(escaped) }
        var result: [UInt8] = []
        var follows = false
        for byte in escaped {
            switch (follows, byte) {
            case (false, 1): follows = true
            case (false, _): result.append(byte)
            case (true, 1), (true, 2):
                result.append(byte - 1)
                follows = false
            default: throw KeyError()
            }
        }
        if follows { throw KeyError() }
        return result
    }

    package mutating func readFixed(count: Int) throws(KeyError) -> [UInt8] {
        guard self.offset + count <= self.bytes.count else { throw KeyError() }
        defer { self.offset += count }
        return Array(self.bytes[self.offset..<self.offset + count])
    }

    /// All bytes that are left; for a last field without an end mark.
    package mutating func readRest() -> [UInt8] {
        defer { self.offset = self.bytes.count }
        return Array(self.bytes[self.offset...])
    }

    /// How many bytes are left.
    package var remaining: Int { self.bytes.count - self.offset }

    /// Whether every byte was read; a decoder of a whole key ends with it.
    @usableFromInline package var isAtEnd: Bool { self.offset == self.bytes.count }
}
