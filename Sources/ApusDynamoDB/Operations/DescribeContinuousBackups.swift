package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html
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
        guard let record = try call.get(reference.key) else {
            throw DynamoDBError.tableNotFound("Table not found: \(reference.name)")
        }
        return DescribeContinuousBackupsOutput(
            continuousBackupsDescription: BackupRules.continuousBackups(
                of: OpenTable(reference, record), now: call.now))
    }
}
