package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteBackup.html
package enum DeleteBackup: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeleteBackupInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(BackupRules.demand("dynamodb:DeleteBackup", try BackupRules.key(input.backupArn, in: call)))
    }

    package static func perform(
        _ input: DeleteBackupInput, in call: inout Call
    ) throws(ServiceError) -> DeleteBackupOutput {
        let key = try BackupRules.key(input.backupArn, in: call)
        let record = try call.backup(key)
        guard record.kind == .user else {
            throw CommonError.validation("A system backup cannot be deleted: \(key.arn)")
        }
        guard record.status == .available else {
            throw DynamoDBError.backupInUse("Backup is being created: \(key.arn)")
        }
        guard record.restores == 0 else {
            throw DynamoDBError.backupInUse("Backup is being restored: \(key.arn)")
        }
        try call.delete(key, record)
        return DeleteBackupOutput(backupDescription: record.description(key, status: "DELETED"))
    }
}
