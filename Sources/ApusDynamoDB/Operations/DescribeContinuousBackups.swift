package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html
///
/// There are no backups yet: that is what it tells, for every table that is there.
package enum DescribeContinuousBackups: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: DescribeContinuousBackupsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let reference = try TableReference(input.tableName, in: call)
        return Demands(try call.tableDemand("dynamodb:DescribeContinuousBackups", reference))
    }

    package static func perform(
        _ input: DescribeContinuousBackupsInput, in call: inout Call
    ) throws(ServiceError) -> DescribeContinuousBackupsOutput {
        let reference = try TableReference(input.tableName, in: call)
        guard try call.get(reference.key) != nil else {
            throw DynamoDBError.tableNotFound("Table not found: \(reference.name)")
        }
        return DescribeContinuousBackupsOutput(
            continuousBackupsDescription: ContinuousBackupsDescription(
                continuousBackupsStatus: "DISABLED",
                pointInTimeRecoveryDescription: PointInTimeRecoveryDescription(pointInTimeRecoveryStatus: "DISABLED")))
    }
}
