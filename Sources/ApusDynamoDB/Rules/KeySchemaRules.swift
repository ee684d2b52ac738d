internal import ApusBase
package import ApusService
package import DynamoDBExpressions
internal import DynamoDBItems

/// Key schemas of tables and indexes, as requests have them.
package struct AttributeDefinitions {
    package let list: [KeyAttribute]

    package init(_ definitions: [AttributeDefinition]?) throws(ServiceError) {
        var list: [KeyAttribute] = []
        for definition in definitions ?? [] {
            guard !list.contains(where: { $0.name == definition.attributeName }) else {
                throw CommonError.validation("Attribute Name is duplicated: \(definition.attributeName)")
            }
            guard let type = ValueType(rawValue: definition.attributeType), type.isOrdered else {
                throw CommonError.validation("Unknown attribute type: \(definition.attributeType)")
            }
            list.append(KeyAttribute(definition.attributeName, type))
        }
        self.list = list
    }

    package init(stored: [KeyAttribute]) { self.list = stored }

    /// Refuses a schema of a table or a local index that has more than two keys: a constraint that the model does not have.
    ///
    /// - Parameter path: where the schema stands in the request.
    package static func checkCount(_ schema: [KeySchemaElement], at path: String) throws(ServiceError) {
        guard schema.count <= 2 else {
            throw CommonError.validation(
                "1 validation error detected: Value '\(Self.text(schema))' at '\(path)' failed to satisfy constraint: Member must have length less than or equal to 2"
            )
        }
    }

    /// The key attributes of a table or a local index: a hash key, perhaps a sort key.
    ///
    /// - Parameter schema: of two keys at most.
    package func simple(_ schema: [KeySchemaElement]) throws(ServiceError) -> (hash: KeyAttribute, sort: KeyAttribute?)
    {
        let (hash, sort) = try self.keys(schema)
        guard hash.count == 1 else {
            throw CommonError.validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
        }
        return (hash[0], sort.first)
    }

    /// The key attributes of a global index: up to four of each kind.
    package func keys(
        _ schema: [KeySchemaElement]
    ) throws(ServiceError) -> (hash: [KeyAttribute], sort: [KeyAttribute]) {
        guard schema.first?.keyType == "HASH" else {
            throw CommonError.validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
        }
        let hash = schema.prefix { $0.keyType == "HASH" }
        let sort = schema.dropFirst(hash.count)
        guard sort.allSatisfy({ $0.keyType == "RANGE" }) else {
            throw ItemError.parameters("All HASH key attributes must precede RANGE key attributes in the KeySchema")
                .service
        }
        let names = schema.map(\.attributeName)
        guard Set(names).count == names.count else {
            throw CommonError.validation(
                names.count == 2
                    ? "Both the Hash Key and the Range Key element in the KeySchema have the same name"
                    : "The KeySchema contains multiple key attributes with the same name")
        }
        let limit = DynamoDBLimits.indexKeyAttributes
        for (kind, count) in [("HASH", hash.count), ("RANGE", sort.count)] where count > limit {
            throw ItemError.parameters("The KeySchema exceeds the maximum allowed number of \(kind) key attributes")
                .service
        }
        return (try hash.map(self.attribute), try sort.map(self.attribute))
    }

    private func attribute(_ element: KeySchemaElement) throws(ServiceError) -> KeyAttribute {
        if let attribute = self.list.first(where: { $0.name == element.attributeName }) { return attribute }
        throw ItemError.parameters(
            "Some index key attributes are not defined in AttributeDefinitions. Keys: [\(element.attributeName)], AttributeDefinitions: [\(self.list.map(\.name).joined(separator: ", "))]"
        ).service
    }

    /// Refuses definitions that no key uses.
    package func checkAllUsed(by table: TableRecord) throws(ServiceError) {
        let used = Set((table.keyAttributes + table.indexes.flatMap(\.keyAttributes)).map(\.name))
        guard self.list.contains(where: { !used.contains($0.name) }) else { return }
        if table.indexes.isEmpty {
            throw ItemError.parameters(
                "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"
            ).service
        }
        let names = self.list.map(\.name).joined(separator: ", ")
        throw ItemError.parameters(
            "Some AttributeDefinitions are not used. AttributeDefinitions: [\(names)], keys used: [\(used.sorted().joined(separator: ", "))]"
        ).service
    }

    private static func text(_ schema: [KeySchemaElement]) -> String {
        let elements = schema.map { "KeySchemaElement(attributeName=\($0.attributeName), keyType=\($0.keyType))" }
        return "[\(elements.joined(separator: ", "))]"
    }
}
