package import ApusBase
package import ApusService
package import DynamoDBExpressions
package import DynamoDBItems

/// What PutItem, UpdateItem and DeleteItem share, and the parts of a transaction: one item, a condition, what is to become of it.
package struct ItemWrite: Sendable {
    package enum Action: Sendable {
        case put(Item)
        case update(Update?, key: Item)
        case delete
        /// ConditionCheck: nothing.
        case check
    }

    package var key: ItemKey
    package var action: Action
    package var condition: Condition?
    /// Whether the old item is wanted, whatever the table needs.
    package var needsOld: Bool
    package var metering = Metering.byItself

    /// Who holds it to the table's throughput.
    package enum Metering: Sendable {
        case byItself
        /// The transaction or the batch whose part it is.
        case byOthers
    }

    package init(_ action: Action, at key: ItemKey, if condition: Condition?, needsOld: Bool) {
        self.action = action
        self.key = key
        self.condition = condition
        self.needsOld = needsOld
    }

    /// What was done.
    package struct Result: Sendable {
        package var old: Item?
        package var new: Item?
        package var consumption: Consumption
    }

    /// Why nothing was done: the condition does not hold for the item.
    package struct Unmet: Error, Sendable {
        package let item: Item?
        /// Whether what it costs is to be kept, though it fails.
        package var isCharged = false
    }

    private var mustReadOld: Bool {
        switch self.action {
        case .update, .check: true
        case .put, .delete: self.condition != nil || self.needsOld
        }
    }

    /// The new item, checked; nil where there is none.
    private func newItem(_ old: Item?, in table: TableRecord) throws(ServiceError) -> Item? {
        switch self.action {
        case .put(let item): return item
        case .update(let update, let key):
            guard let update else { return old ?? key }
            let new = try validated { () throws(ItemError) in try update.applied(to: old, key: key) }
            guard new.size <= ItemLimits.itemBytes else { throw ItemError.updatedItemSize.service }
            try table.checkIndexKeys(of: new, .update, old: old)
            return new
        case .delete: return nil
        case .check: return old
        }
    }

    /// Does it, or answers that the condition does not hold.
    package func perform(
        on table: OpenTable, in call: inout Call
    ) throws(ServiceError) -> Swift.Result<Result, Unmet> {
        if self.metering == .byItself, let meter = call.meter(of: table, for: .write) {
            return try self.perform(on: table, by: meter, in: &call)
        }
        let old = self.mustReadOld || table.record.needsOldImages ? try call.item(at: self.key) : nil
        if let condition, !condition.holds(for: old ?? .empty) { return .failure(Unmet(item: old)) }
        let new = try self.newItem(old, in: table.record)
        var result = Result(old: old, new: new, consumption: Consumption())
        if case .check = self.action {
            result.consumption.add(Consumption.write(old?.size ?? 0), to: nil)
            return .success(result)
        }
        result.consumption = try call.apply(ItemChange(self.key, from: old, to: new), to: table)
        result.consumption.add(Consumption.write(from: old, to: new), to: nil)
        return .success(result)
    }
}

extension ItemWrite.Unmet {
    /// ConditionalCheckFailedException, with the item where it is asked for.
    package func error(_ returnValues: String?) -> ServiceError {
        var shown: JSONValue?
        if returnValues == "ALL_OLD", let item { shown = item.jsonValue }
        let error = DynamoDBError.conditionalCheckFailed("The conditional request failed", item: shown)
        // Nothing was written that could be kept with the price.
        return self.isCharged ? error.committing : error
    }
}

extension Item {
    /// The item as a tree, for errors.
    package var jsonValue: JSONValue {
        do throws(JSONError) { return try JSONValue(parsing: self.json) } catch {
            preconditionFailure("An item is JSON: \(error)")
        }
    }
}
