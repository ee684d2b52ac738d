internal import ApusBase
package import ApusService
internal import DynamoDBItems
internal import PartiQL

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html
package struct ExecuteStatement: Procedure {
    package init() {}

    package func perform(
        _ input: ExecuteStatementInput, in session: Session
    ) async throws(ServiceError) -> ExecuteStatementOutput {
        let statement = try PartiQLStatement(input.statement, input.parameters)
        if case .select(let select) = statement {
            return try session.read { (call) throws(ServiceError) in try Self.read(select, input, in: &call) }
        }
        if case .exists = statement {
            throw CommonError.validation("EXISTS is only supported as a statement of a transaction")
        }
        guard input.nextToken == nil, input.limit == nil else {
            throw CommonError.validation("Limit and NextToken are only supported with SELECT statements")
        }
        return try await session.write { (call) throws(ServiceError) in try Self.write(statement, input, in: &call) }
    }

    private static func read(
        _ select: PartiQLStatement.Select, _ input: ExecuteStatementInput, in call: inout Call
    ) throws(ServiceError) -> ExecuteStatementOutput {
        let place = try StatementPlace(token: input)
        let read = try StatementRead(select, in: call)
        let table = try read.open(in: &call)
        let page = try read.page(
            of: table, from: place, limit: input.limit, consistentRead: input.consistentRead, in: &call)
        return ExecuteStatementOutput(
            items: page.items.map { ItemInput($0) }, nextToken: page.next?.token(input),
            consumedCapacity: page.consumption.answer(input.returnConsumedCapacity, table: table.name),
            lastEvaluatedKey: page.lastKey.map { ItemInput($0) })
    }

    private static func write(
        _ statement: PartiQLStatement, _ input: ExecuteStatementInput, in call: inout Call
    ) throws(ServiceError) -> ExecuteStatementOutput {
        let write = try StatementWrite(statement, in: call)
        let table = try write.open(in: &call)
        switch try write.perform(write.write(on: table.record), on: table, in: &call) {
        case .failure(let refusal): throw refusal.error(input.returnValuesOnConditionCheckFailure)
        case .success(let result):
            return ExecuteStatementOutput(
                items: result.item.map { [ItemInput($0)] } ?? [],
                consumedCapacity: result.consumption.answer(input.returnConsumedCapacity, table: table.name))
        }
    }
}
