package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeGlobalTable.html
package enum DescribeGlobalTable: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: DescribeGlobalTableInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try GlobalTables.demands("dynamodb:DescribeGlobalTable", input.globalTableName, &call))
    }

    package static func perform(
        _ input: DescribeGlobalTableInput, in call: inout Call
    ) throws(ServiceError) -> DescribeGlobalTableOutput {
        let record = try call.globalTable(input.globalTableName)
        return DescribeGlobalTableOutput(
            globalTableDescription: GlobalTables.description(input.globalTableName, record, "ACTIVE", in: call))
    }
}
