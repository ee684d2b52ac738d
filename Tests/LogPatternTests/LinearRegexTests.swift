import ApusBase
import LogPattern
import Testing

@Suite struct LinearRegexTests {
    /// Random expressions on random texts, against the standard library's engine, which backtracks.
    @Test(arguments: 1...40) func `the engine agrees with another on random expressions`(seed: UInt64) throws {
        let entropy = SeededEntropy(seed: seed)
        for _ in 0..<50 {
            let source = Self.expression(entropy)
            let oracle = try Regex(source)
            let pattern = try LogPattern("%\(source)%")
            for _ in 0..<8 {
                let text = entropy.identifier(alphabet: "abc1", count: Int(entropy.below(12)))
                #expect(pattern.matches(text) == (text.firstMatch(of: oracle) != nil), "\(source) on '\(text)'")
            }
        }
    }

    private static func expression(_ entropy: SeededEntropy) -> String {
        func pick(_ choices: [String]) -> String { choices[Int(entropy.below(UInt64(choices.count)))] }
        let atoms = ["a", "b", "c", "1", ".", "[ab]", "[^a]", "[a-c]", #"\d"#, #"\D"#, #"\w"#]
        let quantifiers = ["", "", "", "", "?", "*", "+", "{2}", "{1,3}", "{2,}", "{0,2}"]
        var alternatives: [String] = []
        for _ in 0...entropy.below(3) {
            let items = (0...entropy.below(4)).map { _ in pick(atoms) + pick(quantifiers) }
            alternatives.append(pick(["", "", "^"]) + items.joined() + pick(["", "", "$"]))
        }
        return alternatives.joined(separator: "|")
    }

    @Test func `positions past 64 and 128 carry over`() throws {
        let pattern = try LogPattern("%^a{0,200}b{70}c*d$%")
        let tail = String(repeating: "b", count: 70)
        #expect(pattern.matches(tail + "d"))
        #expect(pattern.matches(String(repeating: "a", count: 200) + tail + "cccd"))
        #expect(!pattern.matches(String(repeating: "a", count: 201) + tail + "d"))
        #expect(!pattern.matches("a" + tail + "bd"))
    }

    @Test func `a character beyond ASCII is one character`() throws {
        #expect(try LogPattern("%^.$%").matches("日"))
        #expect(try LogPattern("%^[^a]b$%").matches("🐦b"))
        #expect(try !LogPattern("%^..$%").matches("ü"))
        #expect(try !LogPattern(#"%\w%"#).matches("日本"))
    }

    @Test(arguments: [
        "a**", "a+*", "*a", "a{2}{3}", "[]", "[a", "a{2", "a{3,2}", "a{,}", "a^b", "a$b", #"\"#, #"\q"#, "[z-a]",
        #"\x4"#, #"\x80"#, #"\x+1"#, "a|*",
    ])
    func `what is no expression is refused`(source: String) {
        let error = #expect(throws: LogPatternError.self) { try LogPattern("%\(source)%") }
        #expect(error == .characters(term: "%\(source)%"))
    }

    @Test func `counted repetitions are bounded`() throws {
        _ = try LogPattern("%a{1000}%")
        #expect(throws: LogPatternError.regexTooLarge) { try LogPattern("%a{1000}b{1000}%") }
        #expect(throws: LogPatternError.regexTooLarge) { try LogPattern("%a{99999999999999999999}%") }
    }

    @Test func `what would take a backtracking engine for ever takes one pass`() throws {
        let pattern = try LogPattern("%a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b%")
        #expect(!pattern.matches(String(repeating: "a", count: 50_000)))
    }
}
