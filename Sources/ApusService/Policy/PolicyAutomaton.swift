/// One element of a pattern: what it matches in the text.
enum PatternToken: Hashable, Sendable {
    case byte(UInt8)
    /// `?`: one character, however many bytes UTF-8 needs for it.
    case character
    /// `*`: any number of characters, none included.
    case run
}

/// A pattern as a set of states that moves over the text once (the Shift-And automaton): time is linear in the text and
/// in the pattern's length over 64, whatever the pattern. Greedy matching with backtracking was rejected: a policy is
/// foreign input, and `*a*a*a*…b` must not stop the server.
///
/// State `i` means: the first `i` elements have matched. A run keeps its state alive on every byte.
struct PolicyAutomaton: Hashable, Sendable {
    private static let classCount = 2

    /// Row of `accepts` by byte. Row 0: other bytes; row 1: other bytes that continue a UTF-8 character.
    private let classes: [UInt8]
    /// By row, then word: the states that the byte leads on from.
    private let accepts: [UInt64]
    /// The states that a run keeps alive.
    private let loops: [UInt64]
    /// The states after a `?`, which the further bytes of its character keep alive.
    private let afterCharacter: [UInt64]
    private let words: Int
    private let final: Int

    init(_ tokens: [PatternToken]) {
        var classes = (0..<256).map { UInt8($0) & 0xC0 == 0x80 ? 1 : 0 } as [UInt8]
        var rows = Self.classCount
        var states = 0
        for token in tokens where token != .run {
            states += 1
            if case .byte(let byte) = token, classes[Int(byte)] < Self.classCount {
                // Valid UTF-8 knows fewer than 254 different bytes, so a row's number fits.
                classes[Int(byte)] = UInt8(truncatingIfNeeded: rows)
                rows += 1
            }
        }
        let words = states / 64 + 1
        var accepts = [UInt64](repeating: 0, count: rows * words)
        var loops = [UInt64](repeating: 0, count: words)
        var afterCharacter = loops
        var leads = [Bool](repeating: true, count: rows)
        leads[1] = false
        for byte in 0x80..<0xC0 where classes[byte] >= Self.classCount { leads[Int(classes[byte])] = false }

        var state = 0
        for token in tokens {
            let word = state / 64
            let bit: UInt64 = 1 << UInt64(state % 64)
            switch token {
            case .run:
                loops[word] |= bit
            case .byte(let byte):
                accepts[Int(classes[Int(byte)]) * words + word] |= bit
                state += 1
            case .character:
                for row in 0..<rows where leads[row] { accepts[row * words + word] |= bit }
                state += 1
                afterCharacter[state / 64] |= 1 << UInt64(state % 64)
            }
        }
        self.classes = classes
        self.accepts = accepts
        self.loops = loops
        self.afterCharacter = afterCharacter
        self.words = words
        self.final = states
    }

    /// Whether all of `text` from `start` on matches.
    func matches(_ text: Span<UInt8>, from start: Int) -> Bool {
        self.words == 1 ? self.matchesInOneWord(text, from: start) : self.matchesInWords(text, from: start)
    }

    private func matchesInOneWord(_ text: Span<UInt8>, from start: Int) -> Bool {
        let loops = self.loops[0]
        let afterCharacter = self.afterCharacter[0]
        let final: UInt64 = 1 << UInt64(self.final)
        var states: UInt64 = 1
        for index in start..<text.count {
            let byte = text[index]
            var next = (states & self.accepts[Int(self.classes[Int(byte)])]) << 1
            next |= states & loops
            if byte & 0xC0 == 0x80 { next |= states & afterCharacter }
            states = next
            if states == 0 { return false }
            if states & loops & final != 0 { return true }
        }
        return states & final != 0
    }

    private func matchesInWords(_ text: Span<UInt8>, from start: Int) -> Bool {
        let final: UInt64 = 1 << UInt64(self.final % 64)
        var states = [UInt64](repeating: 0, count: self.words)
        states[0] = 1
        for index in start..<text.count {
            let byte = text[index]
            let row = Int(self.classes[Int(byte)]) * self.words
            let continues = byte & 0xC0 == 0x80
            var carry: UInt64 = 0
            var alive: UInt64 = 0
            for word in 0..<self.words {
                let old = states[word]
                let moved = old & self.accepts[row + word]
                var next = moved << 1 | carry | old & self.loops[word]
                if continues { next |= old & self.afterCharacter[word] }
                carry = moved >> 63
                states[word] = next
                alive |= next
            }
            if alive == 0 { return false }
            if states[self.words - 1] & self.loops[self.words - 1] & final != 0 { return true }
        }
        return states[self.words - 1] & final != 0
    }
}
