import ApusBase
import LogPattern
import Testing

@Suite struct TermAutomatonTests {
    /// Random terms over two letters, so that they overlap much, against a search for each alone.
    @Test(arguments: 1...30) func `terms match as if each were looked for alone`(seed: UInt64) throws {
        let entropy = SeededEntropy(seed: seed)
        for _ in 0..<60 {
            func word(_ longest: UInt64) -> String {
                entropy.identifier(alphabet: "ab", count: 1 + Int(entropy.below(longest)))
            }
            let terms = (0...entropy.below(6)).map { _ in word(4) }
            let signs = terms.map { _ in ["", "-", "?"][Int(entropy.below(3))] }
            let pattern = try LogPattern(zip(signs, terms).map { $0 + $1 }.joined(separator: " "))
            let message = word(20)
            func occurs(_ sign: String) -> [Bool] {
                zip(signs, terms).filter { $0.0 == sign }.map { message.contains($0.1) }
            }
            let isOptional = signs.allSatisfy { $0 == "?" }
            let expected =
                isOptional ? occurs("?").contains(true) : !occurs("").contains(false) && !occurs("-").contains(true)
            #expect(pattern.matches(message) == expected, "\(zip(signs, terms).map { $0 + $1 }) on \(message)")
        }
    }
}
