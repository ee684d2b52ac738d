internal import ApusBase
package import ApusService
package import DynamoDBExpressions
package import DynamoDBItems

/// The expressions of one request, or the older parameters in their place, read in AWS's order.
package struct RequestExpressions: Sendable {
    /// A parameter by its name, and whether the request has it.
    package typealias Parameter = (name: String, isThere: Bool)

    package var placeholders: Placeholders
    private static let cache = ExpressionCache()

    /// Checks what may stand together, names and values.
    ///
    /// - Parameters:
    ///   - expressions: in AWS's order.
    ///   - older: the parameters that expressions have replaced, in AWS's order.
    package init(
        names: [String: String]?, values: ItemInput?, expressions: [Parameter], older: [Parameter]
    ) throws(ServiceError) {
        try Self.checkMixture(expressions: expressions, older: older)
        let hasExpressions = expressions.contains(where: \.isThere)
        if names != nil, !hasExpressions {
            throw CommonError.validation("ExpressionAttributeNames can only be specified when using expressions")
        }
        if values != nil {
            if !expressions.contains(where: { $0.isThere && $0.name != "ProjectionExpression" }) {
                let takers = expressions.filter { $0.name != "ProjectionExpression" }
                let verb = takers.count == 1 ? "is" : "are"
                throw CommonError.validation(
                    "ExpressionAttributeValues can only be specified when using expressions: \(takers.map(\.name).joined(separator: " and ")) \(verb) null"
                )
            }
        }
        if names == nil, values == nil {
            self.placeholders = .none
        } else {
            self.placeholders = try validated { () throws(ItemError) in try Placeholders(names: names, values: values) }
        }
    }

    /// Refuses expressions beside what they have replaced.
    package static func checkMixture(expressions: [Parameter], older: [Parameter]) throws(ServiceError) {
        guard expressions.contains(where: \.isThere), older.contains(where: \.isThere) else { return }
        let used = expressions.filter(\.isThere).map(\.name)
        let usedOlder = older.filter(\.isThere).map(\.name)
        throw CommonError.validation(
            "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {\(usedOlder.joined(separator: ", "))} Expression parameters: {\(used.joined(separator: ", "))}"
        )
    }

    package mutating func condition(_ text: String?, as kind: ExpressionKind) throws(ServiceError) -> Condition? {
        guard let text else { return nil }
        do throws(ItemError) {
            return try Self.cache.condition(text, as: kind).bound(to: &self.placeholders)
        } catch {
            throw error.service
        }
    }

    package mutating func update(_ text: String?) throws(ServiceError) -> Update? {
        guard let text else { return nil }
        do throws(ItemError) { return try Self.cache.update(text).bound(to: &self.placeholders) } catch {
            throw error.service
        }
    }

    package mutating func projection(_ text: String?) throws(ServiceError) -> Projection? {
        guard let text else { return nil }
        do throws(ItemError) { return try Self.cache.projection(text).bound(to: &self.placeholders) } catch {
            throw error.service
        }
    }

    /// After the last expression: refuses what none has used.
    package func finish() throws(ServiceError) {
        do throws(ItemError) { try self.placeholders.checkAllUsed() } catch { throw error.service }
    }
}

/// The parameters that expressions have replaced.
package enum OlderParameters {
    /// Expected with its ConditionalOperator, unless the request has a condition; nil where there is neither.
    package static func expected(
        _ expected: [String: ExpectedAttributeValue]?, _ conjunction: String?, unless condition: Condition?
    ) throws(ServiceError) -> Condition? {
        if let condition { return condition }
        try Self.checkConjunction(conjunction, count: expected?.count ?? 0)
        guard let expected, !expected.isEmpty else { return nil }
        let expectations = expected.sorted { $0.key < $1.key }.map { name, value in
            LegacyExpectation(
                name, exists: value.exists, value: value.value,
                comparison: value.comparisonOperator.flatMap(LegacyOperator.init(rawValue:)),
                list: value.attributeValueList)
        }
        return try validated { () throws(ItemError) in
            try Condition.expected(expectations, Self.conjunction(conjunction))
        }
    }

    /// AttributeUpdates, unless the request has an update.
    package static func update(
        _ updates: [String: AttributeValueUpdate]?, unless update: Update?
    ) throws(ServiceError) -> Update? {
        if let update { return update }
        guard let updates, !updates.isEmpty else { return nil }
        let changes = updates.sorted { $0.key < $1.key }.map { name, update in
            LegacyUpdate(name, update.action.flatMap(LegacyUpdate.Action.init(rawValue:)), update.value)
        }
        return try validated { () throws(ItemError) in try Update.attributes(changes) }
    }

    /// AttributesToGet, unless the request has a projection.
    package static func projection(
        _ names: [String]?, unless projection: Projection?
    ) throws(ServiceError) -> Projection? {
        if let projection { return projection }
        guard let names else { return nil }
        return try validated { () throws(ItemError) in try Projection.attributes(names) }
    }

    /// QueryFilter or ScanFilter, unless the request has a filter.
    package static func filter(
        _ conditions: [String: ConditionShape]?, _ conjunction: String?, unless filter: Condition?
    ) throws(ServiceError) -> Condition? {
        try Self.checkConjunction(conjunction, count: conditions?.count ?? 0)
        if let filter { return filter }
        guard let conditions = Self.conditions(conditions), !conditions.isEmpty else { return nil }
        return try validated { () throws(ItemError) in
            try Condition.filter(conditions, Self.conjunction(conjunction))
        }
    }

    package static func conditions(_ conditions: [String: ConditionShape]?) -> [LegacyCondition]? {
        conditions.map { conditions in
            conditions.sorted { $0.key < $1.key }.compactMap { name, condition in
                LegacyOperator(rawValue: condition.comparisonOperator).map {
                    LegacyCondition(name, $0, condition.attributeValueList ?? [])
                }
            }
        }
    }

    package static func conjunction(_ text: String?) -> LegacyConjunction { text == "OR" ? .any : .all }

    /// ConditionalOperator needs something to join.
    package static func checkConjunction(_ text: String?, count: Int) throws(ServiceError) {
        if text != nil, count == 0 {
            throw CommonError.validation("ConditionalOperator cannot be used without Filter or Expected")
        }
    }
}
