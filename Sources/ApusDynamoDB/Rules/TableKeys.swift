package import ApusService
package import DynamoDBExpressions
package import DynamoDBItems

/// Keys of items in a table, and what is said of those that do not fit.
extension TableRecord {
    /// The key attributes: the hash key, then the sort key.
    package var keyAttributes: [KeyAttribute] { [self.hash] + (self.sort.map { [$0] } ?? []) }

    /// Where the item lies that a request's `Key` names. The key has exactly the table's key attributes.
    package func key(_ key: Item) throws(ServiceError) -> ItemKey {
        guard key.count == (self.sort == nil ? 1 : 2), let hash = key[self.hash.name], hash.type == self.hash.type
        else { throw Self.mismatch }
        var sort: ItemValue?
        if let attribute = self.sort {
            guard let value = key[attribute.name], value.type == attribute.type else { throw Self.mismatch }
            sort = value
        }
        return try self.key(hash: hash, sort: sort)
    }

    /// Where an item lies that is put.
    package func key(of item: Item) throws(ServiceError) -> ItemKey {
        let hash = try Self.value(of: self.hash, in: item)
        var sort: ItemValue?
        if let attribute = self.sort { sort = try Self.value(of: attribute, in: item) }
        return try self.key(hash: hash, sort: sort)
    }

    /// Where an item lies that a batch puts: of keys that do not fit AWS tells less there.
    package func key(ofBatched item: Item) throws(ServiceError) -> ItemKey {
        guard self.keyAttributes.allSatisfy({ item[$0.name]?.type == $0.type }) else { throw Self.mismatch }
        return try self.key(of: item)
    }

    /// Where an item from the store lies.
    package func key(ofStored item: Item) -> ItemKey? {
        guard let hash = item[self.hash.name].flatMap(KeyCode.hash) else { return nil }
        guard let attribute = self.sort else { return ItemKey(table: self.id, hash: hash, sort: []) }
        guard let sort = item[attribute.name].flatMap(KeyCode.ordered) else { return nil }
        return ItemKey(table: self.id, hash: hash, sort: Array(sort))
    }

    /// The key attributes of an item alone.
    package func keyItem(of item: Item) -> Item { self.keyProjection.applied(to: item) }

    package var keyProjection: Projection { Projection(names: self.keyAttributes.map(\.name)) }

    /// Refuses an update that would change the key.
    package func check(_ update: Update?) throws(ServiceError) {
        guard let update else { return }
        for path in update.projection.paths {
            let name = String(decoding: path.attribute, as: UTF8.self)
            if name == self.hash.name || name == self.sort?.name {
                throw ItemError.parameters("Cannot update attribute \(name). This attribute is part of the key").service
            }
        }
    }

    private func key(hash: ItemValue, sort: ItemValue?) throws(ServiceError) -> ItemKey {
        try Self.checkContent(of: hash, self.hash)
        if let sort, let attribute = self.sort { try Self.checkContent(of: sort, attribute) }
        if hash.type != .number, hash.content.count > ItemLimits.hashKeyBytes {
            throw ItemError.parameters("Size of hashkey has exceeded the maximum size limit of2048 bytes").service
        }
        if let sort, sort.type != .number, sort.content.count > ItemLimits.sortKeyBytes {
            throw ItemError.parameters(
                "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
            ).service
        }
        guard let code = KeyCode.hash(hash) else { throw Self.mismatch }
        return ItemKey(table: self.id, hash: code, sort: sort.flatMap(KeyCode.ordered).map(Array.init) ?? [])
    }

    private static func value(of attribute: KeyAttribute, in item: Item) throws(ServiceError) -> ItemValue {
        guard let value = item[attribute.name] else {
            throw ItemError.parameters("Missing the key \(attribute.name) in the item").service
        }
        guard value.type == attribute.type else {
            throw ItemError.parameters(
                "Type mismatch for key \(attribute.name) expected: \(attribute.type.rawValue) actual: \(value.type.rawValue)"
            ).service
        }
        return value
    }

    private static func checkContent(of value: ItemValue, _ attribute: KeyAttribute) throws(ServiceError) {
        guard attribute.type != .number, value.content.isEmpty else { return }
        let kind = attribute.type == .string ? "string" : "binary"
        throw CommonError.validation(
            "\(Self.notValid) The AttributeValue for a key attribute cannot contain an empty \(kind) value. Key: \(attribute.name)"
        )
    }

    /// What AWS's messages on empty key values begin with. It tells of them before it looks at anything else of a request, so that
    /// they are no reasons for which a transaction of writes is cancelled.
    package static let notValid = "One or more parameter values are not valid."

    package static let mismatch = CommonError.validation("The provided key element does not match the schema")
}
