internal import ApusBase

/// Conditions on messages that are JSON objects; others never match.
struct JSONPattern: Sendable {
    private let expression: Expression<JSONCondition>

    /// Reads what stands between the braces.
    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        self.expression = try Expression(&scanner)
        scanner.skipSpace()
        guard scanner.isAtEnd else { throw .invalid }
        let wildcards = self.expression.conditions.filter(\.selector.hasWildcard).count
        guard wildcards <= LogPatternLimits.wildcards else { throw .tooManyWildcards }
    }

    /// One to read the message, and those of the conditions.
    var passes: Int { self.expression.conditions.reduce(1) { $0 + $1.passes } }

    func matches(_ message: String) -> Bool {
        guard let root = Self.root(of: message) else { return false }
        return self.expression.holds { $0.holds(in: root) }
    }

    /// The strings, numbers and booleans that the pattern's selectors without wildcards lead to.
    func values(in message: String) -> [String: String]? {
        guard let root = Self.root(of: message), self.expression.holds({ $0.holds(in: root) }) else { return nil }
        var found: [String: String] = [:]
        for selector in self.expression.conditions.map(\.selector) where !selector.hasWildcard {
            switch selector.values(in: root).first {
            case .string(let text): found[selector.text] = text
            case .number(let number): found[selector.text] = number.text
            case .bool(let value): found[selector.text] = value ? "true" : "false"
            case .null, .array, .object, nil: break
            }
        }
        return found
    }

    /// Most lines of most logs are no JSON: their first character says so.
    private static func root(of message: String) -> JSONValue? {
        guard message.utf8.first(where: { !PatternScanner.isSpace($0) }) == UInt8(ascii: "{") else { return nil }
        return try? JSONValue(parsing: message)
    }
}
