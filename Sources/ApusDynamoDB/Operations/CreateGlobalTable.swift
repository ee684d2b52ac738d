package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateGlobalTable.html
package enum CreateGlobalTable: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: CreateGlobalTableInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let regions = input.replicationGroup.compactMap(\.regionName)
        return Demands(
            try GlobalTables.demands("dynamodb:CreateGlobalTable", input.globalTableName, in: regions, &call))
    }

    package static func perform(
        _ input: CreateGlobalTableInput, in call: inout Call
    ) throws(ServiceError) -> CreateGlobalTableOutput {
        let name = input.globalTableName
        let key = GlobalTableKey(account: call.account, name: name)
        guard try !call.contains(key) else {
            throw DynamoDBError.globalTableAlreadyExists(
                "Global table already exists: Global table with name: '\(name)' already exists.")
        }
        let regions = input.replicationGroup.compactMap(\.regionName)
        guard !regions.isEmpty, Set(regions).count == regions.count, regions.count == input.replicationGroup.count
        else {
            throw CommonError.validation(
                "ReplicationGroup must have at least one replica, each with another RegionName")
        }
        for region in regions { try GlobalTables.check(region: region) }
        try GlobalTables.join(name, regions, in: &call)
        let record = GlobalTableRecord(created: call.now, regions: regions)
        try call.put(key, record)
        return CreateGlobalTableOutput(
            globalTableDescription: GlobalTables.description(name, record, "CREATING", in: call))
    }
}
