internal import DynamoDBItems

/// Reads updates: sections of SET, REMOVE, ADD and DELETE, each at most once, in any order.
struct UpdateParser {
    private var reader: TokenReader
    private var result: UpdateSyntax
    private var unknownFunction: String?
    private var misusedFunction: UpdateFunction?
    private var repeatedSection: String?
    private var sections: Set<String> = []
    private var depth = 0

    private static let maximumDepth = 350

    static func parse(_ text: String) throws(ItemError) -> UpdateSyntax {
        var parser = try UpdateParser(text)
        repeat { try parser.section() } while parser.reader.kind != .end
        try parser.checkStructure()
        parser.result.syntax = parser.reader.syntax
        return parser.result
    }

    private init(_ text: String) throws(ItemError) {
        self.reader = try TokenReader(text, as: .update)
        self.result = UpdateSyntax(syntax: self.reader.syntax)
    }

    /// What is wrong whatever the names and values are, in the order in which AWS tells of it.
    private func checkStructure() throws(ItemError) {
        let kind = ExpressionKind.update
        try self.reader.checkReservedWord()
        if let name = self.unknownFunction { throw kind.invalid("Invalid function name; function: \(name)") }
        if let function = self.misusedFunction {
            throw kind.invalid(
                "The function is not allowed to be used this way in an expression; function: \(function.rawValue)")
        }
        if let section = self.repeatedSection {
            throw kind.invalid("The \"\(section)\" section can only be used once in an update expression;")
        }
        try self.reader.checkOperatorCount()
    }

    // MARK: Sections

    private mutating func section() throws(ItemError) {
        if self.reader.accept("SET") {
            self.begin("SET")
            repeat { try self.set() } while self.reader.accept(.comma)
        } else if self.reader.accept("REMOVE") {
            self.begin("REMOVE")
            repeat { self.result.actions.append(.remove(path: try self.path())) } while self.reader.accept(.comma)
        } else if self.reader.accept("ADD") {
            self.begin("ADD")
            repeat {
                self.result.actions.append(.add(path: try self.path(), value: try self.reader.value()))
            } while self.reader.accept(.comma)
        } else if self.reader.accept("DELETE") {
            self.begin("DELETE")
            repeat {
                self.result.actions.append(.delete(path: try self.path(), value: try self.reader.value()))
            } while self.reader.accept(.comma)
        } else {
            throw self.reader.unexpected()
        }
    }

    private mutating func begin(_ section: String) {
        if !self.sections.insert(section).inserted, self.repeatedSection == nil { self.repeatedSection = section }
    }

    private var isSectionWord: Bool {
        self.reader.isWord("SET") || self.reader.isWord("REMOVE") || self.reader.isWord("ADD")
            || self.reader.isWord("DELETE")
    }

    private mutating func path() throws(ItemError) -> Int {
        if self.isSectionWord { throw self.reader.unexpected() }
        return try self.reader.path()
    }

    private mutating func set() throws(ItemError) {
        let path = try self.path()
        try self.reader.expect(.equal)
        let value = try self.sum()
        self.result.actions.append(.set(path: path, value: value))
    }

    // MARK: Values

    /// An operand, or two with a sign between them; parentheses may stand around the whole.
    private mutating func sum() throws(ItemError) -> Int {
        let left = try self.operand(allowingSum: true)
        if self.reader.accept(.plus) {
            self.reader.syntax.operatorCount += 1
            return self.add(.sum(left, try self.operand(allowingSum: false)))
        }
        if self.reader.accept(.minus) {
            self.reader.syntax.operatorCount += 1
            return self.add(.difference(left, try self.operand(allowingSum: false)))
        }
        return left
    }

    private mutating func operand(allowingSum: Bool) throws(ItemError) -> Int {
        switch self.reader.kind {
        case .open:
            self.depth += 1
            if self.depth > Self.maximumDepth { throw ExpressionKind.update.tooManyOperators(self.depth) }
            self.reader.advance()
            let node = allowingSum ? try self.sum() : try self.operand(allowingSum: false)
            try self.reader.expect(.close)
            self.depth -= 1
            return node
        case .valueReference: return self.add(.value(try self.reader.value()))
        case .word where self.reader.afterNext.kind == .open && !self.isSectionWord: return try self.function()
        default: return self.add(.path(try self.path()))
        }
    }

    private mutating func function() throws(ItemError) -> Int {
        let name = self.reader.text(of: self.reader.next)
        self.reader.advance()
        try self.reader.expect(.open)
        self.depth += 1
        if self.depth > Self.maximumDepth { throw ExpressionKind.update.tooManyOperators(self.depth) }
        var operands: [Int] = []
        repeat { operands.append(try self.operand(allowingSum: false)) } while self.reader.accept(.comma)
        try self.reader.expect(.close)
        self.depth -= 1
        self.reader.syntax.operatorCount += 1
        for operand in operands {
            if case .function(.listAppend, _) = self.result.nodes[operand], self.misusedFunction == nil {
                self.misusedFunction = .listAppend
            }
        }
        let function = UpdateFunction(rawValue: name)
        if function == nil, self.unknownFunction == nil { self.unknownFunction = name }
        return self.add(.function(function ?? .ifNotExists, operands))
    }

    private mutating func add(_ node: UpdateNode) -> Int {
        self.result.nodes.append(node)
        return self.result.nodes.count - 1
    }
}
