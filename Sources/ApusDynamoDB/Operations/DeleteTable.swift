internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
package enum DeleteTable: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeleteTableInput, in call: inout Call) throws(ServiceError) -> Demands {
        let reference = try TableReference(input.tableName, in: call)
        return Demands(try call.tableDemand("dynamodb:DeleteTable", reference))
    }

    package static func perform(
        _ input: DeleteTableInput, in call: inout Call
    ) throws(ServiceError) -> DeleteTableOutput {
        let table = try call.readyTable(TableReference(input.tableName, in: call))
        try StrongConsistency.checkDeletion(of: table)
        try Self.check(table, now: call.now)
        var answer = table.deletedDescription
        answer.show(try call.globalTableVersion(of: table))
        try call.remove(table)
        return DeleteTableOutput(tableDescription: answer)
    }

    /// A table that is protected, is copied, whose group is changing or that lately was a replica's source stays.
    static func check(_ table: OpenTable, now: Timestamp) throws(ServiceError) {
        guard !table.record.settings.deletionProtection else {
            throw CommonError.validation(
                "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
            )
        }
        try BackupRules.checkNoCopy(of: table)
        try ReplicaUpdates.checkNotChanging(table)
        try Self.checkNoSource(table, now: now)
    }

    /// For a day, while there is a replica that was made of the table.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
    private static func checkNoSource(_ table: OpenTable, now: Timestamp) throws(ServiceError) {
        guard !table.record.replicas.isSource(now) else {
            throw CommonError.validation(
                "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table in the last 24 hours."
            )
        }
    }
}

extension OpenTable {
    /// What DeleteTable answers: the table without its schema.
    fileprivate var deletedDescription: TableDescription {
        var answer = self.description("DELETING")
        answer.attributeDefinitions = nil
        answer.keySchema = nil
        answer.creationDateTime = nil
        answer.localSecondaryIndexes = nil
        answer.globalSecondaryIndexes = nil
        answer.warmThroughput = nil
        return answer
    }
}
