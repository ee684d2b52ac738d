/// A number as DynamoDB has it: exact, decimal, at most 38 significant digits, of magnitude 1e-130 to 9.9e125, or zero.
///
/// Two numbers are equal when their values are, however they were written: `1`, `1.0` and `1e0` are one number.
package struct ItemNumber: Hashable, Sendable {
    /// Without zeros at its end, below 10^38; zero for zero.
    let coefficient: UInt128
    /// The value is coefficient · 10^exponent; zero for zero.
    let exponent: Int
    let isNegative: Bool

    package static let zero = ItemNumber(normal: 0, exponent: 0, isNegative: false)

    /// The coefficient must have no zero at its end and the number must be in range.
    init(normal coefficient: UInt128, exponent: Int, isNegative: Bool) {
        self.coefficient = coefficient
        self.exponent = coefficient == 0 ? 0 : exponent
        self.isNegative = isNegative && coefficient != 0
    }

    package init(_ value: Int) {
        var coefficient = UInt128(value.magnitude)
        var exponent = 0
        while coefficient != 0, coefficient % 10 == 0 {
            coefficient /= 10
            exponent += 1
        }
        self.init(normal: coefficient, exponent: exponent, isNegative: value < 0)
    }

    /// How many decimal digits the coefficient has; one for zero.
    var digitCount: Int { Self.digitCount(self.coefficient) }

    static func digitCount(_ value: UInt128) -> Int {
        var count = 1
        var bound: UInt128 = 10
        while count < 39, value >= bound {
            count += 1
            // 10^38 is the last power that fits.
            if count < 39 { bound *= 10 }
        }
        return count
    }

    /// 10^power for powers up to 38.
    static func power(_ power: Int) -> UInt128 { Self.powers[power] }

    private static let powers: [UInt128] = {
        var powers: [UInt128] = [1]
        for _ in 1...38 { powers.append((powers.last ?? 1) * 10) }
        return powers
    }()
}

extension ItemNumber: Comparable {
    package static func < (left: ItemNumber, right: ItemNumber) -> Bool {
        left.encoded.lexicographicallyPrecedes(right.encoded)
    }
}
