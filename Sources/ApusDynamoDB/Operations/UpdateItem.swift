package import ApusService
internal import DynamoDBExpressions
internal import DynamoDBItems

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
package enum UpdateItem: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UpdateItemInput, in call: inout Call) throws(ServiceError) -> Demands {
        .none(because: "the body asks once it knows the table's key")
    }

    package static func perform(
        _ input: UpdateItemInput, in call: inout Call
    ) throws(ServiceError) -> UpdateItemOutput {
        let reference = try TableReference(input.tableName, in: call)
        let keyItem = try validated { () throws(ItemError) in try input.key.checked() }
        let (update, condition) = try Self.expressions(input)
        let (returnValues, returnConsumedCapacity) = (input.returnValues, input.returnConsumedCapacity)
        let table = try call.open(reference, for: "dynamodb:UpdateItem") { record, access in
            access.add(key: keyItem, in: record)
            access.add(attributesOf: keyItem)
            access.add(update?.projection.paths ?? [])
            access.add(condition?.documentPaths ?? [])
            access.returnValues = returnValues
            access.returnConsumedCapacity = returnConsumedCapacity
        }
        let key = try table.record.key(keyItem)
        try table.record.check(update)
        let write = ItemWrite(.update(update, key: keyItem), at: key, if: condition, needsOld: true)
        switch try write.perform(on: table, in: &call) {
        case .failure(let unmet): throw unmet.error(input.returnValuesOnConditionCheckFailure)
        case .success(let result):
            return UpdateItemOutput(
                attributes: Self.attributes(input.returnValues, update, result).map { ItemInput($0) },
                consumedCapacity: result.consumption.answer(input.returnConsumedCapacity, table: input.tableName),
                itemCollectionMetrics: try call.collectionMetrics(
                    input.returnItemCollectionMetrics, of: key, keyItem, in: table))
        }
    }

    private static func expressions(
        _ input: UpdateItemInput
    ) throws(ServiceError) -> (update: Update?, condition: Condition?) {
        var expressions = try RequestExpressions(
            names: input.expressionAttributeNames, values: input.expressionAttributeValues,
            expressions: [
                ("UpdateExpression", input.updateExpression != nil),
                ("ConditionExpression", input.conditionExpression != nil),
            ],
            older: [
                ("AttributeUpdates", input.attributeUpdates != nil), ("Expected", input.expected != nil),
                ("ConditionalOperator", input.conditionalOperator != nil),
            ])
        let update = try expressions.update(input.updateExpression)
        let condition = try expressions.condition(input.conditionExpression, as: .condition)
        try expressions.finish()
        return (
            try OlderParameters.update(input.attributeUpdates, unless: update),
            try OlderParameters.expected(input.expected, input.conditionalOperator, unless: condition)
        )
    }

    /// What ReturnValues asks for; nil where there is nothing of it.
    private static func attributes(_ wanted: String?, _ update: Update?, _ result: ItemWrite.Result) -> Item? {
        func updated(_ item: Item?) -> Item? {
            guard let item, let update else { return nil }
            let part = update.projection.applied(to: item)
            return part.isEmpty ? nil : part
        }
        switch wanted {
        case "ALL_OLD": return result.old
        case "ALL_NEW": return result.new
        case "UPDATED_OLD": return updated(result.old)
        case "UPDATED_NEW": return updated(result.new)
        default: return nil
        }
    }
}
