internal import ApusBase
package import ApusService
package import DynamoDBExpressions
package import DynamoDBItems

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
package enum PutItem: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: PutItemInput, in call: inout Call) throws(ServiceError) -> Demands {
        .none(because: "the body asks once it knows the table's key")
    }

    package static func perform(_ input: PutItemInput, in call: inout Call) throws(ServiceError) -> PutItemOutput {
        let reference = try TableReference(input.tableName, in: call)
        try ReturnValues.check(input.returnValues)
        let item = try PutRules.checked(input.item)
        let condition = try WriteCondition(
            text: input.conditionExpression, names: input.expressionAttributeNames,
            values: input.expressionAttributeValues, expected: input.expected, conjunction: input.conditionalOperator
        ).condition
        let (returnValues, returnConsumedCapacity) = (input.returnValues, input.returnConsumedCapacity)
        let table = try call.open(reference, for: "dynamodb:PutItem") { record, access in
            access.add(key: item, in: record)
            access.add(attributesOf: item)
            access.add(condition?.documentPaths ?? [])
            access.returnValues = returnValues
            access.returnConsumedCapacity = returnConsumedCapacity
        }
        let key = try table.record.key(of: item)
        try table.record.checkIndexKeys(of: item, .put)
        let wantsOld = input.returnValues == "ALL_OLD" || (input.returnConsumedCapacity ?? "NONE") != "NONE"
        let write = ItemWrite(.put(item), at: key, if: condition, needsOld: wantsOld)
        switch try write.perform(on: table, in: &call) {
        case .failure(let unmet): throw unmet.error(input.returnValuesOnConditionCheckFailure)
        case .success(let result):
            return PutItemOutput(
                attributes: input.returnValues == "ALL_OLD" ? result.old.map { ItemInput($0) } : nil,
                consumedCapacity: result.consumption.answer(input.returnConsumedCapacity, table: input.tableName),
                itemCollectionMetrics: try call.collectionMetrics(
                    input.returnItemCollectionMetrics, of: key, item, in: table))
        }
    }
}

/// What may be put.
package enum PutRules {
    package static func checked(_ input: ItemInput) throws(ServiceError) -> Item {
        let item = try validated { () throws(ItemError) in try input.checked() }
        guard item.size <= ItemLimits.itemBytes else { throw ItemError.itemSize.service }
        return item
    }
}

/// ReturnValues of operations that do not change parts of an item.
package enum ReturnValues {
    package static func check(_ text: String?) throws(ServiceError) {
        guard text == nil || text == "NONE" || text == "ALL_OLD" else {
            throw CommonError.validation("ReturnValues can only be ALL_OLD or NONE")
        }
    }
}

/// The condition of PutItem and DeleteItem: an expression, or Expected.
package struct WriteCondition {
    package let condition: Condition?

    package init(
        text: String?, names: [String: String]?, values: ItemInput?, expected: [String: ExpectedAttributeValue]?,
        conjunction: String?
    ) throws(ServiceError) {
        var expressions = try RequestExpressions(
            names: names, values: values, expressions: [("ConditionExpression", text != nil)],
            older: [("Expected", expected != nil), ("ConditionalOperator", conjunction != nil)])
        let condition = try expressions.condition(text, as: .condition)
        try expressions.finish()
        self.condition = try OlderParameters.expected(expected, conjunction, unless: condition)
    }
}
