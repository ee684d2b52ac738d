/// A pattern in brackets: the fields of a message in their order, `...` for any number of them.
///
/// A message must have a field for each place. Without `...` the last place takes all that is left of a longer message: AWS's
/// page matches `[w1=ERROR, w2]` with lines of many words.
struct FieldPattern: Sendable {
    private let leading: [PatternField]
    /// What follows `...`; nil where there is no `...`.
    private let trailing: [PatternField]?

    /// Reads what stands between the brackets. Nothing at all stands for `...`.
    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        scanner.skipSpace()
        if scanner.isAtEnd {
            (self.leading, self.trailing) = ([], [])
            return
        }
        var leading: [PatternField] = []
        var trailing: [PatternField]?
        while true {
            scanner.skipSpace()
            if scanner.take("...") {
                guard trailing == nil else { throw .invalid }
                trailing = []
                scanner.skipSpace()
            } else {
                let field = try PatternField(&scanner)
                if trailing == nil { leading.append(field) } else { trailing?.append(field) }
            }
            if scanner.isAtEnd { break }
            guard scanner.take(",") else { throw .invalid }
        }
        (self.leading, self.trailing) = (leading, trailing)
    }

    /// One to part the message, and those of the conditions.
    var passes: Int { (self.leading + (self.trailing ?? [])).reduce(1) { $0 + $1.passes } }

    func matches(_ message: String) -> Bool { self.texts(of: message) != nil }

    func values(in message: String) -> [String: String]? {
        guard let texts = self.texts(of: message) else { return nil }
        var found: [String: String] = [:]
        for (index, text) in texts.enumerated() {
            let name = self.field(at: index, of: texts.count)?.name ?? String(index + 1)
            found["$" + name] = text
        }
        return found
    }

    /// The message's fields, when they are as many as they must be and fulfil the conditions.
    private func texts(of message: String) -> [String]? {
        var tokens = FieldTokens(message)
        var texts: [String] = []
        if let trailing = self.trailing {
            while let token = tokens.next() { texts.append(token) }
            guard texts.count >= self.leading.count + trailing.count else { return nil }
        } else {
            while texts.count < self.leading.count {
                let before = tokens
                guard let token = tokens.next() else { return nil }
                texts.append(token)
                guard texts.count == self.leading.count else { continue }
                // The last place: the token itself, or everything from it on when more follows.
                var after = tokens
                if after.next() != nil {
                    tokens = before
                    texts[texts.count - 1] = tokens.rest() ?? token
                }
            }
        }
        let holds = texts.indices.allSatisfy { self.field(at: $0, of: texts.count)?.holds(for: texts[$0]) ?? true }
        return holds ? texts : nil
    }

    /// The place of the pattern that a field belongs to; nil within `...`.
    private func field(at index: Int, of count: Int) -> PatternField? {
        if index < self.leading.count { return self.leading[index] }
        guard let trailing = self.trailing else { return nil }
        let fromEnd = count - index
        return fromEnd <= trailing.count ? trailing[trailing.count - fromEnd] : nil
    }
}
