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

    @Test func `many terms take one pass`() throws {
        let terms = (0..<300).map { "a\($0)" }
        let pattern = try LogPattern(terms.joined(separator: " "))
        #expect(pattern.passes == 1)
        #expect(pattern.matches(terms.joined(separator: " ")))
        // `a1` is in `a10`, but `a299` is nowhere.
        #expect(!pattern.matches(terms.dropLast().joined(separator: " ")))
    }

    @Test func `a pattern tells its passes`() throws {
        #expect(try LogPattern("%a{100}%").passes == 2)
        #expect(try LogPattern("{ $.a = 1 && $.b = %a{100}% }").passes == 4)
        #expect(try LogPattern("[a = 1 || a = 2, b, ..., c = %x%]").passes == 4)
    }

    /// Each open bracket would look for its end as far as the message goes.
    @Test func `brackets and quotes that never close take one pass`() throws {
        let pattern = try LogPattern("[..., z = end]")
        #expect(pattern.matches(String(repeating: "[ ", count: 50_000) + "end"))
        #expect(pattern.matches(String(repeating: #"\" "#, count: 50_000) + #"" end"#))
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
