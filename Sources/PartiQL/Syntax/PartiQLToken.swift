/// A piece of a statement.
struct PartiQLToken: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// A name or a word of the language, as it is written.
        case word
        /// `"name"`, `'text'`: what stands within the quotes lies in `text`.
        case quoted
        case string
        /// Digits with point and exponent, without a sign.
        case number
        case parameter
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
        case plus, minus, star
        case open, close, openList, closeList, openMap, closeMap, openSet, closeSet
        case comma, dot, colon, semicolon
        /// A character that begins no token, or quotes that do not end.
        case unknown
        case end
    }

    var kind: Kind
    /// Where it lies in the statement.
    var start: Int
    var end: Int
    /// The content of quotes, without them and with doubled quotes made one.
    var text: [UInt8] = []
}

/// Cuts a statement into tokens, all at once: it has at most 8 KB.
enum PartiQLLexer {
    static func tokens(_ text: [UInt8]) -> [PartiQLToken] {
        var tokens: [PartiQLToken] = []
        tokens.reserveCapacity(text.count / 4 + 1)
        var index = 0
        while index < text.count {
            if let next = Self.passed(text, at: index) {
                index = next
                continue
            }
            let token = Self.token(text, at: index)
            tokens.append(token)
            index = token.end
        }
        tokens.append(PartiQLToken(kind: .end, start: text.count, end: text.count))
        return tokens
    }

    /// The place after white space or a comment that begins at `index`; nil where neither does.
    private static func passed(_ text: [UInt8], at index: Int) -> Int? {
        let byte = text[index]
        if byte == 0x20 || 0x09...0x0d ~= byte { return index + 1 }
        let next = index + 1 < text.count ? text[index + 1] : 0
        if byte == UInt8(ascii: "-"), next == UInt8(ascii: "-") {
            return text[index...].firstIndex(of: 0x0a) ?? text.count
        }
        guard byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") else { return nil }
        var end = index + 2
        while end + 1 < text.count {
            if text[end] == UInt8(ascii: "*"), text[end + 1] == UInt8(ascii: "/") { return end + 2 }
            end += 1
        }
        return nil
    }

    private static func token(_ text: [UInt8], at start: Int) -> PartiQLToken {
        let byte = text[start]
        if Self.isWordStart(byte) {
            var end = start + 1
            while end < text.count, Self.isWordByte(text[end]) { end += 1 }
            return PartiQLToken(kind: .word, start: start, end: end)
        }
        if Self.isDigit(byte) {
            return PartiQLToken(kind: .number, start: start, end: Self.numberEnd(text, from: start))
        }
        if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") { return Self.quotes(text, at: start) }
        if let (kind, count) = Self.symbol(byte, start + 1 < text.count ? text[start + 1] : 0) {
            return PartiQLToken(kind: kind, start: start, end: start + count)
        }
        // A character beyond ASCII is one token with all its bytes.
        var end = start + 1
        while end < text.count, text[end] & 0xc0 == 0x80 { end += 1 }
        return PartiQLToken(kind: .unknown, start: start, end: end)
    }

    /// Quotes within quotes are doubled.
    private static func quotes(_ text: [UInt8], at start: Int) -> PartiQLToken {
        let quote = text[start]
        var content: [UInt8] = []
        var index = start + 1
        while index < text.count {
            if text[index] != quote {
                content.append(text[index])
                index += 1
            } else if index + 1 < text.count, text[index + 1] == quote {
                content.append(quote)
                index += 2
            } else {
                let kind: PartiQLToken.Kind = quote == UInt8(ascii: "'") ? .string : .quoted
                return PartiQLToken(kind: kind, start: start, end: index + 1, text: content)
            }
        }
        return PartiQLToken(kind: .unknown, start: start, end: text.count)
    }

    private static func numberEnd(_ text: [UInt8], from start: Int) -> Int {
        var end = Self.digitsEnd(text, from: start)
        if end < text.count, text[end] == UInt8(ascii: ".") { end = Self.digitsEnd(text, from: end + 1) }
        guard end < text.count, text[end] | 0x20 == UInt8(ascii: "e") else { return end }
        var exponent = end + 1
        if exponent < text.count, text[exponent] == UInt8(ascii: "+") || text[exponent] == UInt8(ascii: "-") {
            exponent += 1
        }
        let exponentEnd = Self.digitsEnd(text, from: exponent)
        return exponentEnd > exponent ? exponentEnd : end
    }

    private static func digitsEnd(_ text: [UInt8], from start: Int) -> Int {
        var end = start
        while end < text.count, Self.isDigit(text[end]) { end += 1 }
        return end
    }

    private static func symbol(_ byte: UInt8, _ next: UInt8) -> (PartiQLToken.Kind, Int)? {
        switch byte {
        case UInt8(ascii: "="): (.equal, 1)
        case UInt8(ascii: "!"): next == UInt8(ascii: "=") ? (.notEqual, 2) : nil
        case UInt8(ascii: "<"):
            switch next {
            case UInt8(ascii: "="): (.lessOrEqual, 2)
            case UInt8(ascii: ">"): (.notEqual, 2)
            case UInt8(ascii: "<"): (.openSet, 2)
            default: (.less, 1)
            }
        case UInt8(ascii: ">"):
            switch next {
            case UInt8(ascii: "="): (.greaterOrEqual, 2)
            case UInt8(ascii: ">"): (.closeSet, 2)
            default: (.greater, 1)
            }
        default: Self.single(byte).map { ($0, 1) }
        }
    }

    private static func single(_ byte: UInt8) -> PartiQLToken.Kind? {
        switch byte {
        case UInt8(ascii: "?"): .parameter
        case UInt8(ascii: "+"): .plus
        case UInt8(ascii: "-"): .minus
        case UInt8(ascii: "*"): .star
        case UInt8(ascii: "("): .open
        case UInt8(ascii: ")"): .close
        case UInt8(ascii: "["): .openList
        case UInt8(ascii: "]"): .closeList
        case UInt8(ascii: "{"): .openMap
        case UInt8(ascii: "}"): .closeMap
        case UInt8(ascii: ","): .comma
        case UInt8(ascii: "."): .dot
        case UInt8(ascii: ":"): .colon
        case UInt8(ascii: ";"): .semicolon
        default: nil
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    private static func isWordStart(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte == 0x5f || byte == UInt8(ascii: "$")
    }
    private static func isWordByte(_ byte: UInt8) -> Bool { Self.isWordStart(byte) || Self.isDigit(byte) }
}
