internal import ApusBase

/// One condition on a property: `$.latency > 50`, `$.SomeObject IS NULL`, `$.SomeOtherObject NOT EXISTS`.
struct JSONCondition: ExpressionCondition {
    private enum Test: Sendable {
        case compares(Comparison)
        case equals(JSONValue)
        case notExists
    }
    static let hasGroups = true
    let selector: PropertySelector
    private let test: Test

    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        self.selector = try PropertySelector(&scanner)
        scanner.skipSpace()
        if scanner.takeWord("IS") {
            scanner.skipSpace()
            self.test = .equals(try Self.constant(&scanner))
        } else if scanner.takeWord("NOT") {
            scanner.skipSpace()
            guard scanner.takeWord("EXISTS") else { throw .invalid }
            self.test = .notExists
        } else {
            self.test = .compares(try Comparison(&scanner))
        }
    }

    var passes: Int {
        if case .compares(let comparison) = self.test { return comparison.passes }
        return 1
    }

    private static func constant(_ scanner: inout PatternScanner) throws(LogPatternError) -> JSONValue {
        if scanner.takeWord("NULL") { return .null }
        if scanner.takeWord("TRUE") { return .bool(true) }
        if scanner.takeWord("FALSE") { return .bool(false) }
        throw .invalid
    }

    /// With a wildcard one value that fulfils the condition is enough. What leads to nothing, to an array or to an object
    /// compares with nothing, also not by `!=`.
    func holds(in root: JSONValue) -> Bool {
        let values = self.selector.values(in: root)
        switch self.test {
        case .notExists: return values.isEmpty
        case .equals(let constant): return values.contains(constant)
        case .compares(let comparison):
            return values.contains { value in
                switch value {
                case .string(let text): comparison.holds(for: text, number: nil)
                case .number(let number): comparison.holds(for: number.text, number: number.doubleValue)
                case .null, .bool, .array, .object: false
                }
            }
        }
    }
}
