package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTableReplicaAutoScaling.html
///
/// Writes scale alike in all regions, reads in each region for itself.
package enum UpdateTableReplicaAutoScaling: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: UpdateTableReplicaAutoScalingInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let reference = try TableReference(input.tableName, in: call)
        return Demands(try call.tableDemand("dynamodb:UpdateTableReplicaAutoScaling", reference))
    }

    package static func perform(
        _ input: UpdateTableReplicaAutoScalingInput, in call: inout Call
    ) throws(ServiceError) -> UpdateTableReplicaAutoScalingOutput {
        let table = try call.readyTable(TableReference(input.tableName, in: call))
        let version = try call.globalTableVersion(of: table)
        try GlobalTables.refuse("UpdateTableReplicaAutoScaling", for: table, of: version)
        try ReplicaScaling.checkReplicated(table, version)
        try ReplicaUpdates.checkNotChanging(table)
        guard
            input.provisionedWriteCapacityAutoScalingUpdate != nil || input.globalSecondaryIndexUpdates != nil
                || input.replicaUpdates != nil
        else {
            throw CommonError.validation(
                "At least one of ProvisionedWriteCapacityAutoScalingUpdate, GlobalSecondaryIndexUpdates or ReplicaUpdates is required"
            )
        }
        let members = try ReplicaScaling.members(of: table, in: &call)
        for member in members {
            try ReplicaScaling.apply(
                input.provisionedWriteCapacityAutoScalingUpdate, to: member, nil, .write, in: &call)
            for update in input.globalSecondaryIndexUpdates ?? [] {
                try ReplicaScaling.apply(
                    update.provisionedWriteCapacityAutoScalingUpdate, to: member,
                    try Self.index(update.indexName, of: member), .write, in: &call)
            }
        }
        for update in input.replicaUpdates ?? [] {
            guard let member = members.first(where: { $0.reference.region == update.regionName }) else {
                throw CommonError.validation(
                    "Replica specified in the Replica Update or Replica Delete action of the request was not found.")
            }
            try ReplicaScaling.apply(
                update.replicaProvisionedReadCapacityAutoScalingUpdate, to: member, nil, .read, in: &call)
            for change in update.replicaGlobalSecondaryIndexUpdates ?? [] {
                try ReplicaScaling.apply(
                    change.provisionedReadCapacityAutoScalingUpdate, to: member,
                    try Self.index(change.indexName, of: member), .read, in: &call)
            }
        }
        return UpdateTableReplicaAutoScalingOutput(
            tableAutoScalingDescription: try ReplicaScaling.description(of: table, in: &call))
    }

    private static func index(_ name: String?, of table: OpenTable) throws(ServiceError) -> String {
        guard let name, table.hasGlobalIndex(name) else {
            throw CommonError.validation("The table does not have the specified index: \(name ?? "null")")
        }
        return name
    }
}
