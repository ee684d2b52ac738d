/// Conditions joined by `&&` and `||`, in the order () > && > ||.
indirect enum Expression<Condition: Sendable>: Sendable {
    case condition(Condition)
    case all([Expression])
    case any([Expression])

    /// Evaluates from left to right, no further than it must.
    func holds(_ test: (Condition) -> Bool) -> Bool {
        switch self {
        case .condition(let condition): test(condition)
        case .all(let parts): parts.allSatisfy { $0.holds(test) }
        case .any(let parts): parts.contains { $0.holds(test) }
        }
    }

    /// All conditions, from left to right.
    var conditions: [Condition] {
        switch self {
        case .condition(let condition): [condition]
        case .all(let parts), .any(let parts): parts.flatMap(\.conditions)
        }
    }
}

/// What an expression consists of in one form of patterns.
protocol ExpressionCondition: Sendable {
    /// Whether parentheses may group conditions.
    static var hasGroups: Bool { get }
    /// How many passes over a message the condition may take.
    var passes: Int { get }
    init(_ scanner: inout PatternScanner) throws(LogPatternError)
}

extension Expression where Condition: ExpressionCondition {
    /// Reads an expression as far as it goes.
    init(_ scanner: inout PatternScanner, depth: Int = 0) throws(LogPatternError) {
        var alternatives = [try Self.conjunction(&scanner, depth)]
        while Self.take("||", &scanner) { alternatives.append(try Self.conjunction(&scanner, depth)) }
        self = alternatives.count == 1 ? alternatives[0] : .any(alternatives)
    }

    private static func conjunction(
        _ scanner: inout PatternScanner, _ depth: Int
    ) throws(LogPatternError) -> Expression {
        var parts = [try self.part(&scanner, depth)]
        while self.take("&&", &scanner) { parts.append(try self.part(&scanner, depth)) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private static func part(_ scanner: inout PatternScanner, _ depth: Int) throws(LogPatternError) -> Expression {
        scanner.skipSpace()
        guard Condition.hasGroups, scanner.take("(") else { return .condition(try Condition(&scanner)) }
        guard depth < LogPatternLimits.depth else { throw .tooDeep }
        let inner = try Expression(&scanner, depth: depth + 1)
        guard self.take(")", &scanner) else { throw .invalid }
        return inner
    }

    private static func take(_ token: StaticString, _ scanner: inout PatternScanner) -> Bool {
        scanner.skipSpace()
        return scanner.take(token)
    }
}
