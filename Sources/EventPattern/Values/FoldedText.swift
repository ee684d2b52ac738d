/// Texts without the difference between capital and small letters.
enum FoldedText {
    static func fold(_ text: [UInt8]) -> [UInt8] { Self.fold(text[...]) }

    static func fold(_ text: ArraySlice<UInt8>) -> [UInt8] {
        if text.allSatisfy({ $0 < 0x80 }) {
            return text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        }
        return Array(String(decoding: text, as: UTF8.self).lowercased().utf8)
    }
}

/// Where a part of a text stands.
enum TextSide: Sendable {
    case start
    case end

    func holds(_ part: [UInt8], in text: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .start: text.starts(with: part)
        case .end: text.suffix(part.count) == part[...]
        }
    }
}
