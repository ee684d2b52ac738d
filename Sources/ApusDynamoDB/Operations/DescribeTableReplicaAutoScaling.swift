package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTableReplicaAutoScaling.html
package enum DescribeTableReplicaAutoScaling: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: DescribeTableReplicaAutoScalingInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let reference = try TableReference(input.tableName, in: call)
        return Demands(try call.tableDemand("dynamodb:DescribeTableReplicaAutoScaling", reference))
    }

    package static func perform(
        _ input: DescribeTableReplicaAutoScalingInput, in call: inout Call
    ) throws(ServiceError) -> DescribeTableReplicaAutoScalingOutput {
        let table = try call.table(TableReference(input.tableName, in: call))
        try ReplicaScaling.checkReplicated(table, try call.globalTableVersion(of: table))
        return DescribeTableReplicaAutoScalingOutput(
            tableAutoScalingDescription: try ReplicaScaling.description(of: table, in: &call))
    }
}
