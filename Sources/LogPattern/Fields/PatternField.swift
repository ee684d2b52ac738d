/// One place of a pattern in brackets.
struct PatternField: Sendable {
    /// nil: known by its number only.
    let name: String?
    private let condition: Expression<FieldCondition>?

    /// Reads up to the comma or the end.
    ///
    /// Errors: conditions on different fields in one place.
    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        scanner.skipSpace()
        if scanner.isAtEnd || scanner.peek == UInt8(ascii: ",") {
            (self.name, self.condition) = (nil, nil)
            return
        }
        var ahead = scanner
        let name = ahead.read(while: Self.isName)
        ahead.skipSpace()
        self.name = name
        if ahead.isAtEnd || ahead.peek == UInt8(ascii: ",") {
            guard !name.isEmpty else { throw .invalid }
            self.condition = nil
            scanner = ahead
        } else {
            let condition = try Expression<FieldCondition>(&scanner)
            guard condition.conditions.allSatisfy({ $0.name == name }) else { throw .invalid }
            self.condition = condition
            scanner.skipSpace()
        }
    }

    static func isName(_ byte: UInt8) -> Bool { PatternScanner.isWord(byte) || byte == UInt8(ascii: "-") }

    var passes: Int { self.condition?.conditions.reduce(0) { $0 + $1.passes } ?? 0 }

    func holds(for text: String) -> Bool {
        guard let condition = self.condition else { return true }
        return condition.holds { $0.holds(for: text) }
    }
}
