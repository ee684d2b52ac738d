/// The fields of a message between spaces. What stands in brackets or in double quotes is one field, without them.
struct FieldTokens: Sequence, IteratorProtocol {
    private let bytes: Substring.UTF8View
    private var index: Substring.UTF8View.Index
    /// No `]` is left: looking for one again at each `[` would take O(message²).
    private var lacksBracket = false

    init(_ message: String) {
        self.bytes = message[...].utf8
        self.index = self.bytes.startIndex
    }

    mutating func next() -> String? {
        self.skipSpace()
        guard self.index < self.bytes.endIndex else { return nil }
        let first = self.bytes[self.index]
        if first == UInt8(ascii: "["), !self.lacksBracket {
            if let text = self.enclosed(UInt8(ascii: "]")) { return text }
            self.lacksBracket = true
        }
        if first == UInt8(ascii: "\""), let text = self.enclosed(UInt8(ascii: "\"")) { return text }
        let start = self.index
        while self.index < self.bytes.endIndex, !PatternScanner.isSpace(self.bytes[self.index]) { self.advance() }
        return self.text(start, self.index)
    }

    /// All that is left, without the white space around it; nil when nothing is left.
    mutating func rest() -> String? {
        self.skipSpace()
        var end = self.bytes.endIndex
        while self.index < end, PatternScanner.isSpace(self.bytes[self.bytes.index(before: end)]) {
            end = self.bytes.index(before: end)
        }
        defer { self.index = self.bytes.endIndex }
        return self.index < end ? self.text(self.index, end) : nil
    }

    /// The text up to `close`, or nil when that does not come: then the bracket or quote is a character like others. In quotes
    /// a backslash keeps a quote from closing, as web servers write it. A quote that does not close is the last one that
    /// begins a field, so that it is looked for in vain once.
    private mutating func enclosed(_ close: UInt8) -> String? {
        let start = self.bytes.index(after: self.index)
        var end = start
        while end < self.bytes.endIndex, self.bytes[end] != close {
            if close == UInt8(ascii: "\""), self.bytes[end] == UInt8(ascii: "\\") {
                end = self.bytes.index(after: end)
                if end == self.bytes.endIndex { return nil }
            }
            end = self.bytes.index(after: end)
        }
        guard end < self.bytes.endIndex else { return nil }
        self.index = self.bytes.index(after: end)
        return self.text(start, end)
    }

    private mutating func skipSpace() {
        while self.index < self.bytes.endIndex, PatternScanner.isSpace(self.bytes[self.index]) { self.advance() }
    }

    private mutating func advance() { self.index = self.bytes.index(after: self.index) }

    private func text(_ start: Substring.UTF8View.Index, _ end: Substring.UTF8View.Index) -> String {
        String(decoding: self.bytes[start..<end], as: UTF8.self)
    }
}
