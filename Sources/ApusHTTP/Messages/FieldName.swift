/// Names of header fields: ASCII tokens without case (RFC 9110 §5.1).
enum FieldName {
    /// Names that AWS's clients send and that are too long to be a String without memory of its own.
    private static let common: [String] = [
        "x-amz-content-sha256", "x-amz-security-token", "amz-sdk-invocation-id", "transfer-encoding",
        "x-amz-user-agent", "x-amz-checksum-crc32", "x-amz-sdk-checksum-algorithm", "x-amz-decoded-content-length",
    ]

    /// `name` with A to Z lowered; other bytes as they are.
    static func lowercased(_ name: UnsafeRawBufferPointer) -> String {
        if name.count > 15, let known = Self.known(name) { return known }
        return String(unsafeUninitializedCapacity: name.count) { target in
            for (index, byte) in name.enumerated() { target.initializeElement(at: index, to: Self.lowercased(byte)) }
            return name.count
        }
    }

    static func lowercased(_ name: String) -> String {
        var name = name
        return name.withUTF8 { Self.lowercased(UnsafeRawBufferPointer($0)) }
    }

    private static func known(_ name: UnsafeRawBufferPointer) -> String? {
        for candidate in Self.common where candidate.utf8.count == name.count {
            if zip(name, candidate.utf8).allSatisfy({ Self.lowercased($0) == $1 }) { return candidate }
        }
        return nil
    }

    @inline(__always)
    private static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// Whether `byte` may stand in a name (a `tchar`).
    @inline(__always)
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
        default: false
        }
    }
}
