/// A parsed pattern.
indirect enum PatternNode: Sendable, Equatable {
    case empty
    case set(ScalarSet)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// `maximum` nil: any number of times.
    case `repeat`(PatternNode, minimum: Int, maximum: Int?)
    /// `^`
    case start
    /// `$`
    case end
}

/// A pattern needs something that this matcher does not have.
struct UnsupportedPattern: Error { var reason: String }

/// Parses the part of Java's regular expressions that API models use: no look-around, no back references, no
/// boundaries.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var index = 0

    static func parse(_ source: String) throws(UnsupportedPattern) -> PatternNode {
        var parser = PatternParser(source)
        let node = try parser.choice()
        guard parser.index == parser.scalars.count else { throw UnsupportedPattern(reason: "an unopened group") }
        return node
    }

    private init(_ source: String) { self.scalars = Array(source.unicodeScalars) }

    private var peek: Unicode.Scalar? { self.index < self.scalars.count ? self.scalars[self.index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard self.peek == scalar else { return false }
        self.index += 1
        return true
    }

    private mutating func next() throws(UnsupportedPattern) -> Unicode.Scalar {
        guard let scalar = self.peek else { throw UnsupportedPattern(reason: "an unfinished escape, group or class") }
        self.index += 1
        return scalar
    }

    private mutating func choice() throws(UnsupportedPattern) -> PatternNode {
        var alternatives = [try self.sequence()]
        while self.take("|") { alternatives.append(try self.sequence()) }
        return alternatives.count == 1 ? alternatives[0] : .choice(alternatives)
    }

    private mutating func sequence() throws(UnsupportedPattern) -> PatternNode {
        var parts: [PatternNode] = []
        while let scalar = self.peek, scalar != "|", scalar != ")" { parts.append(try self.quantified()) }
        if parts.isEmpty { return .empty }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func quantified() throws(UnsupportedPattern) -> PatternNode {
        var node = try self.atom()
        while let scalar = self.peek {
            let bounds: (minimum: Int, maximum: Int?)
            switch scalar {
            case "*": bounds = (0, nil)
            case "+": bounds = (1, nil)
            case "?": bounds = (0, 1)
            case "{":
                guard let counted = self.count() else { return node }
                bounds = counted
                self.index -= 1
            default: return node
            }
            self.index += 1
            // Lazy or not, the same texts match as a whole.
            _ = self.take("?")
            node = .repeat(node, minimum: bounds.minimum, maximum: bounds.maximum)
        }
        return node
    }

    /// `{2}`, `{2,}`, `{2,5}`; nil, and nothing passed, where the brace stands for itself.
    private mutating func count() -> (minimum: Int, maximum: Int?)? {
        guard let close = self.scalars[self.index...].firstIndex(of: "}") else { return nil }
        let text = String(String.UnicodeScalarView(self.scalars[(self.index + 1)..<close]))
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let minimum = Int(parts[0]), parts.count <= 2 else { return nil }
        if parts.count == 2, !parts[1].isEmpty, Int(parts[1]) == nil { return nil }
        self.index = close + 1
        return (minimum, parts.count == 1 ? minimum : Int(parts[1]))
    }

    private mutating func atom() throws(UnsupportedPattern) -> PatternNode {
        let scalar = try self.next()
        switch scalar {
        case "(":
            if self.take("?"), !self.take(":") { throw UnsupportedPattern(reason: "look-around") }
            let node = try self.choice()
            guard self.take(")") else { throw UnsupportedPattern(reason: "an unclosed group") }
            return node
        case "[": return .set(try self.set())
        case ".": return .set(.dot)
        case "^": return .start
        case "$": return .end
        case "\\": return .set(try self.escape())
        default: return .set(ScalarSet(scalar.value...scalar.value))
        }
    }

    /// A class after its opening bracket.
    private mutating func set() throws(UnsupportedPattern) -> ScalarSet {
        var set = ScalarSet()
        let isNegated = self.take("^")
        var isFirst = true
        while true {
            let scalar = try self.next()
            if scalar == "]", !isFirst { break }
            isFirst = false
            if scalar == "[" || scalar == "&" && self.peek == "&" {
                throw UnsupportedPattern(reason: "a class within a class")
            }
            let low: UInt32
            if scalar == "\\" {
                let escaped = try self.escape()
                guard let single = escaped.single else {
                    set.insert(escaped)
                    continue
                }
                low = single
            } else {
                low = scalar.value
            }
            set.insert(try self.range(from: low))
        }
        set.isNegated = isNegated
        return set
    }

    /// `low`, or the range that it begins. A hyphen before the bracket, or after a range or a class, stands for itself.
    private mutating func range(from low: UInt32) throws(UnsupportedPattern) -> ClosedRange<UInt32> {
        guard self.peek == "-", self.index + 1 < self.scalars.count, self.scalars[self.index + 1] != "]" else {
            return low...low
        }
        let mark = self.index
        self.index += 1
        var high = try self.next()
        if high == "\\" {
            guard let single = try self.escape().single, let scalar = Unicode.Scalar(single) else {
                self.index = mark
                return low...low
            }
            high = scalar
        }
        guard low <= high.value else { throw UnsupportedPattern(reason: "a range that runs backwards") }
        return low...high.value
    }

    /// What follows a backslash.
    private mutating func escape() throws(UnsupportedPattern) -> ScalarSet {
        let scalar = try self.next()
        switch scalar {
        case "d": return .digit
        case "D": return .digit.complement
        case "w": return .word
        case "W": return .word.complement
        case "s": return .space
        case "S": return .space.complement
        case "t": return ScalarSet(0x09...0x09)
        case "n": return ScalarSet(0x0a...0x0a)
        case "r": return ScalarSet(0x0d...0x0d)
        case "f": return ScalarSet(0x0c...0x0c)
        case "u": return try self.code(digits: 4)
        case "x": return try self.code(digits: 2)
        case "p", "P": return try self.property(isNegated: scalar == "P")
        case "0"..."9", "a"..."z", "A"..."Z": throw UnsupportedPattern(reason: "the escape \\\(scalar)")
        default: return ScalarSet(scalar.value...scalar.value)
        }
    }

    private mutating func code(digits: Int) throws(UnsupportedPattern) -> ScalarSet {
        let end = self.index + digits
        guard end <= self.scalars.count,
            let value = UInt32(String(String.UnicodeScalarView(self.scalars[self.index..<end])), radix: 16)
        else { throw UnsupportedPattern(reason: "a bad code") }
        self.index = end
        return ScalarSet(value...value)
    }

    /// `{L}`, `{Z}` … after `\p`.
    private mutating func property(isNegated: Bool) throws(UnsupportedPattern) -> ScalarSet {
        var name = ""
        guard self.take("{") else { throw UnsupportedPattern(reason: "a property") }
        while let scalar = self.peek, scalar != "}" {
            name.unicodeScalars.append(scalar)
            self.index += 1
        }
        self.index += 1
        let categories: [String: ScalarSet.Category] = [
            "L": .letter, "Lu": .upper, "Ll": .lower, "Z": .separator, "N": .number, "M": .mark, "P": .punctuation,
            "S": .symbol, "C": .other,
        ]
        guard let category = categories[name] else { throw UnsupportedPattern(reason: "the property \(name)") }
        var set = ScalarSet()
        set.insert(category)
        return isNegated ? set.complement : set
    }
}
