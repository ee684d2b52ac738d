package import DynamoDBItems

/// A key attribute of a table or an index.
package struct KeyAttribute: Hashable, Sendable {
    package let name: String
    /// String, number or binary.
    package let type: ValueType

    package init(_ name: String, _ type: ValueType) {
        self.name = name
        self.type = type
    }
}

/// What a query asks of the keys of a table or an index: which hash key, and which range of sort keys.
package struct KeyCondition: Hashable, Sendable {
    /// One value for each hash attribute of the schema: one for tables, up to four for global indexes.
    package let hash: [ItemValue]
    /// Of several sort attributes those before the last that has a condition: they are equal to these values.
    package let sortPrefix: [ItemValue]
    /// On the sort attribute after `sortPrefix`; nil where all are wanted.
    package let sort: SortCondition?

    /// Fits comparisons to a schema; throws AWS's message where they do not.
    package init(
        _ comparisons: [KeyComparison], hash hashKeys: [KeyAttribute], sort sortKeys: [KeyAttribute]
    ) throws(ItemError) {
        for comparison in comparisons { try Self.checkType(comparison) }
        let limit = max(2, hashKeys.count + sortKeys.count)
        guard 1...limit ~= comparisons.count else { throw ItemError("Conditions can be of length 1 or \(limit) only") }
        var left = comparisons
        func take(_ name: String) -> KeyComparison? {
            guard let place = left.firstIndex(where: { $0.attribute == name }) else { return nil }
            return left.remove(at: place)
        }
        var hash: [ItemValue] = []
        for key in hashKeys {
            guard let comparison = take(key.name) else {
                throw ItemError("Query condition missed key schema element: \(key.name)")
            }
            guard comparison.comparison == .equal else { throw Self.notSupported }
            try Self.check(comparison, key)
            hash.append(comparison.values[0])
        }
        var prefix: [ItemValue] = []
        var sort: SortCondition?
        for key in sortKeys {
            guard !left.isEmpty else { break }
            guard let comparison = take(key.name) else {
                throw ItemError("Query condition missed key schema element: \(key.name)")
            }
            // Only the last condition of several may be other than an equality.
            if let sort {
                guard case .equal(let value) = sort else { throw Self.notSupported }
                prefix.append(value)
            }
            try Self.check(comparison, key)
            sort = SortCondition(comparison)
        }
        guard left.isEmpty else { throw Self.notSupported }
        self.hash = hash
        self.sortPrefix = prefix
        self.sort = sort
    }

    private static let notSupported = ItemError("Query key condition not supported")

    /// Which types a comparison takes, whatever the schema is.
    private static func checkType(_ comparison: KeyComparison) throws(ItemError) {
        for value in comparison.values {
            let isAllowed =
                switch comparison.comparison {
                case .equal: value.type.isOrdered || value.type.elementType != nil
                case .beginsWith: value.type == .string || value.type == .binary
                default: value.type.isOrdered
                }
            guard isAllowed else {
                throw .parameters(
                    "ComparisonOperator \(comparison.comparison.rawValue) is not valid for \(value.type.rawValue) AttributeValue type"
                )
            }
        }
    }

    private static func check(_ comparison: KeyComparison, _ key: KeyAttribute) throws(ItemError) {
        for value in comparison.values where value.type != key.type {
            throw .parameters("Condition parameter type does not match schema type")
        }
        if comparison.comparison == .equal, key.type != .number, comparison.values[0].content.isEmpty {
            let kind = key.type == .string ? "string" : "binary"
            throw ItemError(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty \(kind) value. Key: \(key.name)"
            )
        }
        if comparison.comparison == .between, let order = comparison.values[0].order(to: comparison.values[1]),
            order > 0
        {
            throw ItemError(
                "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound")
        }
    }
}

/// Which sort keys are wanted.
package enum SortCondition: Hashable, Sendable {
    case equal(ItemValue)
    case less(ItemValue)
    case lessOrEqual(ItemValue)
    case greater(ItemValue)
    case greaterOrEqual(ItemValue)
    case between(ItemValue, ItemValue)
    case beginsWith(ItemValue)

    init(_ comparison: KeyComparison) {
        let value = comparison.values[0]
        switch comparison.comparison {
        case .equal: self = .equal(value)
        case .less: self = .less(value)
        case .lessOrEqual: self = .lessOrEqual(value)
        case .greater: self = .greater(value)
        case .greaterOrEqual: self = .greaterOrEqual(value)
        case .between: self = .between(value, comparison.values[1])
        case .beginsWith: self = .beginsWith(value)
        }
    }

    /// An end of a range of sort keys, as `KeyCode.ordered` has them.
    package struct Bound: Hashable, Sendable {
        package let bytes: [UInt8]
        package let isIncluded: Bool
    }

    /// The keys wanted are those from `lower` to `upper`; nil for no bound.
    package var bounds: (lower: Bound?, upper: Bound?) {
        func bound(_ value: ItemValue, _ isIncluded: Bool) -> Bound {
            Bound(bytes: Array(value.content), isIncluded: isIncluded)
        }
        switch self {
        case .equal(let value): return (bound(value, true), bound(value, true))
        case .less(let value): return (nil, bound(value, false))
        case .lessOrEqual(let value): return (nil, bound(value, true))
        case .greater(let value): return (bound(value, false), nil)
        case .greaterOrEqual(let value): return (bound(value, true), nil)
        case .between(let low, let high): return (bound(low, true), bound(high, true))
        case .beginsWith(let value):
            let upper = KeyCode.successor(ofPrefix: value.content)
            return (bound(value, true), upper.map { Bound(bytes: $0, isIncluded: false) })
        }
    }

    /// Whether a sort key is wanted.
    package func holds(for key: ItemValue) -> Bool {
        switch self {
        case .equal(let value): key == value
        case .less(let value): Condition.compare(key, .less, value)
        case .lessOrEqual(let value): Condition.compare(key, .lessOrEqual, value)
        case .greater(let value): Condition.compare(key, .greater, value)
        case .greaterOrEqual(let value): Condition.compare(key, .greaterOrEqual, value)
        case .between(let low, let high):
            Condition.compare(key, .greaterOrEqual, low) && Condition.compare(key, .lessOrEqual, high)
        case .beginsWith(let value): key.begins(with: value)
        }
    }
}
