/// An operator and what it compares with: `= "x*"`, `!= 403`, `> 1e3`, `= %4[0-9]{2}%`.
struct Comparison: Sendable {
    enum Operator: Sendable { case equal, unequal, less, lessOrEqual, greater, greaterOrEqual }
    private enum Operand: Sendable {
        case regex(LinearRegex)
        case text(TextPattern)
        /// With its text, for values that are no numbers.
        case number(Double, TextPattern)
    }
    private let sign: Operator
    private let operand: Operand

    /// Reads operator and value.
    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        scanner.skipSpace()
        guard let sign = Self.readSign(&scanner) else { throw .invalid }
        scanner.skipSpace()
        self.sign = sign
        self.operand = try Self.readOperand(&scanner)
        if sign != .equal, sign != .unequal {
            guard case .number = self.operand else { throw .invalid }
        }
    }

    private static func readSign(_ scanner: inout PatternScanner) -> Operator? {
        if scanner.take("!=") { return .unequal }
        if scanner.take("<=") { return .lessOrEqual }
        if scanner.take(">=") { return .greaterOrEqual }
        if scanner.take("=") { return .equal }
        if scanner.take("<") { return .less }
        if scanner.take(">") { return .greater }
        return nil
    }

    private static func readOperand(_ scanner: inout PatternScanner) throws(LogPatternError) -> Operand {
        switch scanner.peek {
        case UInt8(ascii: "%"): return .regex(try scanner.readRegex())
        case UInt8(ascii: "\""): return .text(TextPattern(try scanner.readQuoted()))
        default:
            let text = scanner.read { byte in
                !PatternScanner.isSpace(byte) && !",()&|".utf8.contains(byte)
            }
            guard !text.isEmpty else { throw .invalid }
            guard text.utf8.allSatisfy({ PatternScanner.isWord($0) || "*.+-".utf8.contains($0) }) else {
                throw .characters(term: text)
            }
            if let number = NumberText.value(of: text) { return .number(number, TextPattern(text)) }
            return .text(TextPattern(text))
        }
    }

    /// How many passes over a value a comparison may take.
    var passes: Int {
        if case .regex(let regex) = self.operand { return regex.words }
        return 1
    }

    /// Whether a value compares so. What is no number is neither less nor greater than one.
    ///
    /// - Parameter number: the value as a number, where it is one.
    func holds(for text: String, number: @autoclosure () -> Double?) -> Bool {
        switch self.operand {
        case .regex(let regex): return regex.matches(text) == (self.sign == .equal)
        case .text(let pattern): return pattern.matches(text) == (self.sign == .equal)
        case .number(let operand, let pattern):
            guard let number = number() else {
                let isEqual = pattern.matches(text)
                return self.sign == .equal ? isEqual : self.sign == .unequal && !isEqual
            }
            switch self.sign {
            case .equal: return number == operand
            case .unequal: return number != operand
            case .less: return number < operand
            case .lessOrEqual: return number <= operand
            case .greater: return number > operand
            case .greaterOrEqual: return number >= operand
            }
        }
    }
}
