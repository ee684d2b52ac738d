/// A condition as it is written: nodes in one array that refer to each other by their places.
struct ConditionSyntax: Hashable, Sendable {
    var syntax: Syntax
    var nodes: [ConditionNode] = []
    /// The operands of functions, IN, AND and OR, in runs.
    var links: [Int] = []
    /// The node of the whole condition.
    var root = 0
}

/// A condition's part. Numbers are places in `ConditionSyntax.nodes`, ranges in `links`.
enum ConditionNode: Hashable, Sendable {
    /// An operand: a place in `Syntax.paths`, in `Syntax.valueReferences`.
    case path(Int)
    case value(Int)
    case function(ConditionFunction, Range<Int>)
    case comparison(Comparator, Int, Int)
    case between(Int, Int, Int)
    /// IN: the operand, then what it may be equal to.
    case among(Range<Int>)
    case all(Range<Int>)
    case any(Range<Int>)
    case not(Int)
}

/// The functions of conditions, under their names.
enum ConditionFunction: String, Hashable, Sendable {
    case attributeExists = "attribute_exists"
    case attributeNotExists = "attribute_not_exists"
    case attributeType = "attribute_type"
    case beginsWith = "begins_with"
    case contains
    case size

    var operandCount: Int {
        switch self {
        case .attributeExists, .attributeNotExists, .size: 1
        case .attributeType, .beginsWith, .contains: 2
        }
    }
}

enum Comparator: String, Hashable, Sendable {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    init?(_ kind: Token.Kind) {
        switch kind {
        case .equal: self = .equal
        case .notEqual: self = .notEqual
        case .less: self = .less
        case .lessOrEqual: self = .lessOrEqual
        case .greater: self = .greater
        case .greaterOrEqual: self = .greaterOrEqual
        default: return nil
        }
    }

    /// With its operands changed over.
    var mirrored: Comparator {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }

    /// Whether it needs values that have an order.
    var isOrder: Bool { self != .equal && self != .notEqual }
}
