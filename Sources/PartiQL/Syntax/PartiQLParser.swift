internal import DynamoDBExpressions
internal import DynamoDBItems

/// The cursor over a statement, and what all of its parts have. Parameters are put in as they are met.
struct PartiQLParser {
    let text: [UInt8]
    private let tokens: [PartiQLToken]
    private var index = 0
    private let parameters: [ItemValue]
    private var parameterCount = 0
    /// Levels of parentheses, of NOT, of lists and maps.
    var depth = 0

    init(_ text: String, _ parameters: [ItemValue]) {
        self.text = Array(text.utf8)
        self.tokens = PartiQLLexer.tokens(self.text)
        self.parameters = parameters
    }

    // MARK: Tokens

    var next: PartiQLToken { self.tokens[self.index] }
    var kind: PartiQLToken.Kind { self.tokens[self.index].kind }
    var afterNext: PartiQLToken { self.tokens[min(self.index + 1, self.tokens.count - 1)] }

    mutating func advance() { if self.kind != .end { self.index += 1 } }

    mutating func accept(_ kind: PartiQLToken.Kind) -> Bool {
        guard self.kind == kind else { return false }
        self.advance()
        return true
    }

    mutating func expect(_ kind: PartiQLToken.Kind) throws(ItemError) {
        guard self.accept(kind) else { throw self.unexpected() }
    }

    /// Whether the next token is this word of the language, in either case.
    func isWord(_ word: StaticString) -> Bool { self.isWord(word, self.next) }

    func isWord(_ word: StaticString, _ token: PartiQLToken) -> Bool {
        guard token.kind == .word, token.end - token.start == word.utf8CodeUnitCount else { return false }
        for offset in 0..<word.utf8CodeUnitCount {
            let byte = self.text[token.start + offset]
            guard byte == word.utf8Start[offset] || byte & 0xdf == word.utf8Start[offset] else { return false }
        }
        return true
    }

    mutating func accept(_ word: StaticString) -> Bool {
        guard self.isWord(word) else { return false }
        self.advance()
        return true
    }

    mutating func expect(_ word: StaticString) throws(ItemError) {
        guard self.accept(word) else { throw self.unexpected() }
    }

    func bytes(of token: PartiQLToken) -> [UInt8] {
        switch token.kind {
        case .quoted, .string: token.text
        default: Array(self.text[token.start..<token.end])
        }
    }

    /// The value of the next `?`. One that the request lacks is told at the end, as AWS does.
    mutating func parameter() -> ItemValue {
        self.parameterCount += 1
        return self.parameterCount <= self.parameters.count ? self.parameters[self.parameterCount - 1] : .null
    }

    // MARK: Depth

    mutating func enter() throws(ItemError) {
        self.depth += 1
        guard self.depth <= PartiQLLimits.conditionDepth else { throw Self.malformed("Statement is nested too deep") }
    }

    mutating func leave() { self.depth -= 1 }

    // MARK: Errors

    static func malformed(_ detail: String) -> ItemError {
        ItemError("Statement wasn't well formed, can't be processed: \(detail)")
    }

    func unexpected() -> ItemError {
        switch self.kind {
        case .end: Self.malformed("Unexpected end of statement")
        case .word where self.isReserved: Self.malformed("Unexpected keyword")
        default: Self.malformed("Unexpected token after expression")
        }
    }

    /// With the place that AWS has behind it: line, column and length of the next token.
    func unsupported(_ message: String) -> ItemError {
        let token = self.next
        let before = self.text[..<token.start]
        let line = before.reduce(1) { $0 + ($1 == 0x0a ? 1 : 0) }
        let lineStart = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        return ItemError("\(message) at \(line):\(token.start - lineStart + 1):\(token.end - token.start)")
    }

    /// Whether the next token is a word that stands for no attribute without quotes.
    var isReserved: Bool {
        guard self.kind == .word else { return false }
        return Self.keywords.contains(String(decoding: self.bytes(of: self.next), as: UTF8.self).uppercased())
    }

    private static let keywords: Set<String> = [
        "ALL", "AND", "AS", "ASC", "BETWEEN", "BY", "DELETE", "DESC", "DISTINCT", "EXISTS", "FALSE", "FROM", "GROUP",
        "HAVING", "IN", "INSERT", "INTO", "IS", "JOIN", "LIKE", "LIMIT", "MISSING", "NOT", "NULL", "OFFSET", "ON", "OR",
        "ORDER", "REMOVE", "RETURNING", "SELECT", "SET", "TRUE", "UNION", "UPDATE", "VALUES", "WHERE",
    ]

    // MARK: Names and paths

    /// A table, an index, or an attribute.
    mutating func name() throws(ItemError) -> [UInt8] {
        guard self.kind == .quoted || self.kind == .word, !self.isReserved else {
            if self.kind == .word || self.kind == .end { throw self.unexpected() }
            throw Self.malformed("Expected identifier for simple path")
        }
        let name = self.bytes(of: self.next)
        self.advance()
        if name.isEmpty { throw Self.malformed("Expected identifier for simple path") }
        return name
    }

    /// `name.name[3]['name']`.
    mutating func path() throws(ItemError) -> DocumentPath {
        var steps: [DocumentPath.Step] = [.name(try self.name())]
        while true {
            if self.accept(.dot) {
                steps.append(.name(self.kind == .string ? self.takeText() : try self.name()))
            } else if self.accept(.openList) {
                if self.kind == .string {
                    steps.append(.name(self.takeText()))
                } else {
                    let token = self.next
                    guard self.accept(.number) else { throw self.unexpected() }
                    // An index that no list has is as good as the largest one.
                    let digits = String(decoding: self.bytes(of: token), as: UTF8.self)
                    steps.append(.index(Int(digits) ?? Int(Int32.max)))
                }
                try self.expect(.closeList)
            } else {
                break
            }
        }
        guard steps.count <= ExpressionLimits.depth else {
            throw Self.malformed("The document path has too many nesting elements; nesting levels: \(steps.count)")
        }
        return DocumentPath(steps: steps)
    }

    mutating func takeText() -> [UInt8] {
        let text = self.bytes(of: self.next)
        self.advance()
        return text
    }

    // MARK: At the end

    mutating func end() throws(ItemError) {
        _ = self.accept(.semicolon)
        guard self.kind == .end else { throw self.unexpected() }
        guard self.parameterCount == self.parameters.count else {
            throw ItemError("Number of parameters in request and statement don't match.")
        }
    }
}
