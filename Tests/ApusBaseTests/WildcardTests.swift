import ApusBase
import Testing

@Suite struct WildcardTests {
    @Test(arguments: [
        ("", ""), ("*", ""), ("*", "abc"), ("a*c", "ac"), ("a*c", "abbc"), ("a?c", "abc"), ("?", "é"),
        ("*b*b*", "abab"),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b"), ("**a", "a"), ("a**", "a"), ("*aab", "aaab"), ("?*", "x"),
        ("s3:Get*", "s3:GetObject"), ("*?b", "éb"), ("a?", "a?"), ("a*", "a*"),
    ])
    func `these match`(pattern: String, text: String) {
        #expect(Wildcard.matches(pattern: pattern, text))
        #expect(Wildcard.matches(pattern: pattern.utf8, text.utf8))
    }

    @Test(arguments: [
        ("", "a"), ("a", ""), ("?", ""), ("a*c", "abd"), ("a?c", "ac"), ("?", "ab"), ("A", "a"), ("*a", "ab"),
        ("??", "é"), ("a*b*c", "acb"),
    ])
    func `these do not match`(pattern: String, text: String) {
        #expect(!Wildcard.matches(pattern: pattern, text))
    }

    @Test func `many stars do not make it slow`() {
        let pattern = String(repeating: "*a", count: 200) + "b"
        #expect(!Wildcard.matches(pattern: pattern, String(repeating: "a", count: 10_000)))
    }

    /// The textbook definition, exponential but plain.
    func plainMatch(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            return plainMatch(pattern.dropFirst(), text) || (!text.isEmpty && plainMatch(pattern, text.dropFirst()))
        }
        return !text.isEmpty && (first == "?" || first == text.first)
            && plainMatch(pattern.dropFirst(), text.dropFirst())
    }

    @Test func `random patterns agree with the definition`() {
        let entropy = SeededEntropy(seed: 7)
        for _ in 0..<5000 {
            let pattern = entropy.identifier(alphabet: "ab*?", count: Int(entropy.below(7)))
            let text = entropy.identifier(alphabet: "ab", count: Int(entropy.below(9)))
            let expected = plainMatch(Array(pattern)[...], Array(text)[...])
            #expect(Wildcard.matches(pattern: pattern, text) == expected, "\(pattern) on \(text)")
        }
    }
}
