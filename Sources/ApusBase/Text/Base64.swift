/// Base64 with the standard alphabet and padding (RFC 4648 §4).
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
            var place = 0
            var index = 0
            while index + 2 < bytes.count {
                let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
                text[place] = Self.symbol(group >> 18)
                text[place + 1] = Self.symbol(group >> 12)
                text[place + 2] = Self.symbol(group >> 6)
                text[place + 3] = Self.symbol(group)
                place += 4
                index += 3
            }
            let rest: Int = bytes.count - index
            guard rest > 0 else { return place }
            let group = UInt32(bytes[index]) << 16 | (rest == 2 ? UInt32(bytes[index + 1]) << 8 : 0)
            text[place] = Self.symbol(group >> 18)
            text[place + 1] = Self.symbol(group >> 12)
            text[place + 2] = rest == 2 ? Self.symbol(group >> 6) : Self.padding
            text[place + 3] = Self.padding
            return place + 4
        }
    }

    /// The bytes that `text` stands for. Nil where its length is not a multiple of four, padding is wrong, or a character is
    /// not of the alphabet (white space included). Unused bits of the last character may have any value.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? { Self.decode(utf8: Array(text.utf8)) }

    /// The bytes that `text` stands for, or nil as for a string.
    package static func decode(utf8 text: [UInt8]) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        guard !text.isEmpty else { return [] }
        let padding: Int = text[text.count - 1] != Self.padding ? 0 : text[text.count - 2] != Self.padding ? 1 : 2
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        let symbols: Int = text.count - padding
        var group: UInt32 = 0
        for index in 0..<symbols {
            let value = Self.values[Int(text[index])]
            guard value < 64 else { return nil }
            group = group << 6 | UInt32(value)
            if index & 3 == 3 {
                bytes.append(UInt8(truncatingIfNeeded: group >> 16))
                bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                bytes.append(UInt8(truncatingIfNeeded: group))
            }
        }
        if padding == 1 {
            bytes.append(UInt8(truncatingIfNeeded: group >> 10))
            bytes.append(UInt8(truncatingIfNeeded: group >> 2))
        } else if padding == 2 {
            bytes.append(UInt8(truncatingIfNeeded: group >> 4))
        }
        return bytes
    }

    private static let padding = UInt8(ascii: "=")
    private static let symbols: [UInt8] = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, symbol) in Self.symbols.enumerated() { values[Int(symbol)] = UInt8(value) }
        return values
    }()

    @inline(__always)
    private static func symbol(_ bits: UInt32) -> UInt8 { Self.symbols[Int(bits & 63)] }
}
