/// Percent-encoding as AWS does it: everything but RFC 3986's unreserved characters, hexadecimal digits in upper case.
package enum PercentEncoding {
    /// What happens to `/` when encoding: in a path it separates, elsewhere it is data.
    package enum Slash: Sendable { case encoded, kept }
    /// What `+` stands for when decoding: a space in forms and queries, itself in paths.
    package enum Plus: Sendable { case literal, space }

    package static func encode(_ text: String, slash: Slash = .encoded) -> String {
        var bytes: [UInt8] = []
        Self.append(text.utf8, slash: slash, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the encoded form of `text` to `bytes`.
    package static func append(_ text: some Sequence<UInt8>, slash: Slash, to bytes: inout [UInt8]) {
        for byte in text {
            if Self.isUnreserved(byte) || (byte == UInt8(ascii: "/") && slash == .kept) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(Hex.upperDigit(byte >> 4))
                bytes.append(Hex.upperDigit(byte & 15))
            }
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
            return String(validating: bytes, as: UTF8.self)
        }
    }

    /// The bytes that `bytes` encode; nil where a `%` is not followed by two hexadecimal digits.
    package static func decode(bytes text: some Collection<UInt8>, plus: Plus) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = iterator.next().flatMap(Hex.value), let low = iterator.next().flatMap(Hex.value) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            } else if byte == UInt8(ascii: "+"), plus == .space {
                bytes.append(UInt8(ascii: " "))
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    @inline(__always)
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
