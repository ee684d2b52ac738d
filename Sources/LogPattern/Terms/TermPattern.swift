/// A pattern of terms: every plain term must occur, no `-term` may. `?` terms count only where there is nothing else: then one
/// of them must occur. Terms are case-sensitive and occur anywhere, also within words.
struct TermPattern: Sendable {
    private enum Kind: Sendable { case required, excluded, optional }
    private let kinds: [Kind]
    private let required: Int
    private let automaton: TermAutomaton

    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        var terms: [(kind: Kind, text: [UInt8])] = []
        while true {
            scanner.skipSpace()
            guard let first = scanner.peek else { break }
            switch first {
            case UInt8(ascii: "-"):
                scanner.advance()
                terms.append((.excluded, try Self.term(&scanner)))
            case UInt8(ascii: "?"):
                scanner.advance()
                terms.append((.optional, try Self.term(&scanner)))
            default:
                let term = try Self.term(&scanner)
                // `" "` is AWS's way to write "everything".
                if !term.allSatisfy(PatternScanner.isSpace) { terms.append((.required, term)) }
            }
        }
        if terms.contains(where: { $0.kind != .optional }) { terms.removeAll { $0.kind == .optional } }
        self.kinds = terms.map(\.kind)
        self.required = terms.count { $0.kind == .required }
        self.automaton = TermAutomaton(terms.map(\.text))
    }

    private static func term(_ scanner: inout PatternScanner) throws(LogPatternError) -> [UInt8] {
        if scanner.peek == UInt8(ascii: "\"") {
            let text = try scanner.readQuoted()
            guard !text.isEmpty else { throw .characters(term: "\"\"") }
            return Array(text.utf8)
        }
        let text = scanner.read { !PatternScanner.isSpace($0) }
        guard !text.isEmpty else { throw .invalid }
        // Beyond ASCII everything is taken: AWS's page speaks of alphanumeric characters only.
        guard text.utf8.allSatisfy({ PatternScanner.isWord($0) || $0 >= 0x80 }) else { throw .characters(term: text) }
        return Array(text.utf8)
    }

    /// O(message + terms).
    func matches(_ message: String) -> Bool {
        if self.kinds.isEmpty { return true }
        var missing = self.required
        var isExcluded = false
        var hasOptional = false
        let mayEndEarly = !self.kinds.contains(.excluded)
        var message = message
        message.withUTF8 { text in
            self.automaton.scan(text) { number in
                switch self.kinds[number] {
                case .required: missing -= 1
                case .excluded: isExcluded = true
                case .optional: hasOptional = true
                }
                return !isExcluded && !hasOptional && !(mayEndEarly && missing == 0)
            }
        }
        if self.kinds[0] == .optional { return hasOptional }
        return missing == 0 && !isExcluded
    }
}
