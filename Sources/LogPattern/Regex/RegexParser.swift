/// Reads a regular expression of AWS's subset: characters, classes, `.`, quantifiers, `|`, anchors at the ends of alternatives,
/// escapes. There are no groups, so that an expression is a list of alternatives, each a chain of repeated sets.
///
/// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
struct RegexParser {
    /// A set that occurs `minimum` times at least, and `maximum` times at most (nil: any number).
    struct Item: Equatable {
        var set: SymbolSet
        var minimum = 1
        var maximum: Int? = 1
    }
    struct Alternative: Equatable {
        var items: [Item] = []
        var startsAtStart = false
        var endsAtEnd = false
    }

    private let source: String
    private let bytes: [UInt8]
    private var index = 0

    /// - Parameter source: what stands between the percent signs.
    init(_ source: String) {
        self.source = source
        self.bytes = Array(source.utf8)
    }

    private var invalid: LogPatternError { .characters(term: "%\(self.source)%") }
    private var peek: UInt8? { self.index < self.bytes.count ? self.bytes[self.index] : nil }

    mutating func parse() throws(LogPatternError) -> [Alternative] {
        guard !self.bytes.isEmpty else { throw self.invalid }
        var alternatives = [try self.alternative()]
        while self.peek == UInt8(ascii: "|") {
            self.index += 1
            alternatives.append(try self.alternative())
        }
        return alternatives
    }

    private mutating func alternative() throws(LogPatternError) -> Alternative {
        var result = Alternative()
        if self.peek == UInt8(ascii: "^") {
            self.index += 1
            result.startsAtStart = true
        }
        while let byte = self.peek, byte != UInt8(ascii: "|") {
            // Only what ends the alternative may follow an end, and only its beginning is a start.
            if result.endsAtEnd || byte == UInt8(ascii: "^") { throw self.invalid }
            if byte == UInt8(ascii: "$") {
                self.index += 1
                result.endsAtEnd = true
                continue
            }
            var item = Item(set: try self.set(byte))
            try self.quantify(&item)
            result.items.append(item)
        }
        return result
    }

    // MARK: Sets

    private mutating func set(_ byte: UInt8) throws(LogPatternError) -> SymbolSet {
        self.index += 1
        switch byte {
        case UInt8(ascii: "."): return .any
        case UInt8(ascii: "["): return try self.characterClass()
        case UInt8(ascii: "\\"): return try self.escape()
        default:
            guard Self.isPlain(byte) else { throw self.invalid }
            return SymbolSet(byte)
        }
    }

    private mutating func characterClass() throws(LogPatternError) -> SymbolSet {
        var set = SymbolSet.empty
        var isInverted = false
        if self.peek == UInt8(ascii: "^") {
            self.index += 1
            isInverted = true
        }
        var isEmpty = true
        while let byte = self.peek, byte != UInt8(ascii: "]") {
            isEmpty = false
            set = set.union(try self.classMember(byte))
        }
        guard self.peek != nil, !isEmpty else { throw self.invalid }
        self.index += 1
        return isInverted ? set.inverted : set
    }

    private mutating func classMember(_ byte: UInt8) throws(LogPatternError) -> SymbolSet {
        self.index += 1
        if byte == UInt8(ascii: "\\") { return try self.escape() }
        guard byte != UInt8(ascii: "["), Self.isPlain(byte) || Self.isOperator(byte) else { throw self.invalid }
        guard self.peek == UInt8(ascii: "-"), self.index + 1 < self.bytes.count,
            self.bytes[self.index + 1] != UInt8(ascii: "]")
        else { return SymbolSet(byte) }
        let last = self.bytes[self.index + 1]
        guard Self.isPlain(last), byte <= last else { throw self.invalid }
        self.index += 2
        return SymbolSet(Unicode.Scalar(byte)...Unicode.Scalar(last))
    }

    private mutating func escape() throws(LogPatternError) -> SymbolSet {
        guard let byte = self.peek else { throw self.invalid }
        self.index += 1
        switch byte {
        case UInt8(ascii: "d"): return .digits
        case UInt8(ascii: "D"): return SymbolSet.digits.inverted
        case UInt8(ascii: "s"): return .space
        case UInt8(ascii: "S"): return SymbolSet.space.inverted
        case UInt8(ascii: "w"): return .word
        case UInt8(ascii: "W"): return SymbolSet.word.inverted
        case UInt8(ascii: "t"): return SymbolSet(0x09)
        case UInt8(ascii: "n"): return SymbolSet(0x0A)
        case UInt8(ascii: "r"): return SymbolSet(0x0D)
        case UInt8(ascii: "x"): return try self.hexadecimal()
        default:
            guard Self.isOperator(byte) || Self.isSymbol(byte) else { throw self.invalid }
            return SymbolSet(byte)
        }
    }

    /// `\xhh`: two digits, of ASCII.
    private mutating func hexadecimal() throws(LogPatternError) -> SymbolSet {
        guard self.index + 2 <= self.bytes.count,
            let value = UInt8(String(decoding: self.bytes[self.index..<self.index + 2], as: UTF8.self), radix: 16),
            value < 128, self.bytes[self.index] != UInt8(ascii: "+")
        else { throw self.invalid }
        self.index += 2
        return SymbolSet(value)
    }

    // MARK: Quantifiers

    private mutating func quantify(_ item: inout Item) throws(LogPatternError) {
        switch self.peek {
        case UInt8(ascii: "?"): (item.minimum, item.maximum) = (0, 1)
        case UInt8(ascii: "*"): (item.minimum, item.maximum) = (0, nil)
        case UInt8(ascii: "+"): (item.minimum, item.maximum) = (1, nil)
        case UInt8(ascii: "{"): return try self.count(&item)
        default: return
        }
        self.index += 1
    }

    /// `{n}`, `{m,n}`, `{m,}`, `{,n}`.
    private mutating func count(_ item: inout Item) throws(LogPatternError) {
        self.index += 1
        let first = try self.number()
        if self.peek == UInt8(ascii: ",") {
            self.index += 1
            if self.peek == UInt8(ascii: " ") { self.index += 1 }
            let last = try self.number()
            guard first != nil || last != nil, (first ?? 0) <= (last ?? .max) else { throw self.invalid }
            (item.minimum, item.maximum) = (first ?? 0, last)
        } else {
            guard let first else { throw self.invalid }
            (item.minimum, item.maximum) = (first, first)
        }
        guard self.peek == UInt8(ascii: "}") else { throw self.invalid }
        self.index += 1
    }

    private mutating func number() throws(LogPatternError) -> Int? {
        var value: Int?
        while let byte = self.peek, (0x30...0x39).contains(byte) {
            value = (value ?? 0) * 10 + Int(byte - 0x30)
            guard value! <= LogPatternLimits.regexPositions else { throw .regexTooLarge }
            self.index += 1
        }
        return value
    }

    // MARK: Characters

    /// What stands for itself: letters, digits, the documented symbols, and the space of AWS's own examples.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (PatternScanner.isWord(byte) || self.isSymbol(byte) || byte == 0x20)
    }

    private static func isSymbol(_ byte: UInt8) -> Bool { ":_#=@/;,-".utf8.contains(byte) }
    private static func isOperator(_ byte: UInt8) -> Bool { #"^$?[]{}|\*+."#.utf8.contains(byte) }
}
