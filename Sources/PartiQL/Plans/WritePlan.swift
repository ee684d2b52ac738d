package import DynamoDBExpressions
package import DynamoDBItems

/// Which item a write or a check is about, and what it must fulfil.
package struct WritePlan: Sendable {
    package let key: Item
    private let rest: PartiQLCondition?

    /// Takes the key from `condition`; throws AWS's message where it does not name one item. `keys` are the attributes of the
    /// table's primary key.
    package init(_ condition: PartiQLCondition?, keys: [KeyAttribute]) throws(ItemError) {
        var terms = WhereTerms(condition)
        self.key = try terms.takeKey(keys)
        self.rest = terms.restCondition
    }

    /// What WHERE asks beside the key; nil for nothing.
    package var condition: Condition? { self.rest?.expression }

    /// The same, of an item that is there: `attribute` is one of its key.
    package func condition(requiring attribute: KeyAttribute) -> Condition {
        let isThere = PartiQLCondition.not(.isMissing(.path(DocumentPath(name: attribute.name))))
        return PartiQLCondition.all([isThere] + (self.rest.map { [$0] } ?? [])).expression
    }
}
