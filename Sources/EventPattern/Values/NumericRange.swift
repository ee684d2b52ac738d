/// Numbers between two ends.
struct NumericRange: Sendable {
    private var bottom = -Double.infinity
    private var top = Double.infinity
    private var excludesBottom = false
    private var excludesTop = false

    /// - Parameter sign: `=`, `<`, `<=`, `>` or `>=`.
    init(_ sign: String, _ value: Double) {
        if sign != "<", sign != "<=" { self.bottom = value }
        if sign != ">", sign != ">=" { self.top = value }
        self.excludesBottom = sign == ">"
        self.excludesTop = sign == "<"
    }

    /// Takes the other's upper end.
    mutating func narrow(_ other: NumericRange) {
        self.top = other.top
        self.excludesTop = other.excludesTop
    }

    func contains(_ value: Double) -> Bool {
        (self.excludesBottom ? value > self.bottom : value >= self.bottom)
            && (self.excludesTop ? value < self.top : value <= self.top)
    }

    /// The value of a number's text; nil for one that AWS does not compare.
    static func value(of text: some Sequence<UInt8>) -> Double? {
        guard let value = Double(String(decoding: Array(text), as: UTF8.self)),
            abs(value) <= EventPatternLimits.number
        else { return nil }
        return value
    }
}
