package import DynamoDBItems

/// One condition on a key attribute, from a KeyConditionExpression or from KeyConditions.
package struct KeyComparison: Hashable, Sendable {
    package enum Operator: String, Hashable, Sendable {
        case equal = "EQ"
        case less = "LT"
        case lessOrEqual = "LE"
        case greater = "GT"
        case greaterOrEqual = "GE"
        case between = "BETWEEN"
        case beginsWith = "BEGINS_WITH"
    }

    package let attribute: String
    package let comparison: Operator
    /// Two for BETWEEN, one for all others.
    package let values: [ItemValue]

    package init(_ attribute: String, _ comparison: Operator, _ values: [ItemValue]) {
        self.attribute = attribute
        self.comparison = comparison
        self.values = values
    }
}

extension Condition {
    /// The conditions on keys that a KeyConditionExpression is made of; throws AWS's message where it is of another kind.
    package func keyComparisons() throws(ItemError) -> [KeyComparison] {
        var comparisons: [KeyComparison] = []
        try self.collect(self.source.root, &comparisons)
        return comparisons
    }

    private func collect(_ node: Int, _ found: inout [KeyComparison]) throws(ItemError) {
        switch self.source.nodes[node] {
        case .all(let links): for link in links { try self.collect(self.source.links[link], &found) }
        case .any: throw Self.invalidOperator("OR")
        case .not: throw Self.invalidOperator("NOT")
        case .among: throw Self.invalidOperator("IN")
        case .comparison(.notEqual, _, _): throw Self.invalidOperator("<>")
        case .comparison(let comparator, let left, let right):
            try self.add(try self.comparison(comparator, left, right), to: &found)
        case .between(let value, let low, let high):
            try self.add(try self.key("BETWEEN", .between, [value, low, high]), to: &found)
        case .function(.beginsWith, let links):
            let operands = links.map { self.source.links[$0] }
            try self.add(try self.key("begins_with", .beginsWith, operands), to: &found)
        case .function(.size, _): throw Self.nested
        case .function(let function, _): throw Self.invalidOperator(function.rawValue)
        case .path, .value: throw Self.invalidCondition("No key attribute specified")
        }
    }

    private func add(_ comparison: KeyComparison, to found: inout [KeyComparison]) throws(ItemError) {
        if found.contains(where: { $0.attribute == comparison.attribute }) {
            throw ItemError("KeyConditionExpressions must only contain one condition per key")
        }
        found.append(comparison)
    }

    private func comparison(_ comparator: Comparator, _ left: Int, _ right: Int) throws(ItemError) -> KeyComparison {
        try self.checkOperands([left, right])
        let isReversed = if case .path = self.source.nodes[left] { false } else { true }
        let operands = isReversed ? [right, left] : [left, right]
        let operation: KeyComparison.Operator =
            switch isReversed ? comparator.mirrored : comparator {
            case .equal, .notEqual: .equal
            case .less: .less
            case .lessOrEqual: .lessOrEqual
            case .greater: .greater
            case .greaterOrEqual: .greaterOrEqual
            }
        return try self.made(operation, operands)
    }

    private func key(
        _ name: String, _ operation: KeyComparison.Operator, _ operands: [Int]
    ) throws(ItemError) -> KeyComparison {
        guard case .path = self.source.nodes[operands[0]] else {
            throw Self.invalidCondition("\(name) operator must have the key attribute as its first operand")
        }
        try self.checkOperands(operands)
        return try self.made(operation, operands)
    }

    /// One path, and all others values.
    private func checkOperands(_ operands: [Int]) throws(ItemError) {
        var count = 0
        for operand in operands {
            switch self.source.nodes[operand] {
            case .path(let place):
                count += 1
                if count > 1 { throw Self.invalidCondition("Multiple attribute names used in one condition") }
                guard self.paths[place].isTopLevel else {
                    throw ItemError("KeyConditionExpressions cannot have conditions on nested attributes")
                }
            case .value: break
            default: throw Self.nested
            }
        }
        if count == 0 { throw Self.invalidCondition("No key attribute specified") }
    }

    private func made(_ operation: KeyComparison.Operator, _ operands: [Int]) throws(ItemError) -> KeyComparison {
        guard case .path(let path) = self.source.nodes[operands[0]] else {
            throw Self.invalidCondition("No key attribute specified")
        }
        let values = operands.dropFirst().compactMap { operand in
            if case .value(let place) = self.source.nodes[operand] { self.values[place] } else { nil }
        }
        return KeyComparison(String(decoding: self.paths[path].attribute, as: UTF8.self), operation, values)
    }

    private static let nested = ItemError("KeyConditionExpressions cannot contain nested operations")

    private static func invalidOperator(_ name: String) -> ItemError {
        ItemError("Invalid operator used in KeyConditionExpression: \(name)")
    }

    private static func invalidCondition(_ message: String) -> ItemError {
        ItemError("Invalid condition in KeyConditionExpression: \(message)")
    }
}
