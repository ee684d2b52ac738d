package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html
package enum ListTables: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListTablesInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(Demand("dynamodb:ListTables", on: "*", account: call.account))
    }

    package static func perform(
        _ input: ListTablesInput, in call: inout Call
    ) throws(ServiceError) -> ListTablesOutput {
        let limit = input.limit ?? DynamoDBLimits.tablesPerPage
        var range = TableKey.all(account: call.account, region: call.region)
        if let start = input.exclusiveStartTableName {
            range = range.after(TableKey(account: call.account, region: call.region, name: start))
        }
        let page = try call.page(range, limit: limit + 1)
        let names = page.prefix(limit).map(\.key.name)
        return ListTablesOutput(tableNames: names, lastEvaluatedTableName: page.count > limit ? names.last : nil)
    }
}
