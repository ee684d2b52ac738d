/// A condition operator: `ForAnyValue:StringNotLikeIfExists` and its like.
package struct ConditionOperator: Hashable, Sendable {
    /// How the values of a key with several values are taken together.
    enum Quantifier: Hashable, Sendable { case none, forAllValues, forAnyValue }

    enum Comparison: Hashable, Sendable {
        case equal, less, lessOrEqual, greater, greaterOrEqual

        func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
            switch self {
            case .equal: left == right
            case .less: left < right
            case .lessOrEqual: left <= right
            case .greater: left > right
            case .greaterOrEqual: left >= right
            }
        }
    }

    enum Kind: Hashable, Sendable {
        case string(PolicyPattern.Wildcards, PolicyPattern.Folding)
        case number(Comparison)
        case date(Comparison)
        case bool, binary, address, arn, null
    }

    let quantifier: Quantifier
    let kind: Kind
    let isNegated: Bool
    let ifExists: Bool

    /// Reads an operator's name; nil when there is none of this name.
    package init?(_ name: String) {
        var rest = Substring(name)
        if rest.hasPrefix("ForAllValues:") {
            self.quantifier = .forAllValues
            rest = rest.dropFirst("ForAllValues:".count)
        } else if rest.hasPrefix("ForAnyValue:") {
            self.quantifier = .forAnyValue
            rest = rest.dropFirst("ForAnyValue:".count)
        } else {
            self.quantifier = .none
        }
        self.ifExists = rest.hasSuffix("IfExists")
        if self.ifExists { rest = rest.dropLast("IfExists".count) }
        guard let (kind, isNegated) = Self.operators[String(rest)], !(kind == .null && self.ifExists) else {
            return nil
        }
        self.kind = kind
        self.isNegated = isNegated
    }

    private static let operators: [String: (Kind, Bool)] = [
        "StringEquals": (.string(.literal, .exact), false),
        "StringNotEquals": (.string(.literal, .exact), true),
        "StringEqualsIgnoreCase": (.string(.literal, .ignoringCase), false),
        "StringNotEqualsIgnoreCase": (.string(.literal, .ignoringCase), true),
        "StringLike": (.string(.meaningful, .exact), false),
        "StringNotLike": (.string(.meaningful, .exact), true),
        "NumericEquals": (.number(.equal), false),
        "NumericNotEquals": (.number(.equal), true),
        "NumericLessThan": (.number(.less), false),
        "NumericLessThanEquals": (.number(.lessOrEqual), false),
        "NumericGreaterThan": (.number(.greater), false),
        "NumericGreaterThanEquals": (.number(.greaterOrEqual), false),
        "DateEquals": (.date(.equal), false),
        "DateNotEquals": (.date(.equal), true),
        "DateLessThan": (.date(.less), false),
        "DateLessThanEquals": (.date(.lessOrEqual), false),
        "DateGreaterThan": (.date(.greater), false),
        "DateGreaterThanEquals": (.date(.greaterOrEqual), false),
        "Bool": (.bool, false),
        "BinaryEquals": (.binary, false),
        "IpAddress": (.address, false),
        "NotIpAddress": (.address, true),
        "ArnEquals": (.arn, false),
        "ArnLike": (.arn, false),
        "ArnNotEquals": (.arn, true),
        "ArnNotLike": (.arn, true),
        "Null": (.null, false),
    ]
}
