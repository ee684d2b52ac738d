/// Percent-encoding as AWS does it: everything but RFC 3986's unreserved characters, hexadecimal digits in upper case.
@usableFromInline package enum PercentEncoding {
    /// What happens to `/` when encoding: in a path it separates, elsewhere it is data.
    @usableFromInline package enum Slash: Sendable { case encoded, kept }
    /// What `+` stands for when decoding: a space in forms and queries, itself in paths.
    package enum Plus: Sendable { case literal, space }

    package static func encode(_ text: String, slash: Slash = .encoded) -> String {
        var bytes: [UInt8] = []
        Self.append(text.utf8, slash: slash, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the encoded form of `text` to `bytes`.
    @inlinable
    package static func append(_ text: some Collection<UInt8>, slash: Slash, to bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + text.count + 16)
        for byte in text {
            if Self.isUnreserved(byte) || (byte == UInt8(ascii: "/") && slash == .kept) {
                bytes.append(byte)
            } else {
                Self.append(escaped: byte, to: &bytes)
            }
        }
    }

    @usableFromInline
    static func append(escaped byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(upTo: 3) { output in
            output[0] = UInt8(ascii: "%")
            output[1] = Hex.upperDigit(byte >> 4)
            output[2] = Hex.upperDigit(byte & 15)
            return 3
        }
    }

    /// The text that `text` encodes; nil where a `%` is not followed by two hexadecimal digits, or the result is not UTF-8.
    package static func decode(_ text: some StringProtocol, plus: Plus) -> String? {
        var text = String(text)
        return text.withUTF8 { utf8 -> String? in
            guard utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
                return String(decoding: utf8, as: UTF8.self)
            }
            guard let bytes = Self.decode(bytes: utf8, plus: plus) else { return nil }
            return String(utf8: bytes)
        }
    }

    /// The bytes that `bytes` encode; nil where a `%` is not followed by two hexadecimal digits.
    package static func decode(bytes text: some Collection<UInt8>, plus: Plus) -> [UInt8]? {
        if let decoded = text.withContiguousStorageIfAvailable({ Self.decode($0, plus) }) { return decoded }
        return ContiguousArray(text).withUnsafeBufferPointer { Self.decode($0, plus) }
    }

    private static func decode(_ text: UnsafeBufferPointer<UInt8>, _ plus: Plus) -> [UInt8]? {
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count) { bytes, count in
            var index = 0
            while index < text.count {
                var byte = text[index]
                index += 1
                if byte == UInt8(ascii: "%") {
                    guard index + 1 < text.count, let high = Hex.value(text[index]),
                        let low = Hex.value(text[index + 1])
                    else {
                        isValid = false
                        return
                    }
                    byte = high << 4 | low
                    index += 2
                } else if byte == UInt8(ascii: "+"), plus == .space {
                    byte = UInt8(ascii: " ")
                }
                bytes[count] = byte
                count += 1
            }
        }
        return isValid ? bytes : nil
    }

    /// Letters, digits, `-`, `.`, `_`, `~`: a bit for each of the first 128 code points.
    @inlinable
    static func isUnreserved(_ byte: UInt8) -> Bool {
        let bits: UInt64 = byte < 64 ? 0x03ff_6000_0000_0000 : 0x47ff_fffe_87ff_fffe
        return byte < 128 && bits >> UInt64(byte & 63) & 1 == 1
    }
}
