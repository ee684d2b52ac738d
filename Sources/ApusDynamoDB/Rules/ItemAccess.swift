internal import ApusBase
package import ApusService
package import DynamoDBExpressions
package import DynamoDBItems

/// What a request wants to do with the items of a table, as policies see it.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
package struct ItemAccess: Sendable {
    /// `dynamodb:GetItem`
    package var action: String
    /// The index that is read.
    package var index: String?
    /// The values of the hash key that the request names.
    package var leadingKeys: [String] = []
    /// The attributes of items that the request names.
    package var attributes: Set<String> = []
    /// Which attributes a read answers, in the words of `Select`.
    package var select: String?
    package var returnValues: String?
    package var returnConsumedCapacity: String?
    /// The operation whose part this is, as in transactions.
    package var enclosingOperation: String?
    package var isFullScan = false

    package init(_ action: String) { self.action = action }

    package func demand(on table: TableReference, tags: [String: String]) -> Demand {
        var conditions: [(key: String, values: [String])] = []
        func add(_ key: String, _ value: String?) {
            if let value { conditions.append((key, [value])) }
        }
        if !self.leadingKeys.isEmpty { conditions.append(("dynamodb:LeadingKeys", self.leadingKeys)) }
        if !self.attributes.isEmpty { conditions.append(("dynamodb:Attributes", self.attributes.sorted())) }
        add("dynamodb:Select", self.select)
        add("dynamodb:ReturnValues", self.returnValues)
        add("dynamodb:ReturnConsumedCapacity", self.returnConsumedCapacity)
        add("dynamodb:EnclosingOperation", self.enclosingOperation)
        if self.isFullScan { add("dynamodb:FullTableScan", "true") }
        for (name, value) in tags.sorted(by: { $0.key < $1.key }) { add("aws:ResourceTag/\(name)", value) }
        let arn = self.index.map(table.arn(ofIndex:)) ?? table.arn
        return Demand(self.action, on: arn, account: table.account, conditions: conditions)
    }

    package mutating func add(key item: Item, in table: TableRecord?) {
        guard let table else { return }
        if let hash = item[table.hash.name] { self.add(leadingKey: hash) }
    }

    package mutating func add(leadingKey value: ItemValue) { self.leadingKeys.append(value.leadingKey) }

    package mutating func add(attributesOf item: Item) {
        for (name, _) in item.attributes { self.attributes.insert(String(decoding: name, as: UTF8.self)) }
    }

    package mutating func add(_ paths: [DocumentPath]) {
        for path in paths { self.attributes.insert(String(decoding: path.attribute, as: UTF8.self)) }
    }

    /// What a read answers: all of the items, or what is projected.
    package mutating func add(_ projection: Projection?) {
        self.select = projection == nil ? "ALL_ATTRIBUTES" : "SPECIFIC_ATTRIBUTES"
        if let projection { self.add(projection.paths) }
    }
}

extension ItemValue {
    /// A hash key's value as policies compare it.
    fileprivate var leadingKey: String {
        switch self.type {
        case .string: String(decoding: self.content, as: UTF8.self)
        case .number: self.number?.text ?? ""
        default: Base64.encode(Array(self.content))
        }
    }
}
