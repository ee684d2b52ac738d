internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html
///
/// `BackupWorker` makes a copy of the table as it was then, and fills the new one with it.
package enum RestoreTableToPointInTime: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: RestoreTableToPointInTimeInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        let action = "dynamodb:RestoreTableToPointInTime"
        let source = try call.tableDemand(action, Self.source(input, in: call))
        let target = try TableReference(input.targetTableName, in: call, parameter: "TargetTableName")
        return RestoredTable.demands(action, on: source, target: target)
    }

    private static func source(
        _ input: RestoreTableToPointInTimeInput, in call: borrowing Call
    ) throws(ServiceError) -> TableReference {
        switch (input.sourceTableName, input.sourceTableArn) {
        case (let name?, nil): try TableReference(name, in: call, parameter: "SourceTableName")
        case (nil, let arn?): try TableReference(arn: arn, in: call)
        default:
            throw CommonError.validation("Exactly one of SourceTableName and SourceTableArn must be specified")
        }
    }

    package static func perform(
        _ input: RestoreTableToPointInTimeInput, in call: inout Call
    ) throws(ServiceError) -> RestoreTableToPointInTimeOutput {
        let reference = try Self.source(input, in: call)
        guard let found = try call.get(reference.key) else {
            throw DynamoDBError.tableNotFound("Table not found: \(reference.name)")
        }
        guard let history = found.backups.history else {
            throw DynamoDBError.pointInTimeRecoveryUnavailable(
                "Point in time recovery is not enabled for table '\(reference.name)'")
        }
        let head = try call.get(HistoryHeadKey(history: history.id))
        let time = try Self.time(input, history, last: head?.time, now: call.now)
        let target = try RestoredTable.target(input.targetTableName, in: &call)
        let origin = TableBackups.Origin(
            backupARN: nil, tableARN: reference.arn, time: time, inProgress: true)
        let record = try RestoredTable.record(
            like: found, as: target, RestoreOverrides(input), origin: origin, in: &call)
        let table = OpenTable(target, record)
        try call.put(table)
        var source = OpenTable(reference, found)
        try call.startCopy(
            of: &source, as: call.entropy.nextUInt64(), for: .restore(target, id: record.id),
            from: .history(id: history.id, end: head?.next ?? 1, time: time))
        return RestoreTableToPointInTimeOutput(tableDescription: table.description("CREATING"))
    }

    private static func time(
        _ input: RestoreTableToPointInTimeInput, _ history: TableBackups.History, last: Timestamp?, now: Timestamp
    ) throws(ServiceError) -> Timestamp {
        switch (input.restoreDateTime, input.useLatestRestorableTime == true) {
        case (nil, true): return max(now, last ?? now)
        case (let time?, false):
            guard time >= history.earliest(now), time <= now else {
                throw DynamoDBError.invalidRestoreTime(
                    "RestoreDateTime must be between EarliestRestorableDateTime and LatestRestorableDateTime")
            }
            return time
        default:
            throw CommonError.validation(
                "Exactly one of RestoreDateTime and UseLatestRestorableTime must be specified")
        }
    }
}
