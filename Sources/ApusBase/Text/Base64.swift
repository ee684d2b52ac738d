/// Base64 with the standard alphabet and padding (RFC 4648 §4).
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
            bytes.withUnsafeBufferPointer { Self.encode($0, into: text) }
        }
    }

    /// Appends the encoded form of `bytes` to `text`.
    package static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        bytes.withUnsafeBufferPointer { Self.append($0, to: &text) }
    }

    /// Appends the encoded form of `bytes` to `text`.
    package static func append(_ bytes: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
        text.append(addingCapacity: (bytes.count + 2) / 3 * 4) { span in
            span.withUnsafeMutableBufferPointer { text, count in count = Self.encode(bytes, into: text) }
        }
    }

    private static func encode(_ bytes: UnsafeBufferPointer<UInt8>, into text: UnsafeMutableBufferPointer<UInt8>) -> Int
    {
        Self.symbols.withUnsafeBufferPointer { symbols in
            var place = 0
            var index = 0
            while index + 2 < bytes.count {
                let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
                text[place] = symbols[Int(group >> 18)]
                text[place + 1] = symbols[Int(group >> 12 & 63)]
                text[place + 2] = symbols[Int(group >> 6 & 63)]
                text[place + 3] = symbols[Int(group & 63)]
                place += 4
                index += 3
            }
            let rest: Int = bytes.count - index
            guard rest > 0 else { return place }
            let group = UInt32(bytes[index]) << 16 | (rest == 2 ? UInt32(bytes[index + 1]) << 8 : 0)
            text[place] = symbols[Int(group >> 18)]
            text[place + 1] = symbols[Int(group >> 12 & 63)]
            text[place + 2] = rest == 2 ? symbols[Int(group >> 6 & 63)] : Self.padding
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
        let count: Int = text.count / 4 * 3 - padding
        var isValid = true
        // The last group may be written whole, past what padding leaves.
        let bytes = [UInt8](unsafeUninitializedCapacity: count + padding) { bytes, initializedCount in
            isValid = text.withUnsafeBufferPointer { Self.decode($0.dropLast(padding), into: bytes) }
            initializedCount = isValid ? count : 0
        }
        return isValid ? bytes : nil
    }

    private static func decode(
        _ text: Slice<UnsafeBufferPointer<UInt8>>, into bytes: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        Self.values.withUnsafeBufferPointer { values in
            let text = UnsafeBufferPointer(rebasing: text)
            var place = 0
            var index = 0
            var all: UInt8 = 0
            while index + 3 < text.count {
                let first = values[Int(text[index])]
                let second = values[Int(text[index + 1])]
                let third = values[Int(text[index + 2])]
                let fourth = values[Int(text[index + 3])]
                all |= first | second | third | fourth
                bytes[place] = first << 2 | second >> 4
                bytes[place + 1] = second << 4 | third >> 2
                bytes[place + 2] = third << 6 | fourth
                place += 3
                index += 4
            }
            if index < text.count {
                let first = values[Int(text[index])]
                let second = values[Int(text[index + 1])]
                let third = index + 2 < text.count ? values[Int(text[index + 2])] : 0
                all |= first | second | third
                bytes[place] = first << 2 | second >> 4
                bytes[place + 1] = second << 4 | third >> 2
            }
            // Only what is no symbol has a value past 63.
            return all < 64
        }
    }

    private static let padding = UInt8(ascii: "=")
    private static let symbols: [UInt8] = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, symbol) in Self.symbols.enumerated() { values[Int(symbol)] = UInt8(value) }
        return values
    }()
}
