package import DynamoDBExpressions
internal import DynamoDBItems

extension PartiQLCondition {
    /// The same as a condition of expressions: for filters and conditional writes.
    package var expression: Condition {
        var builder = ConditionBuilder()
        let root = self.add(to: &builder)
        return builder.condition(root)
    }

    private func add(to builder: inout ConditionBuilder) -> Int {
        switch self {
        case .all(let parts): return builder.all(Self.add(parts, to: &builder))
        case .any(let parts): return builder.any(Self.add(parts, to: &builder))
        case .not(let part):
            let part = part.add(to: &builder)
            return builder.not(part)
        case .comparison(let comparison, let left, let right):
            let (left, right) = (left.add(to: &builder), right.add(to: &builder))
            switch comparison {
            case .equal: return builder.equal(left, right)
            case .notEqual: return builder.notEqual(left, right)
            case .less: return builder.less(left, right)
            case .lessOrEqual: return builder.lessOrEqual(left, right)
            case .greater: return builder.greater(left, right)
            case .greaterOrEqual: return builder.greaterOrEqual(left, right)
            }
        case .between(let value, let low, let high):
            let (value, low, high) = (value.add(to: &builder), low.add(to: &builder), high.add(to: &builder))
            return builder.between(value, low, high)
        case .among(let value, let others):
            let value = value.add(to: &builder)
            var operands: [Int] = []
            for other in others { operands.append(other.add(to: &builder)) }
            return builder.among(value, operands)
        case .isMissing(let operand):
            let operand = operand.add(to: &builder)
            return builder.notExists(operand)
        case .hasType(let operand, let type):
            let (operand, type) = (operand.add(to: &builder), builder.value(type))
            return builder.hasType(operand, type)
        case .beginsWith(let operand, let prefix):
            let (operand, prefix) = (operand.add(to: &builder), prefix.add(to: &builder))
            return builder.begins(operand, with: prefix)
        case .contains(let operand, let part):
            let (operand, part) = (operand.add(to: &builder), part.add(to: &builder))
            return builder.contains(operand, part)
        }
    }

    private static func add(_ parts: [PartiQLCondition], to builder: inout ConditionBuilder) -> [Int] {
        var places: [Int] = []
        for part in parts { places.append(part.add(to: &builder)) }
        return places
    }
}

extension PartiQLCondition.Operand {
    fileprivate func add(to builder: inout ConditionBuilder) -> Int {
        switch self {
        case .path(let path): return builder.path(path)
        case .value(let value): return builder.value(value)
        case .size(let path):
            let operand = builder.path(path)
            return builder.size(operand)
        }
    }
}
