/// Names of header fields: ASCII tokens without case (RFC 9110 §5.1).
enum FieldName {
    /// `name` with A to Z lowered; other bytes as they are. Makes a new string only where there is something to lower.
    static func lowercased(_ name: String) -> String {
        var name = name
        return name.withUTF8 { bytes -> String? in
            guard bytes.contains(where: { $0 &- 0x41 < 26 }) else { return nil }
            return String(unsafeUninitializedCapacity: bytes.count) { target in
                for (index, byte) in bytes.enumerated() {
                    target.initializeElement(at: index, to: byte &- 0x41 < 26 ? byte | 0x20 : byte)
                }
                return bytes.count
            }
        } ?? name
    }

    /// `value` without the spaces and tabs at its end, which belong to the line and not to the value; the parser leaves them.
    static func trimmed(_ value: String) -> String {
        guard let last = value.utf8.last, self.isSpace(last) else { return value }
        var rest: Substring = value[...]
        while let last = rest.utf8.last, self.isSpace(last) { rest.unicodeScalars.removeLast() }
        return String(rest)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

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
