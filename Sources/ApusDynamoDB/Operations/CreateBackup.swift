internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html
///
/// The backup has the items of this moment exactly; they are copied by `BackupWorker`, while the table changes on.
package enum CreateBackup: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: CreateBackupInput, in call: inout Call) throws(ServiceError) -> Demands {
        let reference = try TableReference(input.tableName, in: call)
        return Demands(try call.tableDemand("dynamodb:CreateBackup", reference))
    }

    package static func perform(
        _ input: CreateBackupInput, in call: inout Call
    ) throws(ServiceError) -> CreateBackupOutput {
        let reference = try TableReference(input.tableName, in: call)
        guard let found = try call.get(reference.key) else {
            throw DynamoDBError.tableNotFound("Table not found: \(reference.name)")
        }
        var table = OpenTable(reference, found)
        guard !found.isInTheMaking else {
            throw DynamoDBError.tableInUse("Table is being created: \(reference.name)")
        }
        guard found.backups.copies.isEmpty else {
            throw DynamoDBError.backupInUse("Backup is being created for the table: \(reference.name)")
        }
        let key = try call.newBackupKey(of: reference)
        let copy = call.entropy.nextUInt64()
        let counts = try call.counts(of: found)[nil] ?? ItemCounts()
        let record = BackupRecord(
            copy: copy, name: input.backupName, kind: .user, created: call.now, counts: counts, table: found)
        try call.put(key, record)
        try call.startCopy(of: &table, as: copy, for: .backup(key), from: .items(last: nil))
        return CreateBackupOutput(backupDetails: record.details(key))
    }
}
