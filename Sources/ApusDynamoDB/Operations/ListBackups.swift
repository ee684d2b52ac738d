package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html
package enum ListBackups: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListBackupsInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(Demand("dynamodb:ListBackups", on: "*", account: call.account))
    }

    /// In the order of the tables' names, then of time.
    package static func perform(
        _ input: ListBackupsInput, in call: inout Call
    ) throws(ServiceError) -> ListBackupsOutput {
        let limit = min(input.limit ?? BackupLimits.page, BackupLimits.page)
        var account = call.account
        var table: String?
        if let name = input.tableName {
            let reference = try TableReference(name, in: call)
            (account, table) = (reference.account, reference.name)
        }
        var range = BackupKey.all(account: account, region: call.region, table: table)
        if let start = input.exclusiveStartBackupArn { range = range.after(try BackupRules.key(start, in: call)) }
        let kind = input.backupType ?? "USER"
        var found: [BackupSummary] = []
        try call.scan(range) { key, record in
            guard kind == "ALL" || record.kind.text == kind else { return .next }
            if let least = input.timeRangeLowerBound, record.created < least { return .next }
            if let end = input.timeRangeUpperBound, record.created >= end { return .next }
            found.append(record.summary(key))
            return found.count <= limit ? .next : .stop
        }
        return ListBackupsOutput(
            backupSummaries: Array(found.prefix(limit)),
            lastEvaluatedBackupArn: found.count > limit ? found[limit - 1].backupArn : nil)
    }
}
