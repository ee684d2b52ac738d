internal import DynamoDBItems

/// One step of a document path, as it is written.
enum PathStep: Hashable, Sendable {
    /// A name that stands in the text.
    case name([UInt8])
    /// The place of a `#name` in `Syntax.nameReferences`.
    case reference(Int)
    case index(Int)
}

/// What an expression's text refers to, whatever the names and values are: made once for a text.
struct Syntax: Hashable, Sendable {
    let kind: ExpressionKind
    /// The distinct `#name` and `:value` in the order in which they stand first.
    var nameReferences: [String] = []
    var valueReferences: [String] = []
    var paths: [[PathStep]] = []
    /// Functions and operators, without AND, OR and NOT.
    var operatorCount = 0
    /// The first reserved word that stands where an attribute's name does.
    var reservedWord: String?

    mutating func nameReference(_ name: String) -> Int { Self.place(of: name, in: &self.nameReferences) }
    mutating func valueReference(_ name: String) -> Int { Self.place(of: name, in: &self.valueReferences) }

    private static func place(of name: String, in names: inout [String]) -> Int {
        if let place = names.firstIndex(of: name) { return place }
        names.append(name)
        return names.count - 1
    }
}

/// The cursor that all expressions are read with.
struct TokenReader {
    let text: [UInt8]
    private let tokens: [Token]
    private(set) var index = 0
    var syntax: Syntax
    /// Two pairs of parentheses stand around one thing.
    var hasRedundantParentheses = false

    init(_ text: String, as kind: ExpressionKind) throws(ItemError) {
        try kind.checkSize(text)
        self.text = Array(text.utf8)
        self.tokens = Lexer.tokens(self.text)
        self.syntax = Syntax(kind: kind)
    }

    var next: Token { self.tokens[self.index] }
    var kind: Token.Kind { self.tokens[self.index].kind }
    var afterNext: Token { self.tokens[min(self.index + 1, self.tokens.count - 1)] }

    mutating func advance() { if self.kind != .end { self.index += 1 } }

    mutating func accept(_ kind: Token.Kind) -> Bool {
        guard self.kind == kind else { return false }
        self.advance()
        return true
    }

    mutating func expect(_ kind: Token.Kind) throws(ItemError) {
        guard self.accept(kind) else { throw self.unexpected() }
    }

    /// Whether the next token is this word of the language, in either case.
    func isWord(_ word: StaticString) -> Bool {
        let token = self.next
        guard token.kind == .word, token.end - token.start == word.utf8CodeUnitCount else { return false }
        for offset in 0..<word.utf8CodeUnitCount where self.text[token.start + offset] & 0xdf != word.utf8Start[offset]
        {
            return false
        }
        return true
    }

    mutating func accept(_ word: StaticString) -> Bool {
        guard self.isWord(word) else { return false }
        self.advance()
        return true
    }

    func text(of token: Token) -> String { String(decoding: self.text[token.start..<token.end], as: UTF8.self) }

    /// AWS's error for the next token: it, and the text from the token before to the token after.
    func unexpected() -> ItemError {
        let first = self.tokens[max(self.index - 1, 0)]
        let last = self.tokens[min(self.index + 1, self.tokens.count - 1)]
        let token = self.kind == .end ? "<EOF>" : self.text(of: self.next)
        let near = String(decoding: self.text[first.start..<last.end], as: UTF8.self)
            .trimmingEnd()
        return self.syntax.kind.invalid("Syntax error; token: \"\(token)\", near: \"\(near)\"")
    }

    // MARK: What all languages have

    /// A document path; the place in `syntax.paths`.
    mutating func path() throws(ItemError) -> Int {
        var steps: [PathStep] = [try self.name()]
        try self.pathRest(&steps)
        self.syntax.paths.append(steps)
        return self.syntax.paths.count - 1
    }

    /// What may follow in a path: `.name` and `[3]`.
    mutating func pathRest(_ steps: inout [PathStep]) throws(ItemError) {
        while true {
            if self.accept(.dot) {
                steps.append(try self.name())
            } else if self.accept(.openIndex) {
                let token = self.next
                guard self.accept(.number) else { throw self.unexpected() }
                // An index that no list has is as good as the largest one.
                steps.append(.index(Int(self.text(of: token)) ?? Int(Int32.max)))
                try self.expect(.closeIndex)
            } else {
                return
            }
        }
    }

    private mutating func name() throws(ItemError) -> PathStep {
        let token = self.next
        switch token.kind {
        case .word:
            self.advance()
            let name = self.text(of: token)
            if self.syntax.reservedWord == nil, ReservedWords.contains(name) { self.syntax.reservedWord = name }
            return .name(Array(self.text[token.start..<token.end]))
        case .nameReference:
            self.advance()
            return .reference(self.syntax.nameReference(self.text(of: token)))
        default: throw self.unexpected()
        }
    }

    /// `:value`; its place in `syntax.valueReferences`.
    mutating func value() throws(ItemError) -> Int {
        let token = self.next
        guard self.accept(.valueReference) else { throw self.unexpected() }
        return self.syntax.valueReference(self.text(of: token))
    }

    // MARK: At the end

    func checkReservedWord() throws(ItemError) {
        guard let word = self.syntax.reservedWord else { return }
        throw self.syntax.kind.invalid("Attribute name is a reserved keyword; reserved keyword: \(word)")
    }

    func checkOperatorCount() throws(ItemError) {
        guard self.syntax.operatorCount <= ExpressionLimits.operators else {
            throw self.syntax.kind.tooManyOperators(self.syntax.operatorCount)
        }
    }
}

extension String {
    /// Without white space at its end.
    fileprivate func trimmingEnd() -> String {
        var text = self
        while let last = text.utf8.last, last == 0x20 || (0x09...0x0d).contains(last) { text.removeLast() }
        return text
    }
}
