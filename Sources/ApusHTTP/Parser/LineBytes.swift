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
}
