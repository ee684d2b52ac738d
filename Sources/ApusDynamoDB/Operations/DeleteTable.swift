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
        guard !table.record.settings.deletionProtection else {
            throw CommonError.validation(
                "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
            )
        }
        try BackupRules.checkNoCopy(of: table)
        try call.closeStream(of: table)
        try call.delete(table.reference.key)
        // With recovery to a point in time the items stay, as those of a backup.
        if try !call.keepDeleted(table) { try call.clear(ItemKey.all(table: table.id)) }
        for index in table.record.indexes { try call.clear(IndexEntryKey.all(index: index.id)) }
        call.forgetThroughput(of: table.id)
        return DeleteTableOutput(tableDescription: table.deletedDescription)
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
