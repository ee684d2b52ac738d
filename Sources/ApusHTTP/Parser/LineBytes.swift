internal import Glibc

/// The bytes of which lines are made.
enum LineBytes {
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let tab: UInt8 = 0x09
    /// What a request line has beside its target, at most: `OPTIONS`, two spaces, `HTTP/1.1`, CR LF.
    static let aroundTarget = 32

    /// Where the first line feed is.
    static func lineFeed(in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let start = bytes.baseAddress, let found = memchr(start, Int32(Self.lineFeed), bytes.count) else {
            return nil
        }
        return UnsafeRawPointer(found) - start
    }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool { byte == Self.space || byte == Self.tab }

    /// Whether `byte` may stand in a field's value: no control character but the tab (RFC 9110 §5.5).
    @inline(__always)
    static func mayBeInValue(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == Self.tab }

    /// Whether all of `value` may stand there. Eight bytes at a time: those of nearly every word are beyond doubt.
    static func mayBeValue(_ value: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index + 8 <= value.count {
            let word = value.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let deletes: UInt64 = word ^ 0x7F7F_7F7F_7F7F_7F7F
            let control: UInt64 = (word &- 0x2020_2020_2020_2020) & ~word
            let delete: UInt64 = (deletes &- 0x0101_0101_0101_0101) & ~deletes
            if (control | delete) & 0x8080_8080_8080_8080 != 0,
                !value[index..<index + 8].allSatisfy(Self.mayBeInValue)
            {
                return false
            }
            index += 8
        }
        return value[index...].allSatisfy(Self.mayBeInValue)
    }
}
