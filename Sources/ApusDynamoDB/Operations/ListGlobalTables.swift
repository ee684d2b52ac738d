package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListGlobalTables.html
package enum ListGlobalTables: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: ListGlobalTablesInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(Demand("dynamodb:ListGlobalTables", on: "*", account: call.account))
    }

    package static func perform(
        _ input: ListGlobalTablesInput, in call: inout Call
    ) throws(ServiceError) -> ListGlobalTablesOutput {
        let limit = input.limit ?? DynamoDBLimits.tablesPerPage
        var range = GlobalTableKey.all(account: call.account)
        if let start = input.exclusiveStartGlobalTableName {
            range = range.after(GlobalTableKey(account: call.account, name: start))
        }
        var tables: [GlobalTable] = []
        var last: String?
        try call.scan(range) { key, record in
            if let region = input.regionName, !record.regions.contains(region) { return .next }
            guard tables.count < limit else {
                last = tables.last?.globalTableName
                return .stop
            }
            let replicas = record.regions.map { Replica(regionName: $0) }
            tables.append(GlobalTable(globalTableName: key.name, replicationGroup: replicas))
            return .next
        }
        return ListGlobalTablesOutput(globalTables: tables, lastEvaluatedGlobalTableName: last)
    }
}
