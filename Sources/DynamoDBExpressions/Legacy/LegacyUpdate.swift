package import DynamoDBItems

/// One entry of AttributeUpdates.
package struct LegacyUpdate: Hashable, Sendable {
    package enum Action: String, CaseIterable, Hashable, Sendable {
        case put = "PUT"
        case add = "ADD"
        case delete = "DELETE"
    }

    package let attribute: String
    /// PUT where the request has none.
    package let action: Action
    package let value: ValueInput?

    package init(_ attribute: String, _ action: Action?, _ value: ValueInput?) {
        self.attribute = attribute
        self.action = action ?? .put
        self.value = value
    }

    fileprivate func change() throws(ItemError) -> Update.Change {
        let path = DocumentPath(name: self.attribute)
        guard let value = try self.value?.checked() else {
            guard self.action == .delete else {
                throw .parameters("Only DELETE action is allowed when no attribute value is specified")
            }
            return Update.Change(path: path, action: .remove)
        }
        switch self.action {
        case .put: return Update.Change(path: path, action: .set(.value(value)))
        case .add:
            guard value.type == .number || value.type == .list || value.type.elementType != nil else {
                throw .parameters("ADD action is not supported for the type \(value.type.rawValue)")
            }
            return Update.Change(path: path, action: .add(value, isLegacy: true))
        case .delete:
            guard value.type.elementType != nil else {
                throw .parameters("DELETE action with value is not supported for the type \(value.type.rawValue)")
            }
            return Update.Change(path: path, action: .delete(value, isLegacy: true))
        }
    }
}

extension Update {
    /// AttributeUpdates; throws AWS's message for what is invalid.
    package static func attributes(_ updates: [LegacyUpdate]) throws(ItemError) -> Update {
        var changes: [Change] = []
        for update in updates { changes.append(try update.change()) }
        return Update(changes)
    }
}

extension Projection {
    /// AttributesToGet; throws AWS's message where a name stands twice.
    package static func attributes(_ names: [String]) throws(ItemError) -> Projection {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw .parameters("Duplicate value in attribute name: \(name)")
        }
        return Projection(names: names)
    }
}
