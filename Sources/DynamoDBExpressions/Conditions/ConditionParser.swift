internal import DynamoDBItems

/// Reads conditions: OR binds least, then AND, then NOT; comparators bind operands.
///
/// A parenthesis may enclose a condition or an operand, and which of the two shows only inside it. So there is one rule for both,
/// and where the one stands in place of the other, the token after it is the one that is told, as AWS does.
struct ConditionParser {
    private var reader: TokenReader
    private var result: ConditionSyntax
    private var unknownFunction: String?
    private var misusedFunction: ConditionFunction?
    private var depth = 0

    /// Deeper than 300 operators can nest, with parentheses around each.
    private static let maximumDepth = 350

    private struct Part {
        var node: Int
        var isCondition: Bool
        /// It stands in parentheses of its own.
        var isGroup = false
    }

    static func parse(_ text: String, as kind: ExpressionKind) throws(ItemError) -> ConditionSyntax {
        var parser = try ConditionParser(text, as: kind)
        let whole = try parser.disjunction()
        let root = try parser.condition(whole)
        guard parser.reader.kind == .end else { throw parser.reader.unexpected() }
        parser.checkUse(asCondition: root)
        try parser.checkStructure()
        parser.result.root = root
        parser.result.syntax = parser.reader.syntax
        return parser.result
    }

    private init(_ text: String, as kind: ExpressionKind) throws(ItemError) {
        self.reader = try TokenReader(text, as: kind)
        self.result = ConditionSyntax(syntax: self.reader.syntax)
    }

    /// What is wrong whatever the names and values are, in the order in which AWS tells of it.
    private func checkStructure() throws(ItemError) {
        let kind = self.reader.syntax.kind
        if self.reader.hasRedundantParentheses { throw kind.invalid("The expression has redundant parentheses;") }
        if let name = self.unknownFunction { throw kind.invalid("Invalid function name; function: \(name)") }
        if let function = self.misusedFunction {
            throw kind.invalid(
                "The function is not allowed to be used this way in an expression; function: \(function.rawValue)")
        }
        try self.reader.checkReservedWord()
        try self.reader.checkOperatorCount()
    }

    // MARK: Conditions

    private mutating func disjunction() throws(ItemError) -> Part {
        try self.enter()
        let first = try self.conjunction()
        self.depth -= 1
        guard self.reader.isWord("OR") else { return first }
        var parts = [try self.condition(first)]
        while self.reader.accept("OR") {
            let part = try self.conjunction()
            parts.append(try self.condition(part))
        }
        for part in parts { self.checkUse(asCondition: part) }
        return Part(node: self.add(.any(self.link(parts))), isCondition: true)
    }

    private mutating func conjunction() throws(ItemError) -> Part {
        let first = try self.negation()
        guard self.reader.isWord("AND") else { return first }
        var parts = [try self.condition(first)]
        while self.reader.accept("AND") {
            let part = try self.negation()
            parts.append(try self.condition(part))
        }
        for part in parts { self.checkUse(asCondition: part) }
        return Part(node: self.add(.all(self.link(parts))), isCondition: true)
    }

    private mutating func negation() throws(ItemError) -> Part {
        guard self.reader.accept("NOT") else { return try self.comparison() }
        try self.enter()
        let negated = try self.negation()
        let part = try self.condition(negated)
        self.depth -= 1
        self.checkUse(asCondition: part)
        return Part(node: self.add(.not(part)), isCondition: true)
    }

    /// One comparison, or an operand where none follows.
    private mutating func comparison() throws(ItemError) -> Part {
        let left = try self.primary()
        if let comparator = Comparator(self.reader.kind) {
            let left = try self.operand(left)
            self.reader.advance()
            let right = try self.nextOperand()
            self.reader.syntax.operatorCount += 1
            return Part(node: self.add(.comparison(comparator, left, right)), isCondition: true)
        }
        if self.reader.isWord("BETWEEN") {
            let value = try self.operand(left)
            self.reader.advance()
            let low = try self.nextOperand()
            guard self.reader.accept("AND") else { throw self.reader.unexpected() }
            let high = try self.nextOperand()
            self.reader.syntax.operatorCount += 1
            return Part(node: self.add(.between(value, low, high)), isCondition: true)
        }
        if self.reader.isWord("IN") {
            let value = try self.operand(left)
            self.reader.advance()
            try self.reader.expect(.open)
            let operands = [value] + (try self.operands())
            self.reader.syntax.operatorCount += 1
            return Part(node: self.add(.among(self.link(operands))), isCondition: true)
        }
        return left
    }

    // MARK: Operands

    private mutating func primary() throws(ItemError) -> Part {
        switch self.reader.kind {
        case .open: return try self.group()
        case .valueReference: return Part(node: self.add(.value(try self.reader.value())), isCondition: false)
        case .word where self.reader.afterNext.kind == .open && !self.isOperatorWord: return try self.function()
        case .word where !self.isOperatorWord: fallthrough
        case .nameReference: return Part(node: self.add(.path(try self.reader.path())), isCondition: false)
        default: throw self.reader.unexpected()
        }
    }

    private var isOperatorWord: Bool {
        self.reader.isWord("AND") || self.reader.isWord("OR") || self.reader.isWord("NOT")
            || self.reader.isWord("BETWEEN") || self.reader.isWord("IN")
    }

    /// What stands in parentheses: a condition, an operand, or the beginning of a path.
    private mutating func group() throws(ItemError) -> Part {
        try self.reader.expect(.open)
        var part = try self.disjunction()
        try self.reader.expect(.close)
        if part.isGroup { self.reader.hasRedundantParentheses = true }
        part.isGroup = true
        guard case .path(let place) = self.result.nodes[part.node],
            self.reader.kind == .dot || self.reader.kind == .openIndex
        else { return part }
        var steps = self.reader.syntax.paths[place]
        try self.reader.pathRest(&steps)
        self.reader.syntax.paths[place] = steps
        part.isGroup = false
        return part
    }

    private mutating func function() throws(ItemError) -> Part {
        let name = self.reader.text(of: self.reader.next)
        self.reader.advance()
        try self.reader.expect(.open)
        try self.enter()
        let operands = try self.operands()
        self.depth -= 1
        self.reader.syntax.operatorCount += 1
        guard let function = ConditionFunction(rawValue: name) else {
            if self.unknownFunction == nil { self.unknownFunction = name }
            return Part(node: self.add(.function(.size, self.link(operands))), isCondition: false)
        }
        return Part(node: self.add(.function(function, self.link(operands))), isCondition: false)
    }

    private mutating func nextOperand() throws(ItemError) -> Int {
        let part = try self.primary()
        return try self.operand(part)
    }

    /// Operands with commas between them up to the closing parenthesis.
    private mutating func operands() throws(ItemError) -> [Int] {
        var operands: [Int] = []
        repeat { operands.append(try self.nextOperand()) } while self.reader.accept(.comma)
        try self.reader.expect(.close)
        return operands
    }

    // MARK: Parts

    /// The part as an operand; a condition is none.
    private mutating func operand(_ part: Part) throws(ItemError) -> Int {
        if part.isCondition { throw self.reader.unexpected() }
        if case .function(let function, _) = self.result.nodes[part.node], function != .size,
            self.misusedFunction == nil
        {
            self.misusedFunction = function
        }
        return part.node
    }

    /// The part as a condition; of operands a function is one.
    private mutating func condition(_ part: Part) throws(ItemError) -> Int {
        if part.isCondition { return part.node }
        guard case .function = self.result.nodes[part.node] else { throw self.reader.unexpected() }
        return part.node
    }

    /// `size` has a number and is no condition.
    private mutating func checkUse(asCondition node: Int) {
        if case .function(.size, _) = self.result.nodes[node], self.misusedFunction == nil {
            self.misusedFunction = .size
        }
    }

    private mutating func enter() throws(ItemError) {
        self.depth += 1
        if self.depth > Self.maximumDepth { throw self.reader.syntax.kind.tooManyOperators(self.depth) }
    }

    private mutating func add(_ node: ConditionNode) -> Int {
        self.result.nodes.append(node)
        return self.result.nodes.count - 1
    }

    private mutating func link(_ nodes: [Int]) -> Range<Int> {
        let start = self.result.links.count
        self.result.links += nodes
        return start..<self.result.links.count
    }
}
