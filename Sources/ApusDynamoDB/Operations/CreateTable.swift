package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
package enum CreateTable: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: CreateTableInput, in call: inout Call) throws(ServiceError) -> Demands {
        let reference = try TableReference(input.tableName, in: call)
        let conditions = TableTags.conditions(input.tags)
        let create = Demand(
            "dynamodb:CreateTable", on: reference.arn, account: reference.account, conditions: conditions)
        if conditions.isEmpty { return Demands(create) }
        let tag = Demand(
            "dynamodb:TagResource", on: reference.arn, account: reference.account, conditions: conditions)
        return Demands(create, tag)
    }

    package static func perform(
        _ input: CreateTableInput, in call: inout Call
    ) throws(ServiceError) -> CreateTableOutput {
        let reference = try TableReference(input.tableName, in: call)
        try TableRules.check(input.sseSpecification)
        try TableRules.checkSupported([
            ("ResourcePolicy", input.resourcePolicy != nil),
            ("GlobalTableSourceArn", input.globalTableSourceArn != nil),
            ("GlobalTableSettingsReplicationMode", input.globalTableSettingsReplicationMode != nil),
        ])
        let table = OpenTable(reference, try TableRules.table(input, in: &call))
        guard try !call.contains(reference.key) else {
            throw DynamoDBError.resourceInUse("Table already exists: \(reference.name)")
        }
        try call.put(table)
        return CreateTableOutput(tableDescription: table.description("CREATING"))
    }
}
