package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeBackup.html
package enum DescribeBackup: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: DescribeBackupInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(BackupRules.demand("dynamodb:DescribeBackup", try BackupRules.key(input.backupArn, in: call)))
    }

    package static func perform(
        _ input: DescribeBackupInput, in call: inout Call
    ) throws(ServiceError) -> DescribeBackupOutput {
        let key = try BackupRules.key(input.backupArn, in: call)
        return DescribeBackupOutput(backupDescription: try call.backup(key).description(key))
    }
}
