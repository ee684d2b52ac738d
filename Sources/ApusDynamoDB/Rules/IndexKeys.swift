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
    /// value before the index, once the index is filled: such an item is not in it, and must be mended to be changed. Of several
    /// indexes the first by name is told, as AWS does.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.ViolationDetection.html
    package func checkIndexKeys(of item: Item, _ origin: Origin, old: Item? = nil) throws(ServiceError) {
        var first: (index: String, error: ServiceError)?
        for index in self.indexes {
            for attribute in index.keyAttributes {
                guard let value = item[attribute.name] else { continue }
                let isOld = value == old?[attribute.name]
                if isOld, index.status != .active { continue }
                guard let violation = IndexKeyViolation(value, attribute, index) else { continue }
                if let first, first.index <= index.name { continue }
                first = (index.name, violation.error(isOld ? .put : origin))
            }
        }
        if let first { throw first.error }
    }
}

/// What is wrong with the value of an index's key attribute.
private struct IndexKeyViolation {
    enum Kind {
        case type
        case empty
        case size(limit: Int)
    }

    let kind: Kind
    let value: ItemValue
    let attribute: KeyAttribute
    let index: IndexRecord

    /// Nil where nothing is wrong.
    init?(_ value: ItemValue, _ attribute: KeyAttribute, _ index: IndexRecord) {
        let limit = index.hash.contains(attribute) ? ItemLimits.hashKeyBytes : ItemLimits.sortKeyBytes
        if value.type != attribute.type {
            self.kind = .type
        } else if attribute.type == .number {
            return nil
        } else if value.content.isEmpty {
            self.kind = .empty
        } else if value.content.count > limit {
            self.kind = .size(limit: limit)
        } else {
            return nil
        }
        self.value = value
        self.attribute = attribute
        self.index = index
    }

    func error(_ origin: TableRecord.Origin) -> ServiceError {
        switch origin {
        case .put: self.putError
        case .update: self.updateError
        }
    }

    private var putError: ServiceError {
        let (name, place) = (self.attribute.name, "IndexName: \(self.index.name)")
        switch self.kind {
        case .type:
            return ItemError.parameters(
                "Type mismatch for Index Key \(name) Expected: \(self.attribute.type.rawValue) Actual: \(self.value.type.rawValue) \(place)"
            ).service
        case .empty:
            return CommonError.validation(
                "\(TableRecord.notValid) A value specified for a secondary index key is not supported. \(self.emptiness) \(place), IndexKey: \(name)"
            )
        case .size(let limit):
            return ItemError.parameters(
                "Size limit exceeded for Index Key \(name) Actual Size: \(self.value.content.count) bytes Max Size: \(limit) bytes \(place)"
            ).service
        }
    }

    /// The words that the API reference has among the reasons of TransactionCanceledException.
    private var updateError: ServiceError {
        let start = "The update expression attempted to update"
        switch self.kind {
        case .type: return CommonError.validation("\(start) the secondary index key to unsupported type")
        case .empty:
            return CommonError.validation(
                "\(TableRecord.notValid) \(start) a secondary index key to a value that is not supported. \(self.emptiness)"
            )
        case .size: return CommonError.validation("\(start) the secondary index key beyond allowed size limits")
        }
    }

    private var emptiness: String {
        let kind = self.attribute.type == .string ? "string" : "binary"
        return "The AttributeValue for a key attribute cannot contain an empty \(kind) value."
    }
}
