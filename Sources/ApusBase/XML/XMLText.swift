/// Texts and attribute values of XML that was found to be well-formed, with references resolved.
enum XMLText {
    /// The text in an element without children: references, CDATA and line ends resolved, comments left out.
    static func content(_ bytes: [UInt8], _ range: Range<Int32>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        let end = Int(range.upperBound)
        var index = Int(range.lowerBound)
        while index < end {
            switch bytes[index] {
            case UInt8(ascii: "&"): index = Self.appendReference(bytes, at: index, to: &text)
            case UInt8(ascii: "<"): index = Self.passMarkup(bytes, at: index, end: end, to: &text)
            case UInt8(ascii: "\r"): index = Self.appendLineEnd(bytes, at: index, end: end, to: &text)
            case let byte:
                text.append(byte)
                index += 1
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// White space that stands for itself becomes spaces, as XML has it (§3.3.3).
    static func attribute(_ bytes: [UInt8], _ range: Range<Int32>) -> String {
        var text: [UInt8] = []
        let end = Int(range.upperBound)
        var index = Int(range.lowerBound)
        while index < end {
            switch bytes[index] {
            case UInt8(ascii: "&"): index = Self.appendReference(bytes, at: index, to: &text)
            case 0x09, 0x0a:
                text.append(0x20)
                index += 1
            case 0x0d:
                text.append(0x20)
                index += index + 1 < end && bytes[index + 1] == 0x0a ? 2 : 1
            case let byte:
                text.append(byte)
                index += 1
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What a reference stands for and where it ends; nil where it is none. `index` is that of the ampersand.
    static func reference(_ bytes: [UInt8], at index: Int) -> (scalar: Unicode.Scalar, end: Int)? {
        // The longest: &#x10FFFF; and &#1114111; with some zeros before them.
        guard let semicolon = bytes[index..<min(index + 16, bytes.count)].firstIndex(of: UInt8(ascii: ";")) else {
            return nil
        }
        let name = bytes[index + 1..<semicolon]
        if name.first == UInt8(ascii: "#") {
            return Self.scalar(name.dropFirst()).map { ($0, semicolon + 1) }
        }
        for (entity, scalar) in Self.entities where name.elementsEqual(entity.utf8) { return (scalar, semicolon + 1) }
        return nil
    }

    private static let entities: [(String, Unicode.Scalar)] = [
        ("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'"),
    ]

    private static func scalar(_ digits: ArraySlice<UInt8>) -> Unicode.Scalar? {
        let isHex = digits.first == UInt8(ascii: "x")
        let radix: UInt32 = isHex ? 16 : 10
        var value: UInt32 = 0
        let digits = isHex ? digits.dropFirst() : digits
        if digits.isEmpty { return nil }
        for digit in digits {
            guard let number = Hex.value(digit).map({ UInt32($0) }), number < radix, value <= 0x10ffff else {
                return nil
            }
            value = value * radix + number
        }
        guard value != 0, value != 0xfffe, value != 0xffff else { return nil }
        return Unicode.Scalar(value)
    }

    private static func appendReference(_ bytes: [UInt8], at index: Int, to text: inout [UInt8]) -> Int {
        guard let (scalar, end) = Self.reference(bytes, at: index) else { return index + 1 }
        if let units = UTF8.encode(scalar) { text.append(contentsOf: units) }
        return end
    }

    /// Passes a comment, a processing instruction or CDATA, whose bytes are text.
    private static func passMarkup(_ bytes: [UInt8], at index: Int, end: Int, to text: inout [UInt8]) -> Int {
        let rest = bytes[index..<end]
        if rest.starts(with: "<![CDATA[".utf8) {
            var index = index + 9
            while index < end {
                if bytes[index] == UInt8(ascii: "]"), bytes[index..<end].starts(with: "]]>".utf8) { return index + 3 }
                if bytes[index] == 0x0d {
                    index = Self.appendLineEnd(bytes, at: index, end: end, to: &text)
                } else {
                    text.append(bytes[index])
                    index += 1
                }
            }
            return end
        }
        if rest.starts(with: "<!--".utf8) {
            return XMLParser.end(of: "-->", in: bytes, from: index + 4, to: end) ?? end
        }
        return XMLParser.end(of: "?>", in: bytes, from: index + 2, to: end) ?? end
    }

    /// A carriage return, alone or before a line feed, is read as a line feed (§2.11).
    private static func appendLineEnd(_ bytes: [UInt8], at index: Int, end: Int, to text: inout [UInt8]) -> Int {
        text.append(0x0a)
        return index + 1 < end && bytes[index + 1] == 0x0a ? index + 2 : index + 1
    }
}
