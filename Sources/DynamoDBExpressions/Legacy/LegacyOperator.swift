internal import DynamoDBItems

/// The comparison operators of the parameters that expressions have replaced.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
package enum LegacyOperator: String, CaseIterable, Hashable, Sendable {
    case equal = "EQ"
    case notEqual = "NE"
    case less = "LT"
    case lessOrEqual = "LE"
    case greater = "GT"
    case greaterOrEqual = "GE"
    case between = "BETWEEN"
    case among = "IN"
    case beginsWith = "BEGINS_WITH"
    case contains = "CONTAINS"
    case notContains = "NOT_CONTAINS"
    case null = "NULL"
    case notNull = "NOT_NULL"

    /// Checks the values that come with the operator: their number, that they are of one type, and of one that it takes.
    func check(_ values: [ItemValue]) throws(ItemError) {
        let isCountAllowed =
            switch self {
            case .null, .notNull: values.isEmpty
            case .between: values.count == 2
            case .among: !values.isEmpty
            default: values.count == 1
            }
        guard isCountAllowed else {
            throw .parameters("Invalid number of argument(s) for the \(self.rawValue) ComparisonOperator")
        }
        if values.contains(where: { $0.type != values[0].type }) {
            throw .parameters("AttributeValues inside AttributeValueList must be of same type")
        }
        for value in values where !self.takes(value.type) {
            throw .parameters(
                "ComparisonOperator \(self.rawValue) is not valid for \(value.type.rawValue) AttributeValue type")
        }
        if self == .between, let order = values[0].order(to: values[1]), order > 0 {
            throw ItemError(
                "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound")
        }
    }

    private func takes(_ type: ValueType) -> Bool {
        switch self {
        case .equal, .notEqual: true
        case .beginsWith: type == .string || type == .binary
        default: type.isOrdered
        }
    }

    /// The condition on `path`, as AWS describes the operator.
    func part(on path: DocumentPath, _ values: [ItemValue], in builder: inout ConditionBuilder) -> Int {
        let operand = builder.path(path)
        let operands = values.map { builder.value($0) }
        switch self {
        case .equal: return builder.equal(operand, operands[0])
        case .notEqual: return builder.notEqual(operand, operands[0])
        case .less: return builder.less(operand, operands[0])
        case .lessOrEqual: return builder.lessOrEqual(operand, operands[0])
        case .greater: return builder.greater(operand, operands[0])
        case .greaterOrEqual: return builder.greaterOrEqual(operand, operands[0])
        case .between: return builder.between(operand, operands[0], operands[1])
        case .among: return builder.among(operand, operands)
        case .beginsWith: return builder.begins(operand, with: operands[0])
        case .contains: return builder.contains(operand, operands[0])
        case .notContains:
            // What is missing contains nothing, but does not fulfil this either.
            let isThere = builder.exists(builder.path(path))
            return builder.all([isThere, builder.not(builder.contains(operand, operands[0]))])
        case .null: return builder.notExists(operand)
        case .notNull: return builder.exists(operand)
        }
    }
}

/// ConditionalOperator: how several legacy conditions go together.
package enum LegacyConjunction: String, Hashable, Sendable {
    case all = "AND"
    case any = "OR"
}
