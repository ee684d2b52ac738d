/// A pattern of a policy, compiled: an action, an ARN, a condition's value. Matching is linear in the text.
package struct PolicyPattern: Hashable, Sendable {
    /// What `*` and `?` mean in the text of a pattern.
    package enum Wildcards: Sendable { case meaningful, literal }
    /// Which letters are the same.
    package enum Folding: Sendable { case exact, ignoringCase }

    enum Shape: Hashable, Sendable {
        case anything
        case exactly([UInt8])
        case beginning([UInt8])
        /// What the text must begin with, then an automaton for the rest.
        case automaton([UInt8], PolicyAutomaton)
        /// Holds policy variables: made into one of the others at each request.
        case template(PolicyTemplate)
    }

    let shape: Shape

    /// Compiles `text`.
    ///
    /// - Parameter version: `${…}` is a variable from 2012-10-17 on, and plain text before.
    package init(
        _ text: String, wildcards: Wildcards = .meaningful, folding: Folding = .exact,
        version: PolicyDocument.Version = .v2008
    ) {
        if version == .v2012, let template = PolicyTemplate(text, wildcards: wildcards, folding: folding) {
            self.init(shape: .template(template))
            return
        }
        let text = folding == .ignoringCase ? text.lowercased() : text
        self.init(tokens: Self.tokens(text.utf8, wildcards: wildcards))
    }

    private init(shape: Shape) { self.shape = shape }

    init(tokens: [PatternToken]) {
        var beginning: [UInt8] = []
        for token in tokens {
            guard case .byte(let byte) = token else { break }
            beginning.append(byte)
        }
        let rest = tokens[beginning.count...]
        if rest.isEmpty {
            self.shape = .exactly(beginning)
        } else if rest.allSatisfy({ $0 == .run }) {
            self.shape = beginning.isEmpty ? .anything : .beginning(beginning)
        } else {
            self.shape = .automaton(beginning, PolicyAutomaton(Array(rest)))
        }
    }

    static func tokens(_ utf8: some Sequence<UInt8>, wildcards: Wildcards) -> [PatternToken] {
        utf8.map { byte in
            switch (byte, wildcards) {
            case (UInt8(ascii: "*"), .meaningful): .run
            case (UInt8(ascii: "?"), .meaningful): .character
            default: .byte(byte)
            }
        }
    }

    /// Whether all of `text` matches. A pattern with variables matches nothing when one of them has no value in
    /// `request`.
    ///
    /// - Parameter text: in lower case where the pattern ignores case.
    package func matches(_ text: Span<UInt8>, in request: PolicyRequest) -> Bool {
        switch self.shape {
        case .anything: return true
        case .exactly(let bytes): return bytes.count == text.count && Self.begins(text, with: bytes)
        case .beginning(let bytes): return Self.begins(text, with: bytes)
        case .automaton(let beginning, let automaton):
            return Self.begins(text, with: beginning) && automaton.matches(text, from: beginning.count)
        case .template(let template):
            guard let tokens = template.tokens(in: request) else { return false }
            return PolicyPattern(tokens: tokens).matches(text, in: request)
        }
    }

    private static func begins(_ text: Span<UInt8>, with bytes: [UInt8]) -> Bool {
        guard bytes.count <= text.count else { return false }
        for index in bytes.indices where bytes[index] != text[index] { return false }
        return true
    }
}

extension PolicyPattern {
    /// Whether it holds a variable that the request cannot fill.
    func hasUnknownVariable(in request: PolicyRequest) -> Bool {
        guard case .template(let template) = self.shape else { return false }
        return template.tokens(in: request) == nil
    }
}
