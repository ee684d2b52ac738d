/// The bytes of a number: they sort as the numbers do, and equal numbers have equal bytes.
///
/// | number | bytes |
/// | --- | --- |
/// | zero | 1 |
/// | positive | 2, exponent of the first digit + 130, pairs of digits + 1 |
/// | negative | 0, 125 - exponent of the first digit, 100 - pairs of digits, 101 |
///
/// The last pair is filled up with a zero, and no pair at the end is zero. 101 is above all pairs, so that a negative number with
/// more digits sorts before one that it begins with.
enum NumberCode {
    private static let exponentBias = 130
    private static let end: UInt8 = 101

    static func append(_ number: ItemNumber, to bytes: inout [UInt8]) {
        guard number.coefficient != 0 else { return bytes.append(1) }
        let count = number.digitCount
        let biased = UInt8(truncatingIfNeeded: number.exponent + count - 1 + Self.exponentBias)
        bytes.append(number.isNegative ? 0 : 2)
        bytes.append(number.isNegative ? 255 - biased : biased)
        // With an even number of digits, and from its end in halves that one word holds.
        let even = count.isMultiple(of: 2) ? number.coefficient : number.coefficient * 10
        let start = bytes.count
        for _ in 0..<(count + 1) / 2 { bytes.append(0) }
        Self.pairs(even, of: number.isNegative, into: &bytes, from: start)
        if number.isNegative { bytes.append(Self.end) }
    }

    private static func pairs(_ coefficient: UInt128, of isNegative: Bool, into bytes: inout [UInt8], from start: Int) {
        // 10^18 divides into pairs.
        let word = UInt128(1_000_000_000_000_000_000)
        var rest = coefficient
        var place = bytes.count
        while place > start {
            let (quotient, low) = rest >= word ? rest.quotientAndRemainder(dividingBy: word) : (0, rest)
            var digits = UInt64(truncatingIfNeeded: low)
            for _ in 0..<9 where place > start {
                let pair = UInt8(truncatingIfNeeded: digits % 100)
                digits /= 100
                place -= 1
                bytes[place] = isNegative ? 100 - pair : pair + 1
            }
            rest = quotient
        }
    }

    /// Nil where `bytes` are not what `append` writes.
    static func decode(_ bytes: ArraySlice<UInt8>) -> ItemNumber? {
        guard let first = bytes.first, first <= 2 else { return nil }
        guard first != 1 else { return bytes.count == 1 ? .zero : nil }
        let isNegative = first == 0
        let start = bytes.startIndex + 2
        var end = bytes.endIndex
        if isNegative {
            guard bytes.count > 3, bytes[end - 1] == Self.end else { return nil }
            end -= 1
        }
        guard start < end, end - start <= 19 else { return nil }
        var coefficient: UInt128 = 0
        for index in start..<end {
            guard let pair = Self.pair(bytes[index], isNegative), index > start || pair >= 10 else { return nil }
            coefficient = coefficient * 100 + UInt128(pair)
        }
        let magnitude = Self.exponent(bytes[start - 1], isNegative)
        var exponent = magnitude - 2 * (end - start) + 1
        guard coefficient % 100 != 0 else { return nil }
        if coefficient % 10 == 0 {
            coefficient /= 10
            exponent += 1
        }
        return ItemNumber(normal: coefficient, exponent: exponent, isNegative: isNegative)
    }

    @inline(__always)
    private static func pair(_ byte: UInt8, _ isNegative: Bool) -> UInt8? {
        guard 1...100 ~= byte else { return nil }
        return isNegative ? 100 - byte : byte - 1
    }

    private static func exponent(_ byte: UInt8, _ isNegative: Bool) -> Int {
        Int(isNegative ? 255 - byte : byte) - Self.exponentBias
    }

    /// How many significant digits the number has, and the exponent of the first; nil for zero.
    static func shape(_ bytes: ArraySlice<UInt8>) -> (digits: Int, exponent: Int, isNegative: Bool)? {
        guard bytes.count >= 3, let first = bytes.first, first != 1 else { return nil }
        let isNegative = first == 0
        let end = isNegative ? bytes.endIndex - 1 : bytes.endIndex
        let last = Self.pair(bytes[end - 1], isNegative) ?? 0
        let digits = 2 * (end - bytes.startIndex - 2) - (last.isMultiple(of: 10) ? 1 : 0)
        return (digits, Self.exponent(bytes[bytes.startIndex + 1], isNegative), isNegative)
    }

    /// The number in plain decimal notation. Digits are copied; no number is made of them.
    static func appendText(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
        guard let shape = Self.shape(bytes) else { return text.append(UInt8(ascii: "0")) }
        if shape.isNegative { text.append(UInt8(ascii: "-")) }
        if shape.exponent < 0 {
            text.append(UInt8(ascii: "0"))
            text.append(UInt8(ascii: "."))
            for _ in 1..<(-shape.exponent) { text.append(UInt8(ascii: "0")) }
        }
        var written = 0
        for index in bytes.startIndex + 2..<bytes.startIndex + 2 + (shape.digits + 1) / 2 {
            let pair = Self.pair(bytes[index], shape.isNegative) ?? 0
            for place in 0..<2 where written < shape.digits {
                let digit = place == 0 ? pair / 10 : pair % 10
                if shape.exponent >= 0, written == shape.exponent + 1 { text.append(UInt8(ascii: ".")) }
                text.append(UInt8(ascii: "0") + digit)
                written += 1
            }
        }
        while written <= shape.exponent {
            text.append(UInt8(ascii: "0"))
            written += 1
        }
    }
}

extension ItemNumber {
    /// Bytes that sort as the numbers do; equal numbers have equal bytes. 1 to 22 of them.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        NumberCode.append(self, to: &bytes)
        return bytes
    }

    /// Nil where `bytes` are not the encoded form of a number.
    package init?(encoded bytes: ArraySlice<UInt8>) {
        guard let number = NumberCode.decode(bytes) else { return nil }
        self = number
    }
}
