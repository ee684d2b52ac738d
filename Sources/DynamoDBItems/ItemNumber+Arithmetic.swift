extension ItemNumber {
    package var negated: ItemNumber {
        ItemNumber(normal: self.coefficient, exponent: self.exponent, isNegative: !self.isNegative)
    }

    /// The exact sum.
    ///
    /// A sum whose magnitude is out of range or that needs more than 38 digits is `numberOverflow`, as DynamoDB has it for
    /// both; one too small to be kept is `numberUnderflow`.
    package func adding(_ other: ItemNumber) throws(ItemError) -> ItemNumber {
        if self.coefficient == 0 { return other }
        if other.coefficient == 0 { return self }
        let low = min(self.exponent, other.exponent)
        let high = max(self.exponent + self.digitCount, other.exponent + other.digitCount)
        guard high - low <= ItemLimits.numberDigits else { return try self.addingDigits(other, from: low) }
        let left = self.coefficient * Self.power(self.exponent - low)
        let right = other.coefficient * Self.power(other.exponent - low)
        if self.isNegative == other.isNegative { return try Self.checked(left + right, low, self.isNegative) }
        return left >= right
            ? try Self.checked(left - right, low, self.isNegative)
            : try Self.checked(right - left, low, other.isNegative)
    }

    package func subtracting(_ other: ItemNumber) throws(ItemError) -> ItemNumber { try self.adding(other.negated) }

    /// Digits that span more than 38 places: the sum is exact only where they cancel each other out.
    private func addingDigits(_ other: ItemNumber, from low: Int) throws(ItemError) -> ItemNumber {
        let high = max(self.exponent + self.digitCount, other.exponent + other.digitCount)
        guard self.isNegative != other.isNegative, high - low <= 2 * ItemLimits.numberDigits else {
            throw .numberOverflow
        }
        var left = self.digits(from: low, count: high - low)
        var right = other.digits(from: low, count: high - low)
        let isLeftLarger = !left.reversed().lexicographicallyPrecedes(right.reversed())
        if !isLeftLarger { swap(&left, &right) }
        var borrow = 0
        for place in left.indices {
            let difference = left[place] - right[place] - borrow
            borrow = difference < 0 ? 1 : 0
            left[place] = difference + 10 * borrow
        }
        guard let top = left.lastIndex(where: { $0 != 0 }), let bottom = left.firstIndex(where: { $0 != 0 }) else {
            return .zero
        }
        guard top - bottom < ItemLimits.numberDigits else { throw .numberOverflow }
        let coefficient = left[bottom...top].reversed().reduce(UInt128(0)) { $0 * 10 + UInt128($1) }
        return try Self.checked(coefficient, low + bottom, isLeftLarger ? self.isNegative : other.isNegative)
    }

    /// The decimal digits, lowest first, from the place `low` on.
    private func digits(from low: Int, count: Int) -> [Int] {
        var digits = [Int](repeating: 0, count: count)
        var rest = self.coefficient
        var place = self.exponent - low
        while rest != 0 {
            digits[place] = Int(truncatingIfNeeded: rest % 10)
            rest /= 10
            place += 1
        }
        return digits
    }

    private static func checked(
        _ coefficient: UInt128, _ exponent: Int, _ isNegative: Bool
    ) throws(ItemError) -> ItemNumber {
        var coefficient = coefficient
        var exponent = exponent
        guard coefficient != 0 else { return .zero }
        while coefficient % 10 == 0 {
            coefficient /= 10
            exponent += 1
        }
        let digits = Self.digitCount(coefficient)
        let magnitude = exponent + digits - 1
        guard digits <= ItemLimits.numberDigits, magnitude <= ItemLimits.numberExponents.upperBound else {
            throw .numberOverflow
        }
        guard magnitude >= ItemLimits.numberExponents.lowerBound else { throw .numberUnderflow }
        return ItemNumber(normal: coefficient, exponent: exponent, isNegative: isNegative)
    }
}
