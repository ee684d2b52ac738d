package import DynamoDBItems

/// One entry of QueryFilter, ScanFilter or KeyConditions.
package struct LegacyCondition: Hashable, Sendable {
    package let attribute: String
    package let comparison: LegacyOperator
    package let values: [ValueInput]

    package init(_ attribute: String, _ comparison: LegacyOperator, _ values: [ValueInput]) {
        self.attribute = attribute
        self.comparison = comparison
        self.values = values
    }

    fileprivate func checkedValues() throws(ItemError) -> [ItemValue] {
        var values: [ItemValue] = []
        for value in self.values { values.append(try value.checked()) }
        try self.comparison.check(values)
        return values
    }
}

/// One entry of Expected.
package struct LegacyExpectation: Hashable, Sendable {
    package let attribute: String
    package let exists: Bool?
    package let value: ValueInput?
    package let comparison: LegacyOperator?
    package let list: [ValueInput]?

    package init(
        _ attribute: String, exists: Bool?, value: ValueInput?, comparison: LegacyOperator?, list: [ValueInput]?
    ) {
        self.attribute = attribute
        self.exists = exists
        self.value = value
        self.comparison = comparison
        self.list = list
    }

    /// What it asks, as an operator with values.
    fileprivate func checked() throws(ItemError) -> (LegacyOperator, [ItemValue]) {
        if self.list != nil, self.value != nil {
            throw self.invalid("Value and AttributeValueList cannot be used together")
        }
        guard let comparison else { return try self.simple() }
        if self.exists != nil { throw self.invalid("Exists and ComparisonOperator cannot be used together") }
        if comparison != .null, comparison != .notNull, self.list == nil, self.value == nil {
            throw self.invalid(
                "Value or AttributeValueList must be used with ComparisonOperator: \(comparison.rawValue)")
        }
        var values: [ItemValue] = []
        for value in self.list ?? self.value.map({ [$0] }) ?? [] { values.append(try value.checked()) }
        try comparison.check(values)
        return (comparison, values)
    }

    /// Without a comparison: a value that must be equal, or nothing that may be there.
    private func simple() throws(ItemError) -> (LegacyOperator, [ItemValue]) {
        if self.list != nil { throw self.invalid("AttributeValueList can only be used with a ComparisonOperator") }
        if self.exists == false {
            if self.value != nil { throw self.invalid("Value cannot be used when Exists is false") }
            return (.null, [])
        }
        guard let value else {
            throw self.invalid("Value must be provided when Exists is \(self.exists == nil ? "null" : "true")")
        }
        return (.equal, [try value.checked()])
    }

    private func invalid(_ message: String) -> ItemError { .parameters("\(message) for Attribute: \(self.attribute)") }
}

extension Condition {
    /// QueryFilter or ScanFilter; throws AWS's message for what is invalid.
    package static func filter(
        _ conditions: [LegacyCondition], _ conjunction: LegacyConjunction = .all
    ) throws(ItemError) -> Condition {
        var builder = ConditionBuilder()
        var parts: [Int] = []
        for condition in conditions {
            let values = try condition.checkedValues()
            parts.append(condition.comparison.part(on: DocumentPath(name: condition.attribute), values, in: &builder))
        }
        return builder.joined(parts, conjunction)
    }

    /// Expected with its ConditionalOperator; throws AWS's message for what is invalid.
    package static func expected(
        _ expectations: [LegacyExpectation], _ conjunction: LegacyConjunction = .all
    ) throws(ItemError) -> Condition {
        var builder = ConditionBuilder()
        var parts: [Int] = []
        for expectation in expectations {
            let (comparison, values) = try expectation.checked()
            parts.append(comparison.part(on: DocumentPath(name: expectation.attribute), values, in: &builder))
        }
        return builder.joined(parts, conjunction)
    }
}

extension ConditionBuilder {
    fileprivate mutating func joined(_ parts: [Int], _ conjunction: LegacyConjunction) -> Condition {
        self.condition(conjunction == .any && !parts.isEmpty ? self.any(parts) : self.all(parts))
    }
}

extension KeyComparison {
    /// KeyConditions; throws AWS's message for what is invalid or no index can answer.
    package static func comparisons(_ conditions: [LegacyCondition]) throws(ItemError) -> [KeyComparison] {
        var comparisons: [KeyComparison] = []
        for condition in conditions {
            let values = try condition.checkedValues()
            guard let operation = Operator(rawValue: condition.comparison.rawValue) else {
                throw ItemError("Attempted conditional constraint is not an indexable operation")
            }
            comparisons.append(KeyComparison(condition.attribute, operation, values))
        }
        return comparisons
    }
}
