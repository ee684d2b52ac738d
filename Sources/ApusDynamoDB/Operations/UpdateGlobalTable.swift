package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateGlobalTable.html
package enum UpdateGlobalTable: Operation {
    package static let access = OperationAccess.write

    /// Who adds a replica needs what CreateGlobalTable takes, for it and for those that are there.
    package static func demands(
        _ input: UpdateGlobalTableInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let name = input.globalTableName
        let deleted = input.replicaUpdates.compactMap { $0.delete?.regionName }
        var demands = try GlobalTables.demands("dynamodb:UpdateGlobalTable", name, in: deleted, &call)
        let created = input.replicaUpdates.compactMap { $0.create?.regionName }
        if !created.isEmpty {
            let known = try call.get(GlobalTableKey(account: call.account, name: name))?.regions ?? []
            demands += try GlobalTables.demands("dynamodb:CreateGlobalTable", name, in: created + known, &call)
        }
        return Demands(demands)
    }

    package static func perform(
        _ input: UpdateGlobalTableInput, in call: inout Call
    ) throws(ServiceError) -> UpdateGlobalTableOutput {
        let name = input.globalTableName
        var record = try call.globalTable(name)
        try Self.check(input.replicaUpdates)
        for region in input.replicaUpdates.compactMap({ $0.delete?.regionName }) {
            guard record.regions.contains(region) else {
                throw DynamoDBError.replicaNotFound(
                    "Replica not found: Replica in region: '\(region)' does not exist for global table: '\(name)'.")
            }
            try GlobalTables.leave(name, region, of: record.regions, in: &call)
            record.regions.removeAll { $0 == region }
        }
        let created = input.replicaUpdates.compactMap { $0.create?.regionName }
        for region in created {
            guard !record.regions.contains(region) else {
                throw DynamoDBError.replicaAlreadyExists(
                    "Replica already exists: Replica in region: '\(region)' already exists for global table: '\(name)'."
                )
            }
            record.regions.insert(region, at: 0)
        }
        if !created.isEmpty { try GlobalTables.join(name, record.regions, in: &call) }
        try call.put(record, at: GlobalTableKey(account: call.account, name: name))
        let status = record.regions.isEmpty ? "DELETING" : "ACTIVE"
        return UpdateGlobalTableOutput(
            globalTableDescription: GlobalTables.description(name, record, status, in: call))
    }

    private static func check(_ updates: [ReplicaUpdate]) throws(ServiceError) {
        var regions: Set<String> = []
        for update in updates {
            let given = [update.create?.regionName, update.delete?.regionName].compactMap { $0 }
            guard given.count == 1, let region = given.first else {
                throw CommonError.validation("Exactly one of Create and Delete must be specified for a replica update")
            }
            try GlobalTables.check(region: region)
            guard regions.insert(region).inserted else {
                throw CommonError.validation("Only one replica update is allowed per region in a request: \(region)")
            }
        }
        guard !regions.isEmpty else { throw CommonError.validation("ReplicaUpdates must not be empty") }
    }
}
