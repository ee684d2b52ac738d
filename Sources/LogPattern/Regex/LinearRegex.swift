/// A compiled regular expression that looks at each character of a message once.
///
/// Without groups an expression is a chain of sets for each alternative, so that all places at which a match can stand are bits
/// of one long number: a character moves them all by a shift, and an addition carries them past optional sets. (Bit-parallel
/// simulation of the automaton, Navarro and Raffinot, "Flexible Pattern Matching in Strings", 2002, §4; the addition that
/// fills runs of bits is Parabix's MatchStar.) A character costs a handful of instructions for each 64 positions. Rejected:
/// backtracking, which takes for ever on `a*a*a*b`; a table of states, which may grow exponentially.
///
/// Bit `i` says: position `i` is to be read next. After an alternative's last position lies one that nothing is read from: its
/// end.
struct LinearRegex: Sendable {
    /// Words of 64 positions, the ends of alternatives counted.
    let words: Int
    /// For each symbol the positions that take it.
    private let table: [UInt64]
    private let optional: [UInt64]
    private let repeating: [UInt64]
    /// Places where a match may begin: before the first character, and before any other.
    private let firstStarts: [UInt64]
    private let laterStarts: [UInt64]
    /// Ends of a match: anywhere, and after the last character.
    private let ends: [UInt64]
    private let lastEnds: [UInt64]

    /// Compiles what stands between the percent signs.
    init(_ source: String) throws(LogPatternError) {
        var parser = RegexParser(source)
        var chain = RegexChain()
        for alternative in try parser.parse() { try chain.append(alternative) }
        let words = (chain.sets.count + 63) / 64
        self.words = words
        self.optional = Self.bits(chain.optional, words)
        self.repeating = Self.bits(chain.repeating, words)
        self.firstStarts = Self.bits(chain.starts + chain.anchoredStarts, words)
        self.laterStarts = Self.bits(chain.starts, words)
        self.ends = Self.bits(chain.ends, words)
        self.lastEnds = Self.bits(chain.ends + chain.anchoredEnds, words)
        var table = [UInt64](repeating: 0, count: SymbolSet.symbols * words)
        for (position, set) in chain.sets.enumerated() {
            for symbol in 0..<SymbolSet.symbols where set.contains(symbol: symbol) {
                table[symbol * words + position / 64] |= 1 << UInt64(position % 64)
            }
        }
        self.table = table
    }

    private static func bits(_ positions: [Int], _ words: Int) -> [UInt64] {
        var bits = [UInt64](repeating: 0, count: words)
        for position in positions { bits[position / 64] |= 1 << UInt64(position % 64) }
        return bits
    }

    /// Whether the expression matches anywhere in the message. O(message × positions / 64).
    func matches(_ message: String) -> Bool {
        var message = message
        return message.withUTF8 { self.matches($0) }
    }

    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var state = [UInt64](repeating: 0, count: self.words)
        if self.step(&state, symbol: nil, starts: self.firstStarts) { return true }
        for byte in text {
            // Of a character beyond ASCII the first byte counts.
            if byte & 0xC0 == 0x80 { continue }
            let symbol = byte < 0x80 ? Int(byte) : SymbolSet.other
            if self.step(&state, symbol: symbol, starts: self.laterStarts) { return true }
        }
        return (0..<self.words).contains { state[$0] & self.lastEnds[$0] != 0 }
    }

    /// Moves all places by one character (nil: only begins), lets matches begin, and says whether one has ended.
    private func step(_ state: inout [UInt64], symbol: Int?, starts: [UInt64]) -> Bool {
        var shifted: UInt64 = 0
        var carry: UInt64 = 0
        var ended: UInt64 = 0
        for word in 0..<self.words {
            let taken = symbol.map { state[word] & self.table[$0 * self.words + word] } ?? 0
            var next = taken << 1 | shifted | (taken & self.repeating[word]) | starts[word]
            shifted = taken >> 63
            // Past optional positions: a bit in a run of them spreads to the run's end and one further.
            let optional = self.optional[word]
            let (sum, overflow) = (next & optional).addingReportingOverflow(optional)
            let (carried, overflowToo) = sum.addingReportingOverflow(carry)
            carry = overflow || overflowToo ? 1 : 0
            next |= carried ^ optional
            state[word] = next
            ended |= next & self.ends[word]
        }
        return ended != 0
    }
}
