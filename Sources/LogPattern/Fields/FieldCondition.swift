/// One condition in a field: `status_code = 4*`. All conditions of a field name that field.
struct FieldCondition: ExpressionCondition {
    static let hasGroups = false
    let name: String
    private let comparison: Comparison

    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        self.name = scanner.read(while: PatternField.isName)
        guard !self.name.isEmpty else { throw .invalid }
        self.comparison = try Comparison(&scanner)
    }

    var passes: Int { self.comparison.passes }

    func holds(for text: String) -> Bool { self.comparison.holds(for: text, number: NumberText.value(of: text)) }
}
