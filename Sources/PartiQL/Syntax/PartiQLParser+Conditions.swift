internal import DynamoDBExpressions
internal import DynamoDBItems

/// Conditions: OR binds least, then AND, then NOT. A parenthesis may enclose a condition or an operand; which, shows inside it.
extension PartiQLParser {
    private enum Part {
        case condition(PartiQLCondition)
        case operand(PartiQLCondition.Operand)
    }

    mutating func condition() throws(ItemError) -> PartiQLCondition {
        let part = try self.disjunction()
        return try self.asCondition(part)
    }

    private func asCondition(_ part: Part) throws(ItemError) -> PartiQLCondition {
        guard case .condition(let condition) = part else { throw self.unexpected() }
        return condition
    }

    private func asOperand(_ part: Part) throws(ItemError) -> PartiQLCondition.Operand {
        guard case .operand(let operand) = part else { throw self.unexpected() }
        return operand
    }

    private mutating func disjunction() throws(ItemError) -> Part {
        try self.enter()
        defer { self.leave() }
        let first = try self.conjunction()
        guard self.isWord("OR") else { return first }
        var parts = [try self.asCondition(first)]
        while self.accept("OR") {
            let part = try self.conjunction()
            parts.append(try self.asCondition(part))
        }
        return .condition(.any(parts))
    }

    private mutating func conjunction() throws(ItemError) -> Part {
        let first = try self.negation()
        guard self.isWord("AND") else { return first }
        var parts = [try self.asCondition(first)]
        while self.accept("AND") {
            let part = try self.negation()
            parts.append(try self.asCondition(part))
        }
        return .condition(.all(parts))
    }

    private mutating func negation() throws(ItemError) -> Part {
        guard self.accept("NOT") else { return try self.predicate() }
        try self.enter()
        defer { self.leave() }
        let part = try self.negation()
        return .condition(.not(try self.asCondition(part)))
    }

    private mutating func predicate() throws(ItemError) -> Part {
        let left = try self.primary()
        if let comparison = self.comparison {
            let left = try self.asOperand(left)
            self.advance()
            return .condition(.comparison(comparison, left, try self.operand()))
        }
        if self.isWord("IS") {
            let operand = try self.asOperand(left)
            self.advance()
            return .condition(try self.typeTest(of: operand))
        }
        let isNegated =
            self.isWord("NOT") && (self.isWord("BETWEEN", self.afterNext) || self.isWord("IN", self.afterNext))
        if isNegated { self.advance() }
        guard self.isWord("BETWEEN") || self.isWord("IN") else { return left }
        let operand = try self.asOperand(left)
        let condition = self.accept("BETWEEN") ? try self.between(operand) : try self.among(operand)
        return .condition(isNegated ? .not(condition) : condition)
    }

    private var comparison: PartiQLCondition.Comparison? {
        switch self.kind {
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        default: nil
        }
    }

    private mutating func between(_ value: PartiQLCondition.Operand) throws(ItemError) -> PartiQLCondition {
        let low = try self.operand()
        try self.expect("AND")
        return .between(value, low, try self.operand())
    }

    /// `IN [1, 2]`, `IN (1, 2)`, `IN ?` with a list.
    private mutating func among(_ value: PartiQLCondition.Operand) throws(ItemError) -> PartiQLCondition {
        try self.expect("IN")
        var others: [PartiQLCondition.Operand] = []
        if self.accept(.parameter) {
            let list = self.parameter()
            guard list.type == .list else { throw Self.malformed("Expected a list after IN") }
            others = list.elements.map { .value($0) }
        } else {
            let close: PartiQLToken.Kind = self.kind == .open ? .close : .closeList
            guard self.accept(.open) || self.accept(.openList) else { throw self.unexpected() }
            repeat { others.append(try self.operand()) } while self.accept(.comma)
            try self.expect(close)
        }
        if others.isEmpty { throw Self.malformed("Expected a list after IN") }
        guard others.count <= PartiQLLimits.inOperands else {
            throw ItemError(
                "The IN operator is provided with too many operands; number of operands: \(others.count)")
        }
        return .among(value, others)
    }

    /// What follows IS.
    private mutating func typeTest(of operand: PartiQLCondition.Operand) throws(ItemError) -> PartiQLCondition {
        let isNegated = self.accept("NOT")
        let condition: PartiQLCondition
        if self.accept("MISSING") {
            condition = .isMissing(operand)
        } else if let type = Self.types.first(where: { self.isWord($0.word) })?.type {
            self.advance()
            condition = .hasType(operand, ItemValue(string: type.rawValue))
        } else {
            throw self.unexpected()
        }
        guard case .path = operand else { throw Self.malformed("IS must be given an attribute") }
        return isNegated ? .not(condition) : condition
    }

    private static let types: [(word: StaticString, type: ValueType)] = [
        ("NULL", .null), ("STRING", .string), ("NUMBER", .number), ("BOOLEAN", .bool), ("BOOL", .bool),
        ("BINARY", .binary), ("LIST", .list), ("MAP", .map),
    ]

    // MARK: Operands

    private mutating func operand() throws(ItemError) -> PartiQLCondition.Operand {
        let part = try self.primary()
        return try self.asOperand(part)
    }

    private mutating func primary() throws(ItemError) -> Part {
        if self.accept(.open) {
            let part = try self.disjunction()
            try self.expect(.close)
            return part
        }
        if self.kind == .word, self.afterNext.kind == .open { return try self.function() }
        return .operand(self.isValue ? .value(try self.value()) : .path(try self.path()))
    }

    private mutating func function() throws(ItemError) -> Part {
        if self.isWord("EXISTS") { throw self.unsupported("EXISTS is only supported as a statement of a transaction") }
        let functions: [StaticString] = ["SIZE", "BEGINS_WITH", "CONTAINS", "ATTRIBUTE_TYPE"]
        guard let place = functions.firstIndex(where: { self.isWord($0) }) else {
            throw self.unsupported("Unsupported function")
        }
        self.advance()
        try self.expect(.open)
        if place == 0 {
            let path = try self.path()
            try self.expect(.close)
            return .operand(.size(path))
        }
        let first = try self.operand()
        try self.expect(.comma)
        let second = try self.operand()
        try self.expect(.close)
        switch place {
        case 1: return .condition(.beginsWith(first, second))
        case 2: return .condition(.contains(first, second))
        default: return .condition(try Self.attributeType(first, second))
        }
    }

    private static func attributeType(
        _ operand: PartiQLCondition.Operand, _ type: PartiQLCondition.Operand
    ) throws(ItemError) -> PartiQLCondition {
        guard case .path = operand, case .value(let value) = type, let name = value.string else {
            throw Self.malformed("ATTRIBUTE_TYPE must be given an attribute and the name of a type")
        }
        guard ValueType(rawValue: name) != nil else {
            throw ItemError(
                "Invalid attribute type name found; type: \(name), valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}")
        }
        return .hasType(operand, value)
    }
}
