internal import ApusBase
package import ApusService
package import DynamoDBExpressions
package import DynamoDBItems

/// Entries of secondary indexes: which items have one, where it lies, and what is in it.
extension IndexRecord {
    package var keyAttributes: [KeyAttribute] { self.hash + self.sort }

    /// Where the entry of an item lies; nil where the item is not in the index, since it lacks a key attribute or has a value there
    /// that no index can have: from before the index, or it would have been refused.
    package func key(of item: Item, at place: ItemKey) -> IndexEntryKey? {
        var hash: [ItemValue] = []
        for attribute in self.hash {
            guard let value = Self.value(of: attribute, in: item, bytes: ItemLimits.hashKeyBytes) else { return nil }
            hash.append(value)
        }
        var sort: [[UInt8]] = []
        for attribute in self.sort {
            guard let value = Self.value(of: attribute, in: item, bytes: ItemLimits.sortKeyBytes) else { return nil }
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

    private static func value(of attribute: KeyAttribute, in item: Item, bytes: Int) -> ItemValue? {
        guard let value = item[attribute.name], value.type == attribute.type else { return nil }
        return value.type == .number || 1...bytes ~= value.content.count ? value : nil
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

    /// Refuses an item whose value of an index's key attribute has the wrong type, is empty or too long; also one that had the
    /// value before the index, once the index is filled: such an item is not in it, and must be mended to be changed.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.ViolationDetection.html
    package func checkIndexKeys(of item: Item, _ origin: Origin, old: Item? = nil) throws(ServiceError) {
        for index in self.indexes {
            for attribute in index.keyAttributes {
                guard let value = item[attribute.name] else { continue }
                let isOld = value == old?[attribute.name]
                if isOld, index.status != .active { continue }
                guard value.type == attribute.type else {
                    throw Self.mismatch(value, attribute, index, isOld ? .put : origin)
                }
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
