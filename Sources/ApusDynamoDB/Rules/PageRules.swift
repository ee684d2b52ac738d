internal import ApusBase
package import ApusService
package import DynamoDBExpressions
package import DynamoDBItems

/// What Query and Scan check alike.
package enum PageRules {
    /// What `Select`, a projection and an index mean together.
    package static func selection(
        _ select: String?, _ projection: Projection?, isExpression: Bool, index: IndexRecord?, in table: TableRecord
    ) throws(ServiceError) -> PageRead.Selection {
        if let projection {
            guard select == nil || select == "SPECIFIC_ATTRIBUTES" else {
                let parameter = isExpression ? "ProjectionExpression" : "AttributesToGet"
                let wanted = select == "COUNT" ? "only the Count" : select ?? ""
                throw CommonError.validation("Cannot specify the \(parameter) when choosing to get \(wanted)")
            }
            try Self.check(projection, index, table)
            return .projected(projection)
        }
        switch select {
        case "SPECIFIC_ATTRIBUTES":
            throw CommonError.validation(
                "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
        case "COUNT": return .count
        case "ALL_PROJECTED_ATTRIBUTES":
            guard index != nil else {
                throw CommonError.validation(
                    "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
            }
            return .everything
        case "ALL_ATTRIBUTES":
            if let index, index.kind == .global, index.contents != .all {
                throw ItemError.parameters(
                    "Select type ALL_ATTRIBUTES is not supported for global secondary index \(index.name) because its projection type is not ALL"
                ).service
            }
            return .whole
        default: return .everything
        }
    }

    private static func check(
        _ projection: Projection, _ index: IndexRecord?, _ table: TableRecord
    ) throws(ServiceError) {
        guard let index, index.kind == .global, let has = index.projection(in: table) else { return }
        let names = Set(has.attributes)
        let missing = projection.attributes.filter { !names.contains($0) }
        guard missing.isEmpty else {
            let list = missing.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
            throw ItemError.parameters("Global secondary index \(index.name) does not project [\(list)]").service
        }
    }

    /// The index that a request names.
    package static func index(
        _ name: String?, of table: TableRecord, consistentRead: Bool?
    ) throws(ServiceError) -> IndexRecord? {
        guard let name else { return nil }
        guard let index = table.indexes.first(where: { $0.name == name }) else {
            throw CommonError.validation("The table does not have the specified index: \(name)")
        }
        if index.kind == .global, consistentRead == true {
            throw CommonError.validation("Consistent reads are not supported on global secondary indexes")
        }
        guard index.status == .active else {
            throw CommonError.validation("Cannot read from backfilling global secondary index: \(name)")
        }
        return index
    }

    /// Which operation reads: AWS tells more of a scan's start key.
    package enum Reader { case query, scan }

    /// Refuses a start key that is no key of what is read.
    package static func checkStart(
        _ key: Item, of reader: Reader, _ index: IndexRecord?, in table: TableRecord
    ) throws(ServiceError) {
        var names: [String: KeyAttribute] = [:]
        for attribute in table.keyAttributes + (index?.keyAttributes ?? []) { names[attribute.name] = attribute }
        guard key.count == names.count,
            names.values.allSatisfy({ key[$0.name]?.type == $0.type && key[$0.name]?.isKeyContent == true })
        else {
            throw CommonError.validation(
                index == nil && reader == .scan
                    ? "The provided starting key is invalid: The provided key element does not match the schema"
                    : "The provided starting key is invalid")
        }
    }

    package static func outside() -> ServiceError {
        CommonError.validation(
            "The provided starting key is outside query boundaries based on provided conditions")
    }
}

extension ItemValue {
    fileprivate var isKeyContent: Bool { self.type == .number || !self.content.isEmpty }
}
