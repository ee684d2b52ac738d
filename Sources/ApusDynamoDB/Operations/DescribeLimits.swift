package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeLimits.html
package enum DescribeLimits: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: DescribeLimitsInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(Demand("dynamodb:DescribeLimits", on: "*", account: call.account))
    }

    package static func perform(
        _ input: DescribeLimitsInput, in call: inout Call
    ) throws(ServiceError) -> DescribeLimitsOutput {
        DescribeLimitsOutput(
            accountMaxReadCapacityUnits: DynamoDBLimits.accountReadUnits,
            accountMaxWriteCapacityUnits: DynamoDBLimits.accountWriteUnits,
            tableMaxReadCapacityUnits: DynamoDBLimits.tableReadUnits,
            tableMaxWriteCapacityUnits: DynamoDBLimits.tableWriteUnits)
    }
}
