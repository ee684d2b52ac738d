import ApusBase

@testable import ApusService

/// `*` and `?`: the matcher of names and that of policies agree with the plainest one there is. The first line is the
/// pattern, the rest the text.
enum WildcardTarget {
    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
        let pattern = Array(bytes[..<end])
        let text = Array(bytes[end...].dropFirst())
        // The plain one takes their product.
        guard pattern.count <= 200, text.count <= 1_000, let patternText = String(utf8: pattern),
            let given = String(utf8: text)
        else { return }
        let expected = Self.plain(Array(patternText.unicodeScalars), Array(given.unicodeScalars))
        try FuzzFailure.unless(
            Wildcard.matches(pattern: pattern, text) == expected, "\(patternText) and \(given): \(expected)")
        let compiled = PolicyPattern(patternText)
        let request = PolicyRequest(
            principal: .root(account: "111122223333"), action: "sqs:SendMessage", resource: "*",
            resourceAccount: "111122223333",
            context: ConditionContext(
                now: Timestamp(milliseconds: 0), region: "us-east-1", sourceIP: nil, userAgent: nil, isSecure: true))
        try FuzzFailure.unless(
            compiled.matches(text.span, in: request) == expected, "policy: \(patternText), \(given): \(expected)")
    }

    /// Which beginnings of the text each beginning of the pattern matches.
    private static func plain(_ pattern: [Unicode.Scalar], _ text: [Unicode.Scalar]) -> Bool {
        var matched = [Bool](repeating: false, count: text.count + 1)
        matched[0] = true
        for token in pattern {
            var next = [Bool](repeating: false, count: text.count + 1)
            for index in 0...text.count {
                if token == "*" {
                    next[index] = matched[index] || (index > 0 && next[index - 1])
                } else if index > 0 {
                    next[index] = matched[index - 1] && (token == "?" || token == text[index - 1])
                }
            }
            matched = next
        }
        return matched[text.count]
    }
}
