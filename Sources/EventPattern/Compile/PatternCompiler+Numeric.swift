/// `{"numeric": [">", 0, "<=", 5]}`.
extension PatternCompiler {
    func numeric(_ node: PatternNode) throws(EventPatternError) -> NumericRange {
        guard case .array(let elements) = node.content else {
            throw self.error("Value of numeric must be an array.", at: node.offset)
        }
        let first = elements.first
        guard let first, case .string(let sign) = first.content else {
            throw self.error("Invalid member in numeric match: \(Self.shown(first))", at: first?.offset ?? node.end)
        }
        let isLower: Bool = [">", ">="].contains(sign)
        guard isLower || ["=", "<", "<="].contains(sign) else {
            throw self.error("Unrecognized numeric range operator: \(sign)", at: first.offset)
        }
        let value = try self.operand(elements.dropFirst().first, sign, node)
        guard elements.count > 2 else { return NumericRange(sign, value) }
        guard isLower else { throw self.error("Too many elements in numeric expression", at: elements[2].offset) }
        guard case .string(let second) = elements[2].content else {
            throw self.error("Bad value in numeric range: \(Self.shown(elements[2]))", at: elements[2].offset)
        }
        guard ["<", "<="].contains(second) else {
            throw self.error("Bad numeric range operator: \(second)", at: elements[2].offset)
        }
        let top = try self.operand(elements.dropFirst(3).first, second, node)
        guard elements.count == 4 else {
            throw self.error("Too many terms in numeric range expression", at: elements[4].offset)
        }
        guard value < top else { throw self.error("Bottom must be less than top", at: node.end) }
        var range = NumericRange(sign, value)
        range.narrow(NumericRange(second, top))
        return range
    }

    private func operand(_ node: PatternNode?, _ sign: String, _ list: PatternNode) throws(EventPatternError) -> Double
    {
        guard let node, case .number(let text) = node.content else {
            throw self.error(
                "Value of \(sign == "=" ? "equals" : sign) must be numeric", at: node?.offset ?? list.end)
        }
        return try self.number(text, at: node.offset)
    }

    /// A number that is compared by its value. Errors: it is beyond what AWS compares.
    func number(_ text: String, at offset: Int) throws(EventPatternError) -> Double {
        guard let value = NumericRange.value(of: Array(text.utf8)) else {
            throw self.error("Value must be between -5.0E9 and 5.0E9, inclusive", at: offset)
        }
        return value
    }

    private static func shown(_ node: PatternNode?) -> String {
        switch node?.content {
        case .string(let text), .number(let text), .literal(let text): text
        case .object: "{"
        case .array: "["
        case nil: "]"
        }
    }
}
