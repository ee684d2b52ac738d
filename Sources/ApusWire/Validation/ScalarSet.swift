/// The characters that one place of a pattern takes.
struct ScalarSet: Sendable, Equatable {
    /// Letters, separators and numbers as `\p{…}` has them.
    enum Category: Sendable, Equatable {
        case letter, upper, lower, separator, number, mark, punctuation, symbol, other
    }

    private var ranges: [ClosedRange<UInt32>] = []
    private var categories: [Category] = []
    /// Sets whose complement belongs to this one, as `\D` within a class.
    private var complements: [ScalarSet] = []
    var isNegated = false

    init() {}
    init(_ ranges: ClosedRange<UInt32>..., negated: Bool = false) {
        self.ranges = ranges
        self.isNegated = negated
    }

    static let digit = ScalarSet(0x30...0x39)
    static let word = ScalarSet(0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a)
    static let space = ScalarSet(0x09...0x0d, 0x20...0x20)
    /// What `.` takes: all but line ends, as in Java.
    static let dot = ScalarSet(0x0a...0x0a, 0x0d...0x0d, 0x85...0x85, 0x2028...0x2029, negated: true)

    mutating func insert(_ range: ClosedRange<UInt32>) { self.ranges.append(range) }
    mutating func insert(_ category: Category) { self.categories.append(category) }

    mutating func insert(_ other: ScalarSet) {
        guard !other.isNegated else { return self.complements.append(other) }
        self.ranges += other.ranges
        self.categories += other.categories
        self.complements += other.complements
    }

    var complement: ScalarSet {
        var set = self
        set.isNegated.toggle()
        return set
    }

    /// The only character of a set that names one.
    var single: UInt32? {
        guard self.ranges.count == 1, self.ranges[0].count == 1, self.categories.isEmpty, self.complements.isEmpty
        else {
            return nil
        }
        return self.isNegated ? nil : self.ranges[0].lowerBound
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let isListed =
            self.ranges.contains { $0.contains(scalar.value) }
            || self.categories.contains { Self.belongs(scalar, to: $0) }
            || self.complements.contains { $0.contains(scalar) }
        return isListed != self.isNegated
    }

    private static func belongs(_ scalar: Unicode.Scalar, to category: Category) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter: category == .letter || category == .upper
        case .lowercaseLetter: category == .letter || category == .lower
        case .titlecaseLetter, .modifierLetter, .otherLetter: category == .letter
        case .spaceSeparator, .lineSeparator, .paragraphSeparator: category == .separator
        case .decimalNumber, .letterNumber, .otherNumber: category == .number
        case .nonspacingMark, .spacingMark, .enclosingMark: category == .mark
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            category == .punctuation
        case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: category == .symbol
        default: category == .other
        }
    }
}
