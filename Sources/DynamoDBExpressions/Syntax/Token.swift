/// A piece of an expression's text.
struct Token: Hashable, Sendable {
    enum Kind: UInt8, Sendable {
        /// A name or a word of the language: letters, digits and underscores, a letter first.
        case word
        /// `#name`, `:value`.
        case nameReference
        case valueReference
        /// Digits.
        case number
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
        case open, close, openIndex, closeIndex, comma, dot, plus, minus
        /// A character that begins no token.
        case unknown
        case end
    }

    var kind: Kind
    /// Where it lies in the text.
    var start: Int
    var end: Int
}

/// Cuts an expression's text into tokens, all at once: it has at most 4 KB.
enum Lexer {
    static func tokens(_ text: [UInt8]) -> [Token] {
        var tokens: [Token] = []
        tokens.reserveCapacity(text.count / 3 + 1)
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d {
                index += 1
                continue
            }
            let token = Self.token(text, at: index)
            tokens.append(token)
            index = token.end
        }
        tokens.append(Token(kind: .end, start: text.count, end: text.count))
        return tokens
    }

    private static func token(_ text: [UInt8], at start: Int) -> Token {
        let byte = text[start]
        if Self.isLetter(byte) { return Token(kind: .word, start: start, end: Self.wordEnd(text, from: start + 1)) }
        if Self.isDigit(byte) {
            var end = start + 1
            while end < text.count, Self.isDigit(text[end]) { end += 1 }
            return Token(kind: .number, start: start, end: end)
        }
        if byte == UInt8(ascii: "#") || byte == UInt8(ascii: ":") {
            let end = Self.wordEnd(text, from: start + 1)
            if end > start + 1 {
                return Token(kind: byte == UInt8(ascii: "#") ? .nameReference : .valueReference, start: start, end: end)
            }
        }
        if let (kind, count) = Self.symbol(byte, start + 1 < text.count ? text[start + 1] : 0) {
            return Token(kind: kind, start: start, end: start + count)
        }
        // A character beyond ASCII is one token with all its bytes.
        var end = start + 1
        while end < text.count, text[end] & 0xc0 == 0x80 { end += 1 }
        return Token(kind: .unknown, start: start, end: end)
    }

    private static func symbol(_ byte: UInt8, _ next: UInt8) -> (Token.Kind, Int)? {
        switch byte {
        case UInt8(ascii: "="): (.equal, 1)
        case UInt8(ascii: "<"):
            next == UInt8(ascii: "=") ? (.lessOrEqual, 2) : next == UInt8(ascii: ">") ? (.notEqual, 2) : (.less, 1)
        case UInt8(ascii: ">"): next == UInt8(ascii: "=") ? (.greaterOrEqual, 2) : (.greater, 1)
        case UInt8(ascii: "("): (.open, 1)
        case UInt8(ascii: ")"): (.close, 1)
        case UInt8(ascii: "["): (.openIndex, 1)
        case UInt8(ascii: "]"): (.closeIndex, 1)
        case UInt8(ascii: ","): (.comma, 1)
        case UInt8(ascii: "."): (.dot, 1)
        case UInt8(ascii: "+"): (.plus, 1)
        case UInt8(ascii: "-"): (.minus, 1)
        default: nil
        }
    }

    private static func wordEnd(_ text: [UInt8], from start: Int) -> Int {
        var end = start
        while end < text.count, Self.isWordByte(text[end]) { end += 1 }
        return end
    }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    static func isWordByte(_ byte: UInt8) -> Bool { Self.isLetter(byte) || Self.isDigit(byte) || byte == 0x5f }
}
