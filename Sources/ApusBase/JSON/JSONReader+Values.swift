extension JSONReader {
    /// A checked number in the input.
    struct NumberToken {
        var start: Int
        var end: Int
        /// It has neither fraction nor exponent.
        var isInteger: Bool
    }

    package mutating func readBool() throws(JSONError) -> Bool {
        switch try self.peekByte() {
        case UInt8(ascii: "t"):
            try self.literal("true")
            return true
        case UInt8(ascii: "f"):
            try self.literal("false")
            return false
        default: throw self.mismatch(.bool)
        }
    }

    package mutating func readNull() throws(JSONError) {
        guard try self.peekByte() == UInt8(ascii: "n") else { throw self.mismatch(.null) }
        try self.literal("null")
    }

    /// Passes a null where the next value is one; whether it was. AWS treats a null member as absent.
    package mutating func skipNull() throws(JSONError) -> Bool {
        guard try self.peekByte() == UInt8(ascii: "n") else { return false }
        try self.literal("null")
        return true
    }

    /// An integer. `1.0` and `1e3` are integers too; `1.5` and what does not fit are `numberOutOfRange`.
    package mutating func readInt64() throws(JSONError) -> Int64 {
        let token = try self.expectNumber()
        guard token.isInteger else {
            guard let value = Int64(exactly: self.double(token)) else { throw self.outOfRange(token) }
            return value
        }
        let isNegative = self.bytes[token.start] == UInt8(ascii: "-")
        var value: Int64 = 0
        for index in (isNegative ? token.start + 1 : token.start)..<token.end {
            let digit = Int64(self.bytes[index] - 0x30)
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = product.addingReportingOverflow(isNegative ? -digit : digit)
            if overflow || overflow2 { throw self.outOfRange(token) }
            value = sum
        }
        return value
    }

    /// A number, rounded to the nearest double; one past the range is `numberOutOfRange`. The strings `NaN`, `Infinity` and
    /// `-Infinity` are numbers in AWS's JSON protocols.
    package mutating func readDouble() throws(JSONError) -> Double {
        if try self.peekByte() == UInt8(ascii: "\"") { return try self.nonFiniteDouble() }
        let token = try self.expectNumber()
        let value = self.double(token)
        guard value.isFinite else { throw self.outOfRange(token) }
        return value
    }

    /// A number's text as it stands.
    package mutating func readNumberText() throws(JSONError) -> String {
        let token = try self.expectNumber()
        return self.text(token)
    }

    /// A point in time as a number of seconds since 1970, with or without fraction.
    package mutating func readEpochSeconds() throws(JSONError) -> Timestamp {
        let token = try self.expectNumber()
        let value = self.double(token)
        guard value.isFinite else { throw self.outOfRange(token) }
        return Timestamp(seconds: value)
    }

    // MARK: Numbers

    private mutating func expectNumber() throws(JSONError) -> NumberToken {
        switch try self.peekByte() {
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try self.numberToken()
        default: throw self.mismatch(.number)
        }
    }

    /// Passes a number, whose first byte is next, and checks it against the grammar.
    mutating func numberToken() throws(JSONError) -> NumberToken {
        let token = try Self.numberToken(self.bytes.span, from: self.index)
        self.index = token.end
        return token
    }

    private static func numberToken(_ input: Span<UInt8>, from start: Int) throws(JSONError) -> NumberToken {
        let firstDigit: Int = input[start] == UInt8(ascii: "-") ? start + 1 : start
        var end = try Self.digits(input, from: firstDigit)
        if end - firstDigit > 1, input[firstDigit] == UInt8(ascii: "0") {
            throw JSONError(offset: firstDigit, reason: .invalidNumber)
        }
        var isInteger = true
        if end < input.count, input[end] == UInt8(ascii: ".") {
            isInteger = false
            end = try Self.digits(input, from: end + 1)
        }
        if end < input.count, input[end] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            end += 1
            if end < input.count, input[end] == UInt8(ascii: "+") || input[end] == UInt8(ascii: "-") { end += 1 }
            end = try Self.digits(input, from: end)
        }
        return NumberToken(start: start, end: end, isInteger: isInteger)
    }

    /// Passes one or more digits.
    @inline(__always)
    private static func digits(_ input: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        var index = start
        while index < input.count, input[unchecked: index] &- 0x30 < 10 { index &+= 1 }
        if index == start {
            throw JSONError(offset: index, reason: index < input.count ? .invalidNumber : .unexpectedEnd)
        }
        return index
    }

    private func text(_ token: NumberToken) -> String {
        String(copying: UTF8Span(unchecked: self.bytes.span.extracting(token.start..<token.end), isKnownASCII: true))
    }

    /// Infinity where the number is past a double's range.
    private func double(_ token: NumberToken) -> Double { Double(self.text(token)) ?? .infinity }

    private func outOfRange(_ token: NumberToken) -> JSONError {
        JSONError(offset: token.start, reason: .numberOutOfRange)
    }

    private mutating func nonFiniteDouble() throws(JSONError) -> Double {
        let start = self.index
        switch try self.readString() {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: throw JSONError(offset: start, reason: .wrongKind(expected: .number, found: .string))
        }
    }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard self.index < self.bytes.count else { throw self.error(.unexpectedEnd) }
            let byte = self.bytes[self.index]
            guard byte == word.utf8Start[offset] else { throw self.error(.unexpectedByte(byte)) }
            self.index += 1
        }
    }
}
