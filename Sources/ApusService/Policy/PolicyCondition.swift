/// One test of a `Condition` element: an operator, a key, and the values it is compared with. Keys are
/// case-insensitive.
///
/// Several values of a policy are alternatives; under a negated operator none of them may match. A key that the request
/// does not have fails a positive test and passes a negated one.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
package struct PolicyCondition: Hashable, Sendable {
    let key: ConditionKey
    let condition: ConditionOperator
    let test: ConditionTest

    /// nil when a value is not what the operator compares (a network that is none, a date that is none).
    init?(_ condition: ConditionOperator, key: String, values: [String], version: PolicyDocument.Version) {
        guard let test = ConditionTest(condition.kind, values, version) else { return nil }
        self.key = ConditionKey(key)
        self.condition = condition
        self.test = test
    }

    /// Whether the test passes. `effect` matters where a policy variable has no value in the request: such a value
    /// matches nothing, and a negated test that relied on it allows nothing, but still denies.
    func holds(in request: PolicyRequest, for effect: PolicyStatement.Effect) -> Bool {
        let values = request.values(of: self.key)
        if case .absence(let wanted) = self.test { return wanted.contains(values?.isEmpty ?? true) }
        let negated = self.condition.isNegated
        if negated, effect == .allow, self.test.hasUnknownVariable(in: request) { return false }
        switch self.condition.quantifier {
        case .none:
            guard let values, !values.isEmpty else { return negated || self.condition.ifExists }
            return values.contains { self.test.accepts($0, in: request) } != negated
        case .forAllValues:
            return (values ?? []).allSatisfy { $0.isEmpty || self.test.accepts($0, in: request) != negated }
        case .forAnyValue:
            guard let values, !values.isEmpty else { return self.condition.ifExists }
            return values.contains { !$0.isEmpty && self.test.accepts($0, in: request) != negated }
        }
    }
}
