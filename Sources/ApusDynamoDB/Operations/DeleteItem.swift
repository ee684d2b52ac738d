package import ApusService
internal import DynamoDBExpressions
internal import DynamoDBItems

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html
package enum DeleteItem: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeleteItemInput, in call: inout Call) throws(ServiceError) -> Demands {
        .none(because: "the body asks once it knows the table's key")
    }

    package static func perform(
        _ input: DeleteItemInput, in call: inout Call
    ) throws(ServiceError) -> DeleteItemOutput {
        let reference = try TableReference(input.tableName, in: call)
        try ReturnValues.check(input.returnValues)
        let keyItem = try validated { () throws(ItemError) in try input.key.checked() }
        let condition = try WriteCondition(
            text: input.conditionExpression, names: input.expressionAttributeNames,
            values: input.expressionAttributeValues, expected: input.expected, conjunction: input.conditionalOperator
        ).condition
        let (returnValues, returnConsumedCapacity) = (input.returnValues, input.returnConsumedCapacity)
        let table = try call.open(reference, for: "dynamodb:DeleteItem") { record, access in
            access.add(key: keyItem, in: record)
            access.add(attributesOf: keyItem)
            access.add(condition?.documentPaths ?? [])
            access.returnValues = returnValues
            access.returnConsumedCapacity = returnConsumedCapacity
        }
        let key = try table.record.key(keyItem)
        let wantsOld = input.returnValues == "ALL_OLD" || (input.returnConsumedCapacity ?? "NONE") != "NONE"
        let write = ItemWrite(.delete, at: key, if: condition, needsOld: wantsOld)
        switch try write.perform(on: table, in: &call) {
        case .failure(let unmet): throw unmet.error(input.returnValuesOnConditionCheckFailure)
        case .success(let result):
            return DeleteItemOutput(
                attributes: input.returnValues == "ALL_OLD" ? result.old.map { ItemInput($0) } : nil,
                consumedCapacity: result.consumption.answer(input.returnConsumedCapacity, table: input.tableName),
                itemCollectionMetrics: try call.collectionMetrics(
                    input.returnItemCollectionMetrics, of: key, keyItem, in: table))
        }
    }
}
