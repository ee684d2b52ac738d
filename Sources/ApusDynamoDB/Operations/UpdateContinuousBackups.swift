package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html
package enum UpdateContinuousBackups: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: UpdateContinuousBackupsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let reference = try TableReference(input.tableName, in: call)
        return Demands(try call.tableDemand("dynamodb:UpdateContinuousBackups", reference))
    }

    package static func perform(
        _ input: UpdateContinuousBackupsInput, in call: inout Call
    ) throws(ServiceError) -> UpdateContinuousBackupsOutput {
        let reference = try TableReference(input.tableName, in: call)
        guard let record = try call.get(reference.key) else {
            throw DynamoDBError.tableNotFound("Table not found: \(reference.name)")
        }
        var table = OpenTable(reference, record)
        guard !record.isInTheMaking else {
            throw DynamoDBError.continuousBackupsUnavailable(
                "Backups have not yet been enabled for the table: \(reference.name)")
        }
        let wanted = input.pointInTimeRecoverySpecification
        let days = wanted.recoveryPeriodInDays
        if wanted.pointInTimeRecoveryEnabled {
            if var history = record.backups.history {
                // What a shorter period has given up does not come back with a longer one.
                history.since = history.earliest(call.now)
                history.days = days ?? BackupLimits.recoveryDays
                table.record.backups.history = history
            } else {
                try call.startHistory(of: &table, days: days ?? BackupLimits.recoveryDays)
            }
        } else {
            guard record.backups.history == nil || record.backups.copies.isEmpty else {
                throw DynamoDBError.continuousBackupsUnavailable(
                    "Backups cannot be disabled while the table is being backed up: \(reference.name)")
            }
            try call.endHistory(of: &table)
        }
        try call.put(table)
        return UpdateContinuousBackupsOutput(
            continuousBackupsDescription: BackupRules.continuousBackups(of: table, now: call.now))
    }
}
