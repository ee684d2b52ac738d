package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html
package enum DescribeTable: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: DescribeTableInput, in call: inout Call) throws(ServiceError) -> Demands {
        let reference = try TableReference(input.tableName, in: call)
        return Demands(try call.tableDemand("dynamodb:DescribeTable", reference))
    }

    package static func perform(
        _ input: DescribeTableInput, in call: inout Call
    ) throws(ServiceError) -> DescribeTableOutput {
        let table = try call.table(TableReference(input.tableName, in: call))
        let counts = try call.counts(of: table.record)
        var answer = table.description(table.record.status, counts: counts, at: call.now)
        answer.show(try call.globalTableVersion(of: table))
        return DescribeTableOutput(table: answer)
    }
}
