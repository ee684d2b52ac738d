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

    /// The UTF-8 of the next value, a string, escapes resolved; no string is made, and without escapes nothing is copied.
    package mutating func readUTF8() throws(JSONError) -> ArraySlice<UInt8> {
        guard try self.peekByte() == UInt8(ascii: "\"") else { throw self.mismatch(.string) }
        return self.utf8(of: try self.stringToken())
    }

    /// The UTF-8 of the next member's name, or nil at the end of the object, which is left.
    package mutating func nextKeyUTF8() throws(JSONError) -> ArraySlice<UInt8>? {
        guard let token = try self.nextKeyToken() else { return nil }
        return self.utf8(of: token)
    }

    private func utf8(of token: StringToken) -> ArraySlice<UInt8> {
        token.hasEscapes ? self.unescaped(token)[...] : self.bytes[token.start..<token.end]
    }

    func text(of token: StringToken) -> String {
        if token.hasEscapes {
            // Escapes are longer than what they stand for.
            return String(unsafeUninitializedCapacity: token.end - token.start) { buffer in
                Self.unescape(self.bytes.span.extracting(token.start..<token.end), into: buffer)
            }
        }
        let bytes = self.bytes.span.extracting(token.start..<token.end)
        return String(copying: UTF8Span(unchecked: bytes, isKnownASCII: token.isASCII))
    }

    /// The string's bytes with its escapes resolved.
    func unescaped(_ token: StringToken) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: token.end - token.start) { buffer, count in
            count = Self.unescape(self.bytes.span.extracting(token.start..<token.end), into: buffer)
        }
    }

    /// Passes a string, whose opening quote is the next byte, and checks it: end, control characters, escapes, UTF-8.
    mutating func stringToken() throws(JSONError) -> StringToken {
        let token = try Self.stringToken(self.bytes.span, from: self.index + 1)
        self.index = token.end + 1
        return token
    }

    private static func stringToken(_ input: Span<UInt8>, from start: Int) throws(JSONError) -> StringToken {
        var token = StringToken(start: start, end: start, hasEscapes: false, isASCII: true)
        var index = start
        var seen: UInt64 = 0
        while true {
            let (stop, bits) = JSONText.plainRun(input, from: index)
            seen |= bits
            index = stop
            guard index < input.count else { throw JSONError(offset: index, reason: .unexpectedEnd) }
            let byte = input[unchecked: index]
            if byte == UInt8(ascii: "\"") { break }
            guard byte == UInt8(ascii: "\\") else { throw JSONError(offset: index, reason: .controlCharacter) }
            token.hasEscapes = true
            index = try Self.checkEscape(input, at: index)
        }
        token.end = index
        token.isASCII = seen & 0x8080_8080_8080_8080 == 0
        if !token.isASCII { try Self.checkUTF8(input.extracting(start..<index), from: start) }
        return token
    }

    private static func checkUTF8(_ text: Span<UInt8>, from start: Int) throws(JSONError) {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: text)
        } catch {
            throw JSONError(offset: start + error.byteOffsets.lowerBound, reason: .invalidUTF8)
        }
    }

    /// Checks the escape whose backslash is at `start`; the index after it. A surrogate pair is one escape.
    @inline(__always)
    private static func checkEscape(_ input: Span<UInt8>, at start: Int) throws(JSONError) -> Int {
        guard start + 1 < input.count else { throw JSONError(offset: start + 1, reason: .unexpectedEnd) }
        let letter = input[unchecked: start + 1]
        if JSONText.shortEscaped(letter) != 0 { return start + 2 }
        guard letter == UInt8(ascii: "u") else { throw JSONError(offset: start, reason: .invalidEscape) }
        return try Self.checkUnicodeEscape(input, at: start)
    }

    private static func checkUnicodeEscape(_ input: Span<UInt8>, at start: Int) throws(JSONError) -> Int {
        let unit = try Self.codeUnit(input, at: start + 2)
        guard unit & 0xf800 == 0xd800 else { return start + 6 }
        guard unit < 0xdc00, start + 7 < input.count, input[start + 6] == UInt8(ascii: "\\"),
            input[start + 7] == UInt8(ascii: "u"), try Self.codeUnit(input, at: start + 8) & 0xfc00 == 0xdc00
        else { throw JSONError(offset: start, reason: .loneSurrogate) }
        return start + 12
    }

    private static func codeUnit(_ input: Span<UInt8>, at start: Int) throws(JSONError) -> UInt32 {
        guard start + 4 <= input.count else { throw JSONError(offset: input.count, reason: .unexpectedEnd) }
        var unit: UInt32 = 0
        for index in start..<start + 4 {
            guard let digit = Hex.value(input[index]) else { throw JSONError(offset: index, reason: .invalidEscape) }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// Writes `text`, which was checked, with its escapes resolved to `output`, which has room for `text`; the count written.
    private static func unescape(_ text: Span<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var index = 0
        var count = 0
        while index < text.count {
            let byte = text[unchecked: index]
            guard byte == UInt8(ascii: "\\") else {
                output[count] = byte
                count &+= 1
                index &+= 1
                continue
            }
            let plain = JSONText.shortEscaped(text[index + 1])
            if plain != 0 {
                output[count] = plain
                count &+= 1
                index &+= 2
            } else {
                index = Self.unescapeUnicode(text, at: index, into: output, &count)
            }
        }
        return count
    }

    private static func unescapeUnicode(
        _ text: Span<UInt8>, at start: Int, into output: UnsafeMutableBufferPointer<UInt8>, _ count: inout Int
    ) -> Int {
        var value: UInt32 = (try? Self.codeUnit(text, at: start + 2)) ?? 0xfffd
        var end = start + 6
        if value & 0xfc00 == 0xd800 {
            let low: UInt32 = (try? Self.codeUnit(text, at: start + 8)) ?? 0
            value = 0x10000 + ((value & 0x3ff) << 10 | low & 0x3ff)
            end = start + 12
        }
        for byte in UTF8.encode(Unicode.Scalar(value) ?? "\u{fffd}") ?? UTF8.encodedReplacementCharacter {
            output[count] = byte
            count += 1
        }
        return end
    }
}
