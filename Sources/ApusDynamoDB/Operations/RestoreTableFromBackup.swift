package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html
package enum RestoreTableFromBackup: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: RestoreTableFromBackupInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let action = "dynamodb:RestoreTableFromBackup"
        let source = BackupRules.demand(action, try BackupRules.key(input.backupArn, in: call))
        let target = try TableReference(input.targetTableName, in: call, parameter: "TargetTableName")
        return RestoredTable.demands(action, on: source, target: target)
    }

    package static func perform(
        _ input: RestoreTableFromBackupInput, in call: inout Call
    ) throws(ServiceError) -> RestoreTableFromBackupOutput {
        let key = try BackupRules.key(input.backupArn, in: call)
        var backup = try call.backup(key)
        guard backup.status == .available else {
            throw DynamoDBError.backupInUse("Backup is being created: \(key.arn)")
        }
        let target = try RestoredTable.target(input.targetTableName, in: &call)
        let origin = TableBackups.Origin(
            backupARN: key.arn, tableARN: key.table.arn, time: backup.created, inProgress: true)
        let record = try RestoredTable.record(
            like: backup.table, as: target, RestoreOverrides(input), origin: origin, in: &call)
        let table = OpenTable(target, record)
        try call.put(table)
        backup.restores += 1
        try call.put(key, backup)
        try call.put(
            RestoreKey(table: record.id), RestoreRecord(target: target, copy: backup.copy, backup: key))
        call.signal(CopyKey.channel)
        return RestoreTableFromBackupOutput(tableDescription: table.description("CREATING"))
    }
}
