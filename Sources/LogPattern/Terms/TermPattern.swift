/// A pattern of terms: every plain term must occur, no `-term` may. `?` terms count only where there is nothing else: then one
/// of them must occur. Terms are case-sensitive and occur anywhere, also within words.
struct TermPattern: Sendable {
    private var required: [SearchedText] = []
    private var excluded: [SearchedText] = []
    private var optional: [SearchedText] = []

    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        while true {
            scanner.skipSpace()
            guard let first = scanner.peek else { return }
            switch first {
            case UInt8(ascii: "-"):
                scanner.advance()
                self.excluded.append(try Self.term(&scanner))
            case UInt8(ascii: "?"):
                scanner.advance()
                self.optional.append(try Self.term(&scanner))
            default:
                let term = try Self.term(&scanner)
                // `" "` is AWS's way to write "everything".
                if !term.isBlank { self.required.append(term) }
            }
        }
    }

    private static func term(_ scanner: inout PatternScanner) throws(LogPatternError) -> SearchedText {
        if scanner.peek == UInt8(ascii: "\"") {
            let text = try scanner.readQuoted()
            guard !text.isEmpty else { throw .characters(term: "\"\"") }
            return SearchedText(text)
        }
        let text = scanner.read { !PatternScanner.isSpace($0) }
        guard !text.isEmpty else { throw .invalid }
        // Beyond ASCII everything is taken: AWS's page speaks of alphanumeric characters only.
        guard text.utf8.allSatisfy({ PatternScanner.isWord($0) || $0 >= 0x80 }) else { throw .characters(term: text) }
        return SearchedText(text)
    }

    /// O(message × terms).
    func matches(_ message: String) -> Bool {
        var message = message
        return message.withUTF8 { text in
            for term in self.required where !term.occurs(in: text) { return false }
            for term in self.excluded where term.occurs(in: text) { return false }
            if self.optional.isEmpty || !self.required.isEmpty || !self.excluded.isEmpty { return true }
            return self.optional.contains { $0.occurs(in: text) }
        }
    }
}
