/// Reads a pattern's text from left to right.
struct PatternScanner {
    private let bytes: [UInt8]
    private var index = 0
    private let end: Int
    private(set) var regexCount = 0

    init(_ text: String) {
        self.bytes = Array(text.utf8)
        self.end = self.bytes.count
    }

    private init(_ bytes: [UInt8], from start: Int, to end: Int) {
        self.bytes = bytes
        self.index = start
        self.end = end
    }

    var isAtEnd: Bool { self.index >= self.end }
    var peek: UInt8? { self.index < self.end ? self.bytes[self.index] : nil }
    var trimmed: String { Self.text(Self.trim(self.bytes[...])) }

    mutating func advance() { self.index += 1 }

    mutating func skipSpace() {
        while let byte = self.peek, Self.isSpace(byte) { self.index += 1 }
    }

    /// Passes `token` where it stands next; else stays.
    mutating func take(_ token: StaticString) -> Bool {
        let count = token.utf8CodeUnitCount
        guard self.end - self.index >= count else { return false }
        let isThere = token.withUTF8Buffer { expected in
            (0..<count).allSatisfy { self.bytes[self.index + $0] == expected[$0] }
        }
        if isThere { self.index += count }
        return isThere
    }

    /// Passes a word of letters where it stands next, whole.
    mutating func takeWord(_ word: StaticString) -> Bool {
        let start = self.index
        guard self.take(word) else { return false }
        if let byte = self.peek, Self.isWord(byte) {
            self.index = start
            return false
        }
        return true
    }

    /// What stands between the outermost brackets of the whole text.
    func inside(_ open: UInt8, _ close: UInt8) throws(LogPatternError) -> PatternScanner {
        let text = Self.trim(self.bytes[...])
        guard text.count >= 2, text.last == close else {
            throw .unclosed(open: Self.text([open]), close: Self.text([close]))
        }
        return PatternScanner(self.bytes, from: text.startIndex + 1, to: text.endIndex - 1)
    }

    /// The bytes from here that fulfil `isMember`.
    mutating func read(while isMember: (UInt8) -> Bool) -> String {
        let start = self.index
        while let byte = self.peek, isMember(byte) { self.index += 1 }
        return Self.text(self.bytes[start..<self.index])
    }

    /// A text in double quotes, which stands next. `\"` and `\\` stand for a quote and a backslash.
    mutating func readQuoted() throws(LogPatternError) -> String {
        self.index += 1
        var text: [UInt8] = []
        while let byte = self.peek {
            self.index += 1
            if byte == UInt8(ascii: "\"") { return Self.text(text) }
            if byte == UInt8(ascii: "\\"), let next = self.peek, next == UInt8(ascii: "\"") || next == byte {
                text.append(next)
                self.index += 1
            } else {
                text.append(byte)
            }
        }
        throw .invalid
    }

    /// A regular expression between percent signs, which stands next.
    mutating func readRegex() throws(LogPatternError) -> LinearRegex {
        let start = self.index
        self.index += 1
        let source = self.read { $0 != UInt8(ascii: "%") }
        guard self.take("%") else { throw .characters(term: Self.text(Self.trim(self.bytes[start..<self.end]))) }
        self.regexCount += 1
        guard self.regexCount <= LogPatternLimits.regexes else { throw .tooManyRegexes }
        return try LinearRegex(source)
    }

    // MARK: Bytes

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// Letters, digits and the underscore of ASCII.
    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        while let first = bytes.first, Self.isSpace(first) { bytes.removeFirst() }
        while let last = bytes.last, Self.isSpace(last) { bytes.removeLast() }
        return bytes
    }

    private static func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
