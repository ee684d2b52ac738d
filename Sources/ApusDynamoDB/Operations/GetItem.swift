package import ApusService
internal import DynamoDBExpressions
internal import DynamoDBItems

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
package enum GetItem: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetItemInput, in call: inout Call) throws(ServiceError) -> Demands {
        .none(because: "the body asks once it knows the table's key")
    }

    package static func perform(_ input: GetItemInput, in call: inout Call) throws(ServiceError) -> GetItemOutput {
        let reference = try TableReference(input.tableName, in: call)
        let keyItem = try validated { () throws(ItemError) in try input.key.checked() }
        let projection = try Self.projection(input)
        let returnConsumedCapacity = input.returnConsumedCapacity
        let table = try call.open(reference, for: "dynamodb:GetItem") { record, access in
            access.add(key: keyItem, in: record)
            access.add(attributesOf: keyItem)
            access.add(projection)
            access.returnConsumedCapacity = returnConsumedCapacity
        }
        let key = try table.record.key(keyItem)
        let meter = call.meter(of: table, for: .read)
        if let throttling = meter?.throttling(.read) { throw throttling.error }
        let item = try call.item(at: key)
        var output = GetItemOutput(item: item.map { ItemInput(projection?.applied(to: $0) ?? $0) })
        if input.returnConsumedCapacity != nil || meter != nil {
            var consumption = Consumption()
            consumption.table = Consumption.read(item?.size ?? 0, input.consistentRead == true ? .strong : .eventual)
            meter?.spend(consumption.table, .read)
            output.consumedCapacity = consumption.answer(input.returnConsumedCapacity, table: input.tableName)
        }
        return output
    }

    private static func projection(_ input: GetItemInput) throws(ServiceError) -> Projection? {
        var expressions = try RequestExpressions(
            names: input.expressionAttributeNames, values: nil,
            expressions: [("ProjectionExpression", input.projectionExpression != nil)],
            older: [("AttributesToGet", input.attributesToGet != nil)])
        let projection = try expressions.projection(input.projectionExpression)
        try expressions.finish()
        return try OlderParameters.projection(input.attributesToGet, unless: projection)
    }
}
