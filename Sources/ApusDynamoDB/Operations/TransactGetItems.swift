internal import ApusBase
package import ApusService
internal import DynamoDBExpressions
internal import DynamoDBItems

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
package enum TransactGetItems: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: TransactGetItemsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        .none(because: "the body asks for each item, once it knows the table's key")
    }

    package static func perform(
        _ input: TransactGetItemsInput, in call: inout Call
    ) throws(ServiceError) -> TransactGetItemsOutput {
        var gets: [(get: Get, key: Item, projection: Projection?)] = []
        for part in input.transactItems {
            let key = try validated { () throws(ItemError) in try part.get.key.checked() }
            gets.append((part.get, key, try Self.projection(part.get)))
        }
        var seen: Set<ItemKey> = []
        var reasons = CancellationReasons(count: gets.count, .read)
        var tables: [TableReference] = []
        for part in input.transactItems { tables.append(try TableReference(part.get.tableName, in: call)) }
        reasons.note(accountsOf: tables)
        var responses: [ItemResponse] = []
        var consumption = ConsumptionByTable()
        var meters = TransactionReadMeters()
        var bytes = 0
        for (number, (get, keyItem, projection)) in gets.enumerated() {
            let table = try call.open(tables[number], for: "dynamodb:GetItem") {
                record, access in
                access.add(key: keyItem, in: record)
                access.add(attributesOf: keyItem)
                access.add(projection)
                access.returnConsumedCapacity = input.returnConsumedCapacity
                access.enclosingOperation = "TransactGetItems"
            }
            try StrongConsistency.checkTransaction(on: table)
            guard let key = try reasons.validated(number, { () throws(ServiceError) in try table.record.key(keyItem) })
            else { continue }
            guard seen.insert(key).inserted else { throw CancellationReasons.multipleOperations }
            guard meters.admit(number, to: table, &reasons, in: &call) else { continue }
            let item = try call.item(at: key)
            bytes += item?.size ?? 0
            guard bytes <= DynamoDBLimits.transactionBytes else { throw CancellationReasons.tooLarge }
            let units = Consumption.read(item?.size ?? 0, .transactional)
            meters.note(number, units)
            consumption.add(units, to: get.tableName)
            responses.append(ItemResponse(item: item.map { ItemInput(projection?.applied(to: $0) ?? $0) }))
        }
        try reasons.check()
        meters.take()
        return TransactGetItemsOutput(
            consumedCapacity: consumption.answers(input.returnConsumedCapacity, .read), responses: responses)
    }

    private static func projection(_ get: Get) throws(ServiceError) -> Projection? {
        var expressions = try RequestExpressions(
            names: get.expressionAttributeNames, values: nil,
            expressions: [("ProjectionExpression", get.projectionExpression != nil)], older: [])
        let projection = try expressions.projection(get.projectionExpression)
        try expressions.finish()
        return projection
    }
}
