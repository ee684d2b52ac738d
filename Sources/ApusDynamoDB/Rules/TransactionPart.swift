internal import ApusBase
package import ApusService
package import DynamoDBExpressions
package import DynamoDBItems

/// One part of TransactWriteItems: read, but not yet fitted to its table.
package struct TransactionPart: Sendable {
    package enum Kind: Sendable { case check, put, delete, update }

    package let kind: Kind
    package let tableName: String
    package let reference: TableReference
    /// The item that is put; for the others its key.
    package let item: Item
    package let condition: Condition?
    package let update: Update?
    package let returnValues: String?

    package init(_ part: TransactWriteItem, in call: borrowing Call) throws(ServiceError) {
        let kinds = [
            part.conditionCheck != nil, part.put != nil, part.delete != nil, part.update != nil,
        ].count { $0 }
        guard kinds == 1 else {
            throw CommonError.validation("TransactItems can only contain one of Check, Put, Update or Delete")
        }
        if let check = part.conditionCheck {
            try self.init(
                .check, check.tableName, check.key, (nil, check.conditionExpression),
                (check.expressionAttributeNames, check.expressionAttributeValues),
                check.returnValuesOnConditionCheckFailure, in: call)
        } else if let put = part.put {
            try self.init(
                .put, put.tableName, put.item, (nil, put.conditionExpression),
                (put.expressionAttributeNames, put.expressionAttributeValues),
                put.returnValuesOnConditionCheckFailure, in: call)
        } else if let delete = part.delete {
            try self.init(
                .delete, delete.tableName, delete.key, (nil, delete.conditionExpression),
                (delete.expressionAttributeNames, delete.expressionAttributeValues),
                delete.returnValuesOnConditionCheckFailure, in: call)
        } else if let update = part.update {
            try self.init(
                .update, update.tableName, update.key, (update.updateExpression, update.conditionExpression),
                (update.expressionAttributeNames, update.expressionAttributeValues),
                update.returnValuesOnConditionCheckFailure, in: call)
        } else {
            preconditionFailure("A part of a transaction has a kind.")
        }
    }

    private init(
        _ kind: Kind, _ table: String, _ item: ItemInput, _ texts: (update: String?, condition: String?),
        _ placeholders: (names: [String: String]?, values: ItemInput?), _ returnValues: String?,
        in call: borrowing Call
    ) throws(ServiceError) {
        self.kind = kind
        self.tableName = table
        self.returnValues = returnValues
        self.reference = try TableReference(table, in: call)
        self.item =
            kind == .put
            ? try PutRules.checked(item) : try validated { () throws(ItemError) in try item.checked() }
        var parameters: [RequestExpressions.Parameter] = [("ConditionExpression", texts.condition != nil)]
        if kind == .update { parameters.insert(("UpdateExpression", texts.update != nil), at: 0) }
        var expressions = try RequestExpressions(
            names: placeholders.names, values: placeholders.values, expressions: parameters, older: [])
        self.update = try expressions.update(texts.update)
        self.condition = try expressions.condition(texts.condition, as: .condition)
        try expressions.finish()
    }

    /// The permission that it needs.
    package var action: String {
        switch self.kind {
        case .check: "dynamodb:ConditionCheckItem"
        case .put: "dynamodb:PutItem"
        case .delete: "dynamodb:DeleteItem"
        case .update: "dynamodb:UpdateItem"
        }
    }

    package func describe(_ table: TableRecord?, returnConsumedCapacity: String?, _ access: inout ItemAccess) {
        access.add(key: self.item, in: table)
        access.add(attributesOf: self.item)
        access.add(self.condition?.documentPaths ?? [])
        access.add(self.update?.projection.paths ?? [])
        access.returnConsumedCapacity = returnConsumedCapacity
        access.enclosingOperation = "TransactWriteItems"
    }

    /// The write that it is on its table.
    package func write(on table: TableRecord) throws(ServiceError) -> ItemWrite {
        var write = try self.ownWrite(on: table)
        write.metering = .byOthers
        return write
    }

    private func ownWrite(on table: TableRecord) throws(ServiceError) -> ItemWrite {
        switch self.kind {
        case .put:
            let key = try table.key(of: self.item)
            try table.checkIndexKeys(of: self.item, .put)
            return ItemWrite(.put(self.item), at: key, if: self.condition, needsOld: true)
        case .check: return ItemWrite(.check, at: try table.key(self.item), if: self.condition, needsOld: true)
        case .delete: return ItemWrite(.delete, at: try table.key(self.item), if: self.condition, needsOld: true)
        case .update:
            let key = try table.key(self.item)
            try table.check(self.update)
            return ItemWrite(
                .update(self.update, key: self.item), at: key, if: self.condition, needsOld: true)
        }
    }
}
