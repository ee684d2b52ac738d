extension ItemNumber {
    /// Reads a number as Java's BigDecimal does: a sign, digits with or without a point, an exponent.
    ///
    /// Throws `emptyNumber`, `notNumeric`, `numberOverflow`, `numberUnderflow` or `tooManyDigits`, in this order.
    package init(_ text: String) throws(ItemError) { try self.init(utf8: Array(text.utf8)[...]) }

    package init(utf8 text: ArraySlice<UInt8>) throws(ItemError) {
        guard !text.isEmpty else { throw .emptyNumber }
        guard let parsed = NumberParser.parse(text) else { throw .notNumeric(String(decoding: text, as: UTF8.self)) }
        guard parsed.digits > 0 else {
            self = .zero
            return
        }
        let magnitude = parsed.exponent + parsed.digits - 1
        if magnitude > ItemLimits.numberExponents.upperBound { throw .numberOverflow }
        if magnitude < ItemLimits.numberExponents.lowerBound { throw .numberUnderflow }
        if parsed.digits > ItemLimits.numberDigits { throw .tooManyDigits }
        self.init(normal: parsed.coefficient, exponent: parsed.exponent, isNegative: parsed.isNegative)
    }

    /// The number without exponent, as DynamoDB answers it.
    package var text: String {
        var bytes: [UInt8] = []
        NumberCode.appendText(self.encoded[...], to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// One pass over a number's text.
struct NumberParser {
    /// The significant digits, if they are at most 38.
    var coefficient: UInt128 = 0
    /// How many significant digits there are; zero for zero.
    var digits = 0
    var exponent = 0
    var isNegative = false
    /// Zeros after a digit other than zero: significant only if another one follows.
    private var pendingZeros = 0
    private var hasDigits = false
    private var hasPoint = false

    /// Nil where `text` is no number. An exponent past a million is taken for a million.
    static func parse(_ text: ArraySlice<UInt8>) -> NumberParser? {
        var parser = NumberParser()
        var index = text.startIndex
        if index < text.endIndex, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            parser.isNegative = text[index] == UInt8(ascii: "-")
            index += 1
        }
        while index < text.endIndex {
            let byte = text[index]
            if byte &- 0x30 < 10 {
                parser.digit(byte &- 0x30)
            } else if byte == UInt8(ascii: "."), !parser.hasPoint {
                parser.hasPoint = true
            } else if byte | 0x20 == UInt8(ascii: "e"), parser.hasDigits {
                guard let exponent = Self.exponent(text[(index + 1)...]) else { return nil }
                parser.exponent += exponent
                break
            } else {
                return nil
            }
            index += 1
        }
        guard parser.hasDigits else { return nil }
        parser.exponent += parser.pendingZeros
        return parser
    }

    private mutating func digit(_ digit: UInt8) {
        self.hasDigits = true
        if self.hasPoint { self.exponent -= 1 }
        guard digit != 0 else {
            if self.digits > 0 { self.pendingZeros += 1 }
            return
        }
        let places = self.digits == 0 ? 1 : self.pendingZeros + 1
        self.digits += places
        if self.digits <= ItemLimits.numberDigits {
            self.coefficient = self.coefficient * ItemNumber.power(places) + UInt128(digit)
        }
        self.pendingZeros = 0
    }

    private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
        var digits = text
        let sign = digits.first
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { digits = digits.dropFirst() }
        guard !digits.isEmpty else { return nil }
        var value = 0
        for byte in digits {
            guard byte &- 0x30 < 10 else { return nil }
            value = min(value * 10 + Int(byte - 0x30), 1_000_000)
        }
        return sign == UInt8(ascii: "-") ? -value : value
    }
}
