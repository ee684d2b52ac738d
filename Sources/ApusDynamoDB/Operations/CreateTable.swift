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
        var demands = [create]
        if !conditions.isEmpty {
            demands.append(
                Demand("dynamodb:TagResource", on: reference.arn, account: reference.account, conditions: conditions))
        }
        if input.resourcePolicy != nil {
            demands.append(Demand("dynamodb:PutResourcePolicy", on: reference.arn, account: reference.account))
        }
        return Demands(demands)
    }

    package static func perform(
        _ input: CreateTableInput, in call: inout Call
    ) throws(ServiceError) -> CreateTableOutput {
        let reference = try TableReference(input.tableName, in: call)
        try TableRules.checkSupported([
            ("GlobalTableSourceArn", input.globalTableSourceArn != nil),
            ("GlobalTableSettingsReplicationMode", input.globalTableSettingsReplicationMode != nil),
        ])
        var table = OpenTable(reference, try TableRules.table(input, in: &call))
        try CapacityRules.check(input, in: &table.record)
        try CapacityQuotas.check(table.record, region: reference.region)
        if let policy = input.resourcePolicy {
            try PolicyRules.check(policy)
            table.record.policy = PolicyRecord(text: policy, after: nil, now: call.now)
        }
        guard try !call.contains(reference.key) else {
            throw DynamoDBError.resourceInUse("Table already exists: \(reference.name)")
        }
        try call.put(table)
        try call.openStream(of: table)
        return CreateTableOutput(tableDescription: table.description("CREATING"))
    }
}
