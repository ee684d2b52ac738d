/// A pattern as a position automaton (Glushkov): each character place of the pattern is a position, sets of positions
/// are bit sets. Matching takes one pass over the text, whatever the pattern: no backtracking.
struct PatternAutomaton: Sendable {
    private static let maximumPositions = 4096

    /// What a part of the pattern begins and ends with.
    private struct Part {
        var isNullable: Bool
        var first: [Int]
        var last: [Int]
    }

    private var sets: [ScalarSet] = []
    private var followers: [Set<Int>] = []
    private var wordCount = 1
    /// Bit sets, one after the other: the positions that may follow each position.
    private var follow: [UInt64] = []
    /// Bit sets: the positions that take each ASCII character.
    private var accept: [UInt64] = []
    private var first: [UInt64] = []
    private var last: [UInt64] = []
    private var isNullable = false

    init(_ node: PatternNode) throws(UnsupportedPattern) {
        let whole = try self.build(try Self.withoutAnchors(node, atStart: true, atEnd: true))
        self.isNullable = whole.isNullable
        self.wordCount = self.sets.count / 64 + 1
        self.first = self.bits(whole.first)
        self.last = self.bits(whole.last)
        for set in self.followers { self.follow += self.bits(set) }
        self.followers = []
        for code in UInt8(0)..<128 {
            let scalar = Unicode.Scalar(code)
            self.accept += self.bits(self.sets.indices.filter { self.sets[$0].contains(scalar) })
        }
    }

    private func bits(_ positions: some Sequence<Int>) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: self.wordCount)
        for position in positions { words[position / 64] |= 1 << UInt64(position % 64) }
        return words
    }

    // MARK: Making

    /// The whole text is matched, so an anchor at the edge says nothing. Elsewhere it would say "never"; no model does
    /// that.
    private static func withoutAnchors(
        _ node: PatternNode, atStart: Bool, atEnd: Bool
    ) throws(UnsupportedPattern) -> PatternNode {
        switch node {
        case .empty, .set: return node
        case .start:
            guard atStart else { throw UnsupportedPattern(reason: "an anchor within") }
            return .empty
        case .end:
            guard atEnd else { throw UnsupportedPattern(reason: "an anchor within") }
            return .empty
        case .choice(let nodes):
            var alternatives: [PatternNode] = []
            for node in nodes { alternatives.append(try Self.withoutAnchors(node, atStart: atStart, atEnd: atEnd)) }
            return .choice(alternatives)
        case .repeat(let node, let minimum, let maximum):
            let inner = try Self.withoutAnchors(node, atStart: false, atEnd: false)
            return .repeat(inner, minimum: minimum, maximum: maximum)
        case .sequence(let nodes):
            var parts: [PatternNode] = []
            for (index, node) in nodes.enumerated() {
                let isFirst = nodes[..<index].allSatisfy { $0 == .start || $0 == .empty }
                let isLast = nodes[(index + 1)...].allSatisfy { $0 == .end || $0 == .empty }
                parts.append(try Self.withoutAnchors(node, atStart: atStart && isFirst, atEnd: atEnd && isLast))
            }
            return .sequence(parts)
        }
    }

    private mutating func build(_ node: PatternNode) throws(UnsupportedPattern) -> Part {
        switch node {
        case .empty, .start, .end: return Part(isNullable: true, first: [], last: [])
        case .set(let set):
            guard self.sets.count < Self.maximumPositions else { throw UnsupportedPattern(reason: "its length") }
            self.sets.append(set)
            self.followers.append([])
            return Part(isNullable: false, first: [self.sets.count - 1], last: [self.sets.count - 1])
        case .choice(let nodes):
            var choice = Part(isNullable: false, first: [], last: [])
            for node in nodes {
                let part = try self.build(node)
                choice.isNullable = choice.isNullable || part.isNullable
                choice.first += part.first
                choice.last += part.last
            }
            return choice
        case .sequence(let nodes):
            var sequence = Part(isNullable: true, first: [], last: [])
            for node in nodes { sequence = self.join(sequence, try self.build(node)) }
            return sequence
        case .repeat(let node, let minimum, let maximum): return try self.build(node, minimum, maximum)
        }
    }

    private mutating func join(_ left: Part, _ right: Part) -> Part {
        for position in left.last { self.followers[position].formUnion(right.first) }
        return Part(
            isNullable: left.isNullable && right.isNullable,
            first: left.isNullable ? left.first + right.first : left.first,
            last: right.isNullable ? left.last + right.last : right.last)
    }

    /// Counted repeats become copies.
    private mutating func build(_ node: PatternNode, _ minimum: Int, _ maximum: Int?) throws(UnsupportedPattern) -> Part
    {
        var whole = Part(isNullable: true, first: [], last: [])
        // Without a maximum the last of the required copies, or the only one, may come again.
        let copies = maximum ?? max(minimum, 1)
        var optional: [Part] = []
        for copy in 0..<copies {
            var part = try self.build(node)
            if maximum == nil, copy == copies - 1 {
                for position in part.last { self.followers[position].formUnion(part.first) }
            }
            if copy < minimum {
                whole = self.join(whole, part)
            } else {
                part.isNullable = true
                optional.append(part)
            }
        }
        for part in self.nested(optional) { whole = self.join(whole, part) }
        return whole
    }

    /// `x{0,3}` is `(x(x(x)?)?)?`: each copy follows only the one before, which keeps the follow sets small.
    private mutating func nested(_ parts: [Part]) -> [Part] {
        guard var nested = parts.last else { return [] }
        for part in parts.dropLast().reversed() {
            for position in part.last { self.followers[position].formUnion(nested.first) }
            nested = Part(isNullable: true, first: part.first, last: part.last + nested.last)
        }
        return [nested]
    }

    // MARK: Matching

    func matches(_ text: String) -> Bool {
        var isAtStart = true
        var states = [UInt64](repeating: 0, count: self.wordCount)
        var next = states
        for scalar in text.unicodeScalars {
            if isAtStart {
                next = self.first
                isAtStart = false
            } else {
                self.advance(states, into: &next)
            }
            guard self.filter(&next, by: scalar) else { return false }
            swap(&states, &next)
        }
        if isAtStart { return self.isNullable }
        return zip(states, self.last).contains { $0 & $1 != 0 }
    }

    private func advance(_ states: [UInt64], into next: inout [UInt64]) {
        for word in 0..<self.wordCount { next[word] = 0 }
        for word in 0..<self.wordCount {
            var rest = states[word]
            while rest != 0 {
                let position = word * 64 + rest.trailingZeroBitCount
                rest &= rest - 1
                for target in 0..<self.wordCount { next[target] |= self.follow[position * self.wordCount + target] }
            }
        }
    }

    /// Leaves the positions that take `scalar`; whether any are left.
    private func filter(_ states: inout [UInt64], by scalar: Unicode.Scalar) -> Bool {
        var any: UInt64 = 0
        if scalar.isASCII {
            for word in 0..<self.wordCount {
                states[word] &= self.accept[Int(scalar.value) * self.wordCount + word]
                any |= states[word]
            }
            return any != 0
        }
        for word in 0..<self.wordCount {
            var rest = states[word]
            while rest != 0 {
                let bit = rest.trailingZeroBitCount
                rest &= rest - 1
                if !self.sets[word * 64 + bit].contains(scalar) { states[word] &= ~(1 << UInt64(bit)) }
            }
            any |= states[word]
        }
        return any != 0
    }
}
