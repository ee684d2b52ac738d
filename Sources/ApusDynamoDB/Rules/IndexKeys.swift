internal import ApusBase
package import ApusService
package import DynamoDBExpressions
package import DynamoDBItems

/// Entries of secondary indexes: which items have one, where it lies, and what is in it.
extension IndexRecord {
    package var keyAttributes: [KeyAttribute] { self.hash + self.sort }

    /// Where the entry of an item lies; nil where the item is not in the index, since it lacks a key attribute.
    package func key(of item: Item, at place: ItemKey) -> IndexEntryKey? {
        var hash: [ItemValue] = []
        for attribute in self.hash {
            guard let value = Self.value(of: attribute, in: item) else { return nil }
            hash.append(value)
        }
        var sort: [[UInt8]] = []
        for attribute in self.sort {
            guard let value = Self.value(of: attribute, in: item) else { return nil }
            sort.append(Array(value.content))
        }
        guard let code = Self.hash(hash) else { return nil }
        return IndexEntryKey(index: self.id, hash: code, sort: sort, base: place.base)
    }

    /// What stands for the hash values: of one its own code, of several that of all codes together.
    package static func hash(_ values: [ItemValue]) -> [UInt8]? {
        var codes: [UInt8] = []
        for value in values {
            guard let code = KeyCode.hash(value) else { return nil }
            codes += code
        }
        if values.count == 1 { return codes }
        return Array(Digest.sha256(codes).prefix(KeyCode.hashBytes))
    }

    private static func value(of attribute: KeyAttribute, in item: Item) -> ItemValue? {
        guard let value = item[attribute.name], value.type == attribute.type else { return nil }
        return value
    }

    /// Which attributes entries have, of the items of `table`; nil for all.
    package func projection(in table: TableRecord) -> Projection? {
        let keys = (table.keyAttributes + self.keyAttributes).map(\.name)
        switch self.contents {
        case .all: return nil
        case .keysOnly: return Projection(names: keys)
        case .include(let names): return Projection(names: keys + names)
        }
    }

    /// What the index has of an item.
    package func entry(of item: Item, in table: TableRecord) -> Item {
        self.projection(in: table)?.applied(to: item) ?? item
    }
}

extension TableRecord {
    /// How an item came to have a value that no index can have.
    package enum Origin { case put, update }

    /// Refuses an item whose value of an index's key attribute has the wrong type or is empty. Values that were there before the
    /// index stay: such items are not in it.
    package func checkIndexKeys(of item: Item, _ origin: Origin, old: Item? = nil) throws(ServiceError) {
        for index in self.indexes {
            for attribute in index.keyAttributes {
                guard let value = item[attribute.name], value != old?[attribute.name] else { continue }
                guard value.type == attribute.type else { throw Self.mismatch(value, attribute, index, origin) }
                try Self.checkContent(of: value, attribute, index)
            }
        }
    }

    private static func mismatch(
        _ value: ItemValue, _ attribute: KeyAttribute, _ index: IndexRecord, _ origin: Origin
    ) -> ServiceError {
        switch origin {
        case .put:
            ItemError.parameters(
                "Type mismatch for Index Key \(attribute.name) Expected: \(attribute.type.rawValue) Actual: \(value.type.rawValue) IndexName: \(index.name)"
            ).service
        case .update:
            CommonError.validation(
                "The update expression attempted to update the secondary index key to unsupported type")
        }
    }

    private static func checkContent(
        of value: ItemValue, _ attribute: KeyAttribute, _ index: IndexRecord
    ) throws(ServiceError) {
        guard attribute.type != .number else { return }
        if value.content.isEmpty {
            let kind = attribute.type == .string ? "string" : "binary"
            throw CommonError.validation(
                "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty \(kind) value. IndexName: \(index.name), IndexKey: \(attribute.name)"
            )
        }
        let isHash = index.hash.contains(attribute)
        let limit = isHash ? ItemLimits.hashKeyBytes : ItemLimits.sortKeyBytes
        if value.content.count > limit {
            throw ItemError.parameters(
                "Size of \(isHash ? "hashkey" : "rangekey") has exceeded the maximum size limit of\(limit) bytes"
            ).service
        }
    }
}
