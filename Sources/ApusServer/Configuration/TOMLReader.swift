/// Reads the part of TOML 1.0 (https://toml.io/en/v1.0.0) that settings need: tables, bare and quoted keys, dotted keys,
/// one-line strings of both kinds, decimal whole numbers, booleans, arrays and comments.
///
/// What it takes means the same to every other reader of TOML. The rest (dates, fractions, inline tables, arrays of
/// tables, strings of several lines) is refused by name. Every package that reads all of TOML or YAML brings the whole of
/// Foundation into the process; docs/decisions/0005-packages.md has the figures.
struct TOMLReader {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var table: [String] = []
    private var seen: Set<String> = []
    private var tables: Set<String> = []

    /// The entries of a file in their order. O(bytes).
    static func entries(of bytes: [UInt8]) throws(TOMLError) -> [TOMLEntry] {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw TOMLError(line: 1, reason: "the file is not UTF-8")
        }
        var reader = TOMLReader(bytes: bytes)
        var entries: [TOMLEntry] = []
        while let entry = try reader.nextEntry() { entries.append(entry) }
        return entries
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func nextEntry() throws(TOMLError) -> TOMLEntry? {
        while true {
            try self.skipBlankLines()
            guard let byte = self.peek else { return nil }
            if byte != UInt8(ascii: "[") { break }
            try self.readTableHeader()
        }
        let line = self.line
        let path = self.table + (try self.readKey())
        let key = path.joined(separator: ".")
        guard self.seen.insert(key).inserted, !self.tables.contains(key) else {
            throw self.error("\(key) is there twice")
        }
        self.skipSpaces()
        guard self.take("=") else { throw self.error("\(key) lacks its =") }
        self.skipSpaces()
        let value = try self.readValue()
        try self.endLine()
        return TOMLEntry(key: key, value: value, line: line)
    }

    private mutating func readTableHeader() throws(TOMLError) {
        _ = self.take("[")
        if self.peek == UInt8(ascii: "[") { throw self.error("arrays of tables are not read here") }
        self.skipSpaces()
        self.table = try self.readKey()
        self.skipSpaces()
        guard self.take("]") else { throw self.error("a table's name lacks its ]") }
        let name = self.table.joined(separator: ".")
        guard self.tables.insert(name).inserted, !self.seen.contains(name) else {
            throw self.error("the table [\(name)] is there twice")
        }
        try self.endLine()
    }

    private mutating func readKey() throws(TOMLError) -> [String] {
        var parts: [String] = []
        while true {
            self.skipSpaces()
            switch self.peek {
            case UInt8(ascii: "\""): parts.append(try self.readBasicString())
            case UInt8(ascii: "'"): parts.append(try self.readLiteralString())
            default: parts.append(try self.readBareKey())
            }
            self.skipSpaces()
            if !self.take(".") { return parts }
        }
    }

    private mutating func readBareKey() throws(TOMLError) -> String {
        let text = self.readWhile(Self.isBare)
        guard !text.isEmpty else { throw self.error("a key is missing or has a character that needs quotes") }
        return text
    }

    private mutating func readValue() throws(TOMLError) -> TOMLValue {
        switch self.peek {
        case UInt8(ascii: "\""): return .text(try self.readBasicString())
        case UInt8(ascii: "'"): return .text(try self.readLiteralString())
        case UInt8(ascii: "["): return .array(try self.readArray())
        case UInt8(ascii: "{"): throw self.error("inline tables are not read here; write [table] on a line of its own")
        default: return try self.readWord()
        }
    }

    private mutating func readArray() throws(TOMLError) -> [TOMLValue] {
        _ = self.take("[")
        var elements: [TOMLValue] = []
        while true {
            try self.skipBlankLines()
            if self.take("]") { return elements }
            if self.peek == UInt8(ascii: "[") { throw self.error("arrays in arrays are not read here") }
            elements.append(try self.readValue())
            try self.skipBlankLines()
            if self.take(",") { continue }
            guard self.take("]") else { throw self.error("an array lacks a comma or its ]") }
            return elements
        }
    }

    /// A number or `true` or `false`.
    private mutating func readWord() throws(TOMLError) -> TOMLValue {
        let word = self.readWhile { Self.isBare($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: ".") }
        if word == "true" { return .boolean(true) }
        if word == "false" { return .boolean(false) }
        guard let number = Self.integer(word) else {
            throw self.error(
                word.isEmpty ? "a value is missing" : "\(word) is not a value; text stands in quotes, numbers are whole"
            )
        }
        return .integer(number)
    }

    private mutating func readLiteralString() throws(TOMLError) -> String {
        _ = self.take("'")
        let text = self.readWhile { $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "\n") }
        guard self.take("'") else { throw self.error("a text lacks its closing quote") }
        if text.isEmpty, self.peek == UInt8(ascii: "'") { throw self.error("texts of several lines are not read here") }
        return text
    }

    private mutating func readBasicString() throws(TOMLError) -> String {
        _ = self.take("\"")
        var text = ""
        while true {
            text += self.readWhile {
                $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && ($0 >= 0x20 || $0 == 0x09) && $0 != 0x7F
            }
            if self.take("\"") { break }
            guard self.take("\\") else { throw self.error("a text lacks its closing quote") }
            text.unicodeScalars.append(try self.readEscape())
        }
        if text.isEmpty, self.peek == UInt8(ascii: "\"") {
            throw self.error("texts of several lines are not read here")
        }
        return text
    }

    private mutating func readEscape() throws(TOMLError) -> Unicode.Scalar {
        guard let byte = self.peek else { throw self.error("a text lacks its closing quote") }
        self.position += 1
        switch byte {
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "u"): return try self.readScalar(digits: 4)
        case UInt8(ascii: "U"): return try self.readScalar(digits: 8)
        default: throw self.error("\\\(Unicode.Scalar(byte)) is not an escape")
        }
    }

    private mutating func readScalar(digits: Int) throws(TOMLError) -> Unicode.Scalar {
        let end = min(self.position + digits, self.bytes.count)
        let text = String(decoding: self.bytes[self.position..<end], as: UTF8.self)
        guard text.utf8.count == digits, !text.hasPrefix("+"), !text.hasPrefix("-"),
            let value = UInt32(text, radix: 16), let scalar = Unicode.Scalar(value)
        else { throw self.error("\\u needs the \(digits) hexadecimal digits of a character") }
        self.position = end
        return scalar
    }
}

// MARK: - Bytes

extension TOMLReader {
    private var peek: UInt8? { self.position < self.bytes.count ? self.bytes[self.position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard self.peek == UInt8(ascii: character) else { return false }
        self.position += 1
        return true
    }

    private mutating func readWhile(_ permitted: (UInt8) -> Bool) -> String {
        let start = self.position
        while let byte = self.peek, permitted(byte) { self.position += 1 }
        return String(decoding: self.bytes[start..<self.position], as: UTF8.self)
    }

    private mutating func skipSpaces() {
        while let byte = self.peek, byte == 0x20 || byte == 0x09 { self.position += 1 }
    }

    /// Skips white space, line ends and comments.
    private mutating func skipBlankLines() throws(TOMLError) {
        while true {
            self.skipSpaces()
            guard let byte = self.peek, byte == 0x23 || byte == 0x0A || byte == 0x0D else { return }
            try self.endLine()
        }
    }

    /// Takes what may stand behind a value: spaces, a comment, and the end of the line or the file.
    private mutating func endLine() throws(TOMLError) {
        self.skipSpaces()
        if self.peek == UInt8(ascii: "#") { _ = self.readWhile { $0 != 0x0A } }
        if self.peek == 0x0D, self.position + 1 < self.bytes.count, self.bytes[self.position + 1] == 0x0A {
            self.position += 1
        }
        guard let byte = self.peek else { return }
        guard byte == 0x0A else { throw self.error("there is more on the line than a value") }
        self.position += 1
        self.line += 1
    }

    private func error(_ reason: String) -> TOMLError { TOMLError(line: self.line, reason: reason) }

    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }

    /// A decimal number as TOML writes it: underscores between digits, no leading zero.
    private static func integer(_ word: String) -> Int? {
        let digits = word.first == "-" || word.first == "+" ? word.dropFirst() : word[...]
        let groups = digits.split(separator: "_", omittingEmptySubsequences: false)
        guard groups.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            digits == "0" || digits.first != "0"
        else { return nil }
        return Int((word.first == "-" ? "-" : "") + groups.joined())
    }
}
