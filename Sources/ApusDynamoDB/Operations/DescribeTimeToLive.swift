package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html
package enum DescribeTimeToLive: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: DescribeTimeToLiveInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let reference = try TableReference(input.tableName, in: call)
        return Demands(try call.tableDemand("dynamodb:DescribeTimeToLive", reference))
    }

    package static func perform(
        _ input: DescribeTimeToLiveInput, in call: inout Call
    ) throws(ServiceError) -> DescribeTimeToLiveOutput {
        let table = try call.table(TableReference(input.tableName, in: call))
        let attribute = table.record.timeToLive
        return DescribeTimeToLiveOutput(
            timeToLiveDescription: TimeToLiveDescription(
                timeToLiveStatus: attribute == nil ? "DISABLED" : "ENABLED", attributeName: attribute))
    }
}
