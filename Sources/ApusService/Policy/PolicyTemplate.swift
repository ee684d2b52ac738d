/// A pattern with policy variables: `arn:aws:s3:::bucket/${aws:username}/*`.
///
/// `${key}` stands for the key's value in the request, `${key, 'text'}` for the text where the request has none, and
/// `${*}`, `${?}`, `${$}` for the character itself. A value is inserted as it is: its own `*` and `?` are plain
/// characters.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
struct PolicyTemplate: Hashable, Sendable {
    private enum Piece: Hashable, Sendable {
        case tokens([PatternToken])
        case variable(ConditionKey, fallback: String?)
    }

    private let pieces: [Piece]
    private let folding: PolicyPattern.Folding

    /// nil when `text` has no variable.
    init?(_ text: String, wildcards: PolicyPattern.Wildcards, folding: PolicyPattern.Folding) {
        var pieces: [Piece] = []
        var hasVariable = false
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            pieces.append(.tokens(Self.tokens(rest[..<start.lowerBound], wildcards: wildcards, folding: folding)))
            pieces.append(Self.piece(rest[start.upperBound..<end]))
            hasVariable = true
            rest = rest[rest.index(after: end)...]
        }
        guard hasVariable else { return nil }
        pieces.append(.tokens(Self.tokens(rest, wildcards: wildcards, folding: folding)))
        self.pieces = pieces
        self.folding = folding
    }

    private static func tokens(
        _ text: some StringProtocol, wildcards: PolicyPattern.Wildcards, folding: PolicyPattern.Folding
    ) -> [PatternToken] {
        let text = folding == .ignoringCase ? text.lowercased() : String(text)
        return PolicyPattern.tokens(text.utf8, wildcards: wildcards)
    }

    private static func piece(_ text: Substring) -> Piece {
        if text == "*" || text == "?" || text == "$" { return .tokens(text.utf8.map { .byte($0) }) }
        let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        let key = ConditionKey(parts[0].trimmingSpaces())
        guard parts.count == 2 else { return .variable(key, fallback: nil) }
        var fallback = parts[1].trimmingSpaces()
        if fallback.count >= 2, fallback.first == "'", fallback.last == "'" {
            fallback = fallback.dropFirst().dropLast()
        }
        return .variable(key, fallback: String(fallback))
    }

    /// The pattern for this request; nil where a variable has no value and no default, or several values.
    func tokens(in request: PolicyRequest) -> [PatternToken]? {
        var result: [PatternToken] = []
        for piece in self.pieces {
            switch piece {
            case .tokens(let tokens):
                result += tokens
            case .variable(let key, let fallback):
                let values = request.values(of: key) ?? []
                guard values.count <= 1, let value = values.first ?? fallback else { return nil }
                result += Self.tokens(value, wildcards: .literal, folding: self.folding)
            }
        }
        return result
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }

    /// The first occurrence of a short text; the standard library has this only with regular expressions.
    fileprivate func firstRange(of needle: String) -> Range<Index>? {
        var index = self.startIndex
        while index < self.endIndex {
            if self[index...].hasPrefix(needle) { return index..<self.index(index, offsetBy: needle.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
