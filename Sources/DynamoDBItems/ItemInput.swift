/// An item as it came over the wire, and what AWS would refuse in it.
///
/// A request is decoded and its constraints are checked before its values are looked at, so an invalid value must not end the
/// reading. `checked()` tells of it when its turn has come. Maps of other values by name (keys, ExpressionAttributeValues) are
/// read as items, too.
package struct ItemInput: Hashable, Sendable {
    /// With placeholders for what is invalid.
    package let item: Item
    /// The first thing that is wrong with a value.
    package let error: ItemError?
    /// The attribute that it is wrong with.
    package let invalidName: String?

    package init(_ item: Item, error: ItemError? = nil, invalidName: String? = nil) {
        self.item = item
        self.error = error
        self.invalidName = invalidName
    }

    /// The item, all values of which are valid.
    package func checked() throws(ItemError) -> Item {
        if let error { throw error }
        return self.item
    }
}

/// A single value as it came over the wire, and what AWS would refuse in it.
package struct ValueInput: Hashable, Sendable {
    package let value: ItemValue
    package let error: ItemError?

    package init(_ value: ItemValue, error: ItemError? = nil) {
        self.value = value
        self.error = error
    }

    package func checked() throws(ItemError) -> ItemValue {
        if let error { throw error }
        return self.value
    }
}
