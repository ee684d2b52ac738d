internal import ApusBase

/// Text that may be escaped or not, escaped in the one way that is signed.
enum CanonicalEscapes {
    /// Appends `text` with unreserved characters as they are and all others as `%XX`; a valid escape counts as the byte it
    /// stands for, a broken one as its characters. An escaped `/` stays escaped.
    static func append(
        _ text: Substring.UTF8View, slash: PercentEncoding.Slash, plus: PercentEncoding.Plus, to bytes: inout [UInt8]
    ) {
        var index = text.startIndex
        while index != text.endIndex {
            let byte: UInt8 = text[index]
            text.formIndex(after: &index)
            switch byte {
            case UInt8(ascii: "%"):
                if let decoded = Self.escaped(text[index...]) {
                    Self.append(decoded, to: &bytes)
                    text.formIndex(&index, offsetBy: 2)
                } else {
                    Self.append(byte, to: &bytes)
                }
            case UInt8(ascii: "+") where plus == .space: Self.append(UInt8(ascii: " "), to: &bytes)
            case UInt8(ascii: "/") where slash == .kept: bytes.append(byte)
            default: Self.append(byte, to: &bytes)
            }
        }
    }

    /// `PercentEncoding.append` is for whole texts: it reserves room each time.
    private static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
        default:
            bytes.append(UInt8(ascii: "%"))
            bytes.append(Self.digit(byte >> 4))
            bytes.append(Self.digit(byte & 15))
        }
    }

    private static func escaped(_ text: Substring.UTF8View) -> UInt8? {
        guard let high = text.first, let low = text.dropFirst().first, let high = Self.value(high),
            let low = Self.value(low)
        else { return nil }
        return high << 4 | low
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}
