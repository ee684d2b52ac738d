package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeGlobalTableSettings.html
package enum DescribeGlobalTableSettings: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: DescribeGlobalTableSettingsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try GlobalTables.demands("dynamodb:DescribeGlobalTableSettings", input.globalTableName, &call))
    }

    package static func perform(
        _ input: DescribeGlobalTableSettingsInput, in call: inout Call
    ) throws(ServiceError) -> DescribeGlobalTableSettingsOutput {
        let tables = try GlobalTableSettings.replicas(of: input.globalTableName, in: &call)
        return DescribeGlobalTableSettingsOutput(
            globalTableName: input.globalTableName,
            replicaSettings: try GlobalTableSettings.description(of: tables, "ACTIVE", in: &call))
    }
}
