package import DynamoDBExpressions
package import DynamoDBItems

/// Which item a write or a check is about, and what it must fulfil.
package struct WritePlan: Sendable {
    package let key: Item
    /// What WHERE asks beside the key; nil for nothing.
    package let condition: Condition?

    /// Takes the key from `condition`; throws AWS's message where it does not name one item. `keys` are the attributes of the
    /// table's primary key.
    package init(_ condition: PartiQLCondition?, keys: [KeyAttribute]) throws(ItemError) {
        var terms = WhereTerms(condition)
        self.key = try terms.takeKey(keys)
        self.condition = terms.rest
    }
}
