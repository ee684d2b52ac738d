/// A pattern for ARNs as the `Arn…` operators compare them: each of the six parts by itself, so that a `*` does not
/// reach over a colon, except in the last part, which may hold colons. With fewer parts, the last one stands for all
/// the rest.
///
/// Source:
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
struct ARNPattern: Hashable, Sendable {
    private enum Shape: Hashable, Sendable {
        case parts([PolicyPattern])
        case template(PolicyTemplate)
    }

    private let shape: Shape

    init(_ text: String, version: PolicyDocument.Version) {
        if version == .v2012, let template = PolicyTemplate(text, wildcards: .meaningful, folding: .exact) {
            self.shape = .template(template)
        } else {
            self.shape = .parts(Self.patterns(PolicyPattern.tokens(text.utf8, wildcards: .meaningful)))
        }
    }

    private static func patterns(_ tokens: [PatternToken]) -> [PolicyPattern] {
        Self.parts(of: tokens, isColon: { $0 == .byte(UInt8(ascii: ":")) }).map { PolicyPattern(tokens: $0) }
    }

    /// At most six parts between colons; the sixth keeps its colons.
    static func parts<Element>(of elements: [Element], isColon: (Element) -> Bool) -> [[Element]] {
        elements.split(maxSplits: 5, omittingEmptySubsequences: false, whereSeparator: isColon).map(Array.init)
    }

    func matches(_ parts: [[UInt8]], in request: PolicyRequest) -> Bool {
        switch self.shape {
        case .parts(let patterns): return Self.match(patterns, parts, in: request)
        case .template(let template):
            guard let tokens = template.tokens(in: request) else { return false }
            return Self.match(Self.patterns(tokens), parts, in: request)
        }
    }

    private static func match(_ patterns: [PolicyPattern], _ parts: [[UInt8]], in request: PolicyRequest) -> Bool {
        guard let last = patterns.last, parts.count >= patterns.count else { return false }
        for index in 0..<patterns.count - 1 {
            let part = parts[index]
            if !patterns[index].matches(part.span, in: request) { return false }
        }
        let rest = Array(parts[(patterns.count - 1)...].joined(separator: [UInt8(ascii: ":")]))
        return last.matches(rest.span, in: request)
    }

    func hasUnknownVariable(in request: PolicyRequest) -> Bool {
        guard case .template(let template) = self.shape else { return false }
        return template.tokens(in: request) == nil
    }
}
