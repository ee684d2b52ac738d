internal import ApusBase
package import ApusService
internal import DynamoDBItems
internal import PartiQL

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
///
/// Each statement is a transaction of its own, and its mistakes are its own.
package struct BatchExecuteStatement: Procedure {
    package init() {}

    /// What became of one statement.
    private struct Outcome: Sendable {
        var response: BatchStatementResponse
        var tableName: String?
        var consumption = Consumption()
    }

    package func perform(
        _ input: BatchExecuteStatementInput, in session: Session
    ) async throws(ServiceError) -> BatchExecuteStatementOutput {
        var statements: [Swift.Result<PartiQLStatement, ServiceError>] = []
        for request in input.statements { statements.append(Self.read(request)) }
        try Self.checkKinds(statements)
        var outcomes: [Outcome] = []
        for (request, statement) in zip(input.statements, statements) {
            do throws(ServiceError) {
                outcomes.append(try await Self.run(try statement.get(), request, in: session))
            } catch {
                outcomes.append(try Self.failed(error))
            }
        }
        var consumption = ConsumptionByTable()
        for outcome in outcomes {
            if let name = outcome.tableName { consumption.add(outcome.consumption, to: name) }
        }
        return BatchExecuteStatementOutput(
            responses: outcomes.map(\.response),
            consumedCapacity: consumption.answers(input.returnConsumedCapacity, nil))
    }

    private static func read(_ request: BatchStatementRequest) -> Swift.Result<PartiQLStatement, ServiceError> {
        do throws(ServiceError) {
            let statement = try PartiQLStatement(request.statement, request.parameters)
            if case .exists = statement {
                throw CommonError.validation("EXISTS is only supported as a statement of a transaction")
            }
            return .success(statement)
        } catch {
            return .failure(error)
        }
    }

    /// "The entire batch must consist of either read statements or write statements, you cannot mix both in one batch."
    private static func checkKinds(_ statements: [Swift.Result<PartiQLStatement, ServiceError>]) throws(ServiceError) {
        let kinds = Set(statements.compactMap { (try? $0.get())?.isRead })
        guard kinds.count <= 1 else {
            throw CommonError.validation(
                "The entire batch must consist of either read statements or write statements, you cannot mix both in one batch."
            )
        }
    }

    private static func run(
        _ statement: PartiQLStatement, _ request: BatchStatementRequest, in session: Session
    ) async throws(ServiceError) -> Outcome {
        if case .select(let select) = statement {
            return try session.read { (call) throws(ServiceError) in
                let read = try StatementRead(select, in: call)
                let table = try read.open(enclosing: "BatchExecuteStatement", in: &call)
                var outcome = Outcome(response: BatchStatementResponse(), tableName: table.name)
                let meter = call.meter(of: table, for: .read)
                let item = try read.item(
                    of: table, for: "BatchExecuteStatement", &outcome.consumption,
                    request.consistentRead == true ? .strong : .eventual, in: &call)
                if let throttling = meter?.throttling(.read) { throw throttling.error }
                meter?.spend(outcome.consumption.table, .read)
                outcome.response = BatchStatementResponse(tableName: table.name, item: item.map { ItemInput($0) })
                return outcome
            }
        }
        return try await session.write { (call) throws(ServiceError) in
            let write = try StatementWrite(statement, in: call)
            let table = try write.open(enclosing: "BatchExecuteStatement", in: &call)
            switch try write.perform(write.write(on: table.record), on: table, in: &call) {
            case .success(let result):
                return Outcome(
                    response: BatchStatementResponse(
                        tableName: table.name, item: result.item.map { ItemInput($0) }),
                    tableName: table.name, consumption: result.consumption)
            case .failure(.unmet(let unmet)):
                let isWanted = request.returnValuesOnConditionCheckFailure == "ALL_OLD"
                let error = BatchStatementError(
                    code: "ConditionalCheckFailed", message: "The conditional request failed",
                    item: isWanted ? unmet.item.map { ItemInput($0) } : nil)
                return Outcome(response: BatchStatementResponse(error: error, tableName: table.name))
            case .failure(.duplicate):
                let error = BatchStatementError(code: "DuplicateItem", message: StatementWrite.duplicate)
                return Outcome(response: BatchStatementResponse(error: error, tableName: table.name))
            }
        }
    }

    /// A statement's mistake; what is not its own fails the request.
    private static func failed(_ error: ServiceError) throws(ServiceError) -> Outcome {
        guard let answer = error.apiError else { throw error }
        let code: String
        switch answer.code {
        case "ValidationException": code = "ValidationError"
        case "ResourceNotFoundException": code = "ResourceNotFound"
        case "AccessDeniedException": code = "AccessDenied"
        case "ItemCollectionSizeLimitExceededException": code = "ItemCollectionSizeLimitExceeded"
        case "ProvisionedThroughputExceededException": code = "ProvisionedThroughputExceeded"
        case "ThrottlingException": code = "ThrottlingError"
        case "RequestLimitExceeded": code = "RequestLimitExceeded"
        default: throw error
        }
        return Outcome(
            response: BatchStatementResponse(error: BatchStatementError(code: code, message: answer.message)))
    }
}
