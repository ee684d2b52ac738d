extension JSONReader {
    /// A checked string in the input, without its quotes.
    struct StringToken {
        var start: Int
        var end: Int
        var hasEscapes: Bool
        var isASCII: Bool
    }

    package mutating func readString() throws(JSONError) -> String {
        guard try self.peekByte() == UInt8(ascii: "\"") else { throw self.mismatch(.string) }
        let token = try self.stringToken()
        return self.text(of: token)
    }

    /// The bytes that the next value, a string in Base64, stands for; no string is made of it.
    package mutating func readBase64() throws(JSONError) -> [UInt8] {
        guard try self.peekByte() == UInt8(ascii: "\"") else { throw self.mismatch(.string) }
        let start = self.index
        let token = try self.stringToken()
        let symbols = token.hasEscapes ? self.unescaped(token) : [UInt8](self.bytes[token.start..<token.end])
        guard let bytes = Base64.decode(utf8: symbols) else {
            throw JSONError(offset: start, reason: .invalidFormat)
        }
        return bytes
    }

    func text(of token: StringToken) -> String {
        if token.hasEscapes {
            return String(decoding: self.unescaped(token), as: UTF8.self)
        }
        let bytes = self.bytes.span.extracting(token.start..<token.end)
        return String(copying: UTF8Span(unchecked: bytes, isKnownASCII: token.isASCII))
    }

    /// Passes a string, whose opening quote is the next byte, and checks it: end, control characters, escapes, UTF-8.
    mutating func stringToken() throws(JSONError) -> StringToken {
        let start = self.index + 1
        var token = StringToken(start: start, end: start, hasEscapes: false, isASCII: true)
        var index = start
        var seen: UInt64 = 0
        while true {
            let (stop, bits) = Self.plainRun(self.bytes.span, from: index)
            seen |= bits
            index = stop
            guard index < self.bytes.count else {
                self.index = index
                throw self.error(.unexpectedEnd)
            }
            let byte = self.bytes[index]
            if byte == UInt8(ascii: "\"") { break }
            self.index = index
            guard byte == UInt8(ascii: "\\") else { throw self.error(.controlCharacter) }
            token.hasEscapes = true
            index = try self.checkEscape()
        }
        token.end = index
        token.isASCII = seen & 0x8080_8080_8080_8080 == 0
        if !token.isASCII { try self.checkUTF8(token) }
        self.index = index + 1
        return token
    }

    /// From `start` to the first quote, backslash or control character, or the end: its index, and all bytes passed, or-ed
    /// into the bytes of a word. Eight bytes at a time: subtracting borrows into the high bit of the first byte that is
    /// sought, and only bytes after it can be marked wrongly.
    @inline(__always)
    private static func plainRun(_ input: Span<UInt8>, from start: Int) -> (stop: Int, bits: UInt64) {
        var index = start
        var seen: UInt64 = 0
        let words = input.bytes
        while index &+ 8 <= input.count {
            let word = words.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            let quote: UInt64 = word ^ 0x2222_2222_2222_2222
            let backslash: UInt64 = word ^ 0x5c5c_5c5c_5c5c_5c5c
            let quoteMarks: UInt64 = (quote &- 0x0101_0101_0101_0101) & ~quote
            let backslashMarks: UInt64 = (backslash &- 0x0101_0101_0101_0101) & ~backslash
            let controlMarks: UInt64 = (word &- 0x2020_2020_2020_2020) & ~word
            let marks: UInt64 = (quoteMarks | backslashMarks | controlMarks) & 0x8080_8080_8080_8080
            if marks != 0 {
                let lowestMark: UInt64 = marks & (0 &- marks)
                seen |= word & ((lowestMark >> 7) &- 1)
                return (index &+ marks.trailingZeroBitCount >> 3, seen)
            }
            seen |= word
            index &+= 8
        }
        while index < input.count {
            let byte = input[unchecked: index]
            if byte == 0x22 || byte == 0x5c || byte < 0x20 { break }
            seen |= UInt64(byte)
            index &+= 1
        }
        return (index, seen)
    }

    private mutating func checkUTF8(_ token: StringToken) throws(JSONError) {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: self.bytes.span.extracting(token.start..<token.end))
        } catch {
            throw JSONError(offset: token.start + error.byteOffsets.lowerBound, reason: .invalidUTF8)
        }
    }

    /// Checks the escape whose backslash is the next byte; the index after it. A surrogate pair is one escape.
    private mutating func checkEscape() throws(JSONError) -> Int {
        guard self.index + 1 < self.bytes.count else { throw self.error(.unexpectedEnd) }
        switch self.bytes[self.index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return self.index + 2
        case UInt8(ascii: "u"): break
        default: throw self.error(.invalidEscape)
        }
        let unit = try self.codeUnit(at: self.index + 2)
        guard unit & 0xf800 == 0xd800 else { return self.index + 6 }
        guard unit < 0xdc00, self.index + 7 < self.bytes.count, self.bytes[self.index + 6] == UInt8(ascii: "\\"),
            self.bytes[self.index + 7] == UInt8(ascii: "u"),
            try self.codeUnit(at: self.index + 8) & 0xfc00 == 0xdc00
        else { throw self.error(.loneSurrogate) }
        return self.index + 12
    }

    private func codeUnit(at start: Int) throws(JSONError) -> UInt32 {
        guard start + 4 <= self.bytes.count else { throw self.error(.unexpectedEnd) }
        guard let unit = Self.codeUnit(self.bytes, at: start) else { throw self.error(.invalidEscape) }
        return unit
    }

    private static func codeUnit(_ bytes: [UInt8], at start: Int) -> UInt32? {
        var unit: UInt32 = 0
        for index in start..<start + 4 {
            guard let digit = Hex.value(bytes[index]) else { return nil }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// The string's bytes with its escapes, which were checked, resolved.
    func unescaped(_ token: StringToken) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(token.end - token.start)
        var index = token.start
        while index < token.end {
            let (stop, _) = Self.plainRun(self.bytes.span.extracting(..<token.end), from: index)
            output.append(contentsOf: self.bytes[index..<stop])
            guard stop < token.end else { break }
            index = Self.resolveEscape(self.bytes, at: stop, into: &output)
        }
        return output
    }

    private static func resolveEscape(_ bytes: [UInt8], at start: Int, into output: inout [UInt8]) -> Int {
        switch bytes[start + 1] {
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0c)
        case UInt8(ascii: "n"): output.append(0x0a)
        case UInt8(ascii: "r"): output.append(0x0d)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"):
            var value: UInt32 = Self.codeUnit(bytes, at: start + 2) ?? 0xfffd
            var end = start + 6
            if value & 0xfc00 == 0xd800 {
                let low: UInt32 = Self.codeUnit(bytes, at: start + 8) ?? 0xdc00
                value = 0x10000 + ((value & 0x3ff) << 10 | low & 0x3ff)
                end = start + 12
            }
            if let scalar = Unicode.Scalar(value), let utf8 = UTF8.encode(scalar) { output.append(contentsOf: utf8) }
            return end
        case let byte: output.append(byte)
        }
        return start + 2
    }
}
