import ApusBase
import LogPattern
import Testing

@Suite struct HostilePatternTests {
    @Test func `parentheses nest to a bound`() throws {
        func nested(_ depth: Int) -> String {
            "{ " + String(repeating: "(", count: depth) + "$.a = 1" + String(repeating: ")", count: depth) + " }"
        }
        #expect(try LogPattern(nested(64)).matches(#"{"a":1}"#))
        #expect(throws: LogPatternError.tooDeep) { try LogPattern(nested(65)) }
        #expect(throws: LogPatternError.tooDeep) { try LogPattern("{" + String(repeating: "(", count: 4000) + "}") }
    }

    @Test func `a pattern has a length`() {
        #expect(throws: LogPatternError.tooLong) { try LogPattern(String(repeating: "a", count: 5000)) }
    }

    @Test func `messages that nest without end or break off match nothing and do no harm`() throws {
        let pattern = try LogPattern("{ $.a NOT EXISTS }")
        #expect(!pattern.matches(String(repeating: #"{"b":"#, count: 10_000)))
        #expect(!pattern.matches(#"{"b": "#))
        #expect(!pattern.matches(#"{"b":1} trailing"#))
    }

    /// Whatever the bytes are, a pattern is made or refused, and matching returns.
    @Test(arguments: 1...20) func `random patterns and messages do no harm`(seed: UInt64) {
        let entropy = SeededEntropy(seed: seed)
        let alphabet = #"$.[]{}()%"'*?-+=!<>&|,\ aISNOT0^"#
        for _ in 0..<300 {
            let count = Int(entropy.below(40))
            var text = entropy.identifier(alphabet: alphabet, count: count)
            switch entropy.below(4) {
            case 0: text = "{ $.a" + text + "}"
            case 1: text = "[a" + text + "]"
            case 2: text = "%" + text + "%"
            default: break
            }
            guard let pattern = try? LogPattern(text) else { continue }
            let message = entropy.identifier(alphabet: alphabet, count: Int(entropy.below(60)))
            let matches = pattern.matches(message)
            #expect((pattern.values(in: message) != nil) == matches, "\(text) on \(message)")
        }
    }
}
