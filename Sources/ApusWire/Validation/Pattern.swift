/// A regular expression of the API model, matched against a whole text, as AWS does. Matching is linear in the text.
///
/// Make it once and keep it: making it parses the pattern and builds its automaton.
package final class Pattern: Sendable {
    private enum Matcher: Sendable {
        /// One class any number of times within bounds, as most patterns are.
        case run(ASCIISet, ScalarSet, minimum: Int, maximum: Int?)
        case automaton(PatternAutomaton)
        /// The pattern needs more than the matcher has: everything matches.
        case none(reason: String)
    }

    package let source: String
    private let matcher: Matcher

    package init(_ source: String) {
        self.source = source
        do throws(UnsupportedPattern) {
            let node = try PatternParser.parse(source)
            if case .repeat(.set(let set), let minimum, let maximum) = node {
                self.matcher = .run(ASCIISet(set), set, minimum: minimum, maximum: maximum)
            } else {
                self.matcher = .automaton(try PatternAutomaton(node))
            }
        } catch {
            self.matcher = .none(reason: error.reason)
        }
    }

    /// What the pattern needs and the matcher lacks; nil when it is checked. The generator leaves such patterns out.
    package var unsupported: String? {
        if case .none(let reason) = self.matcher { reason } else { nil }
    }

    package func matches(_ text: String) -> Bool {
        switch self.matcher {
        case .none: return true
        case .automaton(let automaton): return automaton.matches(text)
        case .run(let ascii, let set, let minimum, let maximum):
            var count = 0
            for scalar in text.unicodeScalars {
                guard scalar.isASCII ? ascii.contains(UInt8(scalar.value)) : set.contains(scalar) else { return false }
                count += 1
            }
            return count >= minimum && (maximum.map { count <= $0 } ?? true)
        }
    }
}

/// The ASCII part of a set, as bits.
struct ASCIISet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ set: ScalarSet) {
        for code in UInt8(0)..<128 where set.contains(Unicode.Scalar(code)) {
            if code < 64 { self.low |= 1 << UInt64(code) } else { self.high |= 1 << UInt64(code - 64) }
        }
    }

    func contains(_ code: UInt8) -> Bool {
        (code < 64 ? self.low >> UInt64(code) : self.high >> UInt64(code - 64)) & 1 == 1
    }
}
