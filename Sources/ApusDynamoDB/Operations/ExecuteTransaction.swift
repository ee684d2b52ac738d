internal import ApusBase
package import ApusService
internal import DynamoDBItems
internal import PartiQL

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html
package struct ExecuteTransaction: Procedure {
    package init() {}

    package func perform(
        _ input: ExecuteTransactionInput, in session: Session
    ) async throws(ServiceError) -> ExecuteTransactionOutput {
        var statements: [PartiQLStatement] = []
        for part in input.transactStatements {
            statements.append(try PartiQLStatement(part.statement, part.parameters))
        }
        let reads = statements.count { $0.isRead }
        guard reads == 0 || reads == statements.count else {
            throw CommonError.validation(
                "The entire transaction must consist of either read statements or write statements, you cannot mix both in one transaction."
            )
        }
        let all = statements
        if reads > 0 {
            return try session.read { (call) throws(ServiceError) in try Self.read(all, input, in: &call) }
        }
        return try await session.write { (call) throws(ServiceError) in try Self.write(all, input, in: &call) }
    }

    private static func read(
        _ statements: [PartiQLStatement], _ input: ExecuteTransactionInput, in call: inout Call
    ) throws(ServiceError) -> ExecuteTransactionOutput {
        var responses: [ItemResponse] = []
        var consumption = ConsumptionByTable()
        var reasons = CancellationReasons(count: statements.count, .read)
        var meters = TransactionReadMeters()
        for (number, statement) in statements.enumerated() {
            guard case .select(let select) = statement else { continue }
            let read = try StatementRead(select, in: call)
            let table = try read.open(enclosing: "ExecuteTransaction", in: &call)
            try StrongConsistency.checkTransaction(on: table)
            var part = Consumption()
            do throws(ServiceError) {
                let item = try read.item(
                    of: table, for: "ExecuteTransaction", &part, .transactional, in: &call)
                responses.append(ItemResponse(item: item.map { ItemInput($0) }))
                if meters.admit(number, to: table, &reasons, in: &call) { meters.note(number, part.table) }
            } catch {
                try reasons.note(number, error)
            }
            consumption.add(part, to: table.name)
        }
        try reasons.check()
        meters.take()
        return ExecuteTransactionOutput(
            responses: responses, consumedCapacity: consumption.answers(input.returnConsumedCapacity, .read))
    }

    private static func write(
        _ statements: [PartiQLStatement], _ input: ExecuteTransactionInput, in call: inout Call
    ) throws(ServiceError) -> ExecuteTransactionOutput {
        var parts: [(write: StatementWrite, table: OpenTable)] = []
        for statement in statements {
            let write = try StatementWrite(statement, in: call)
            let table = try write.open(enclosing: "ExecuteTransaction", in: &call)
            try StrongConsistency.checkTransaction(on: table)
            parts.append((write, table))
        }
        let token = TransactionToken(input, in: call)
        if let token, try token.isKnown(in: &call) {
            return ExecuteTransactionOutput(responses: statements.map { _ in ItemResponse() })
        }
        var reasons = CancellationReasons(count: parts.count, .write)
        reasons.note(accountsOf: parts.map(\.write.reference))
        var writes: [(number: Int, write: ItemWrite)] = []
        for (number, part) in parts.enumerated() {
            let write = try reasons.validated(number) { () throws(ServiceError) in
                try part.write.write(on: part.table.record)
            }
            if var write {
                write.metering = .byOthers
                writes.append((number, write))
            }
        }
        guard Set(writes.map(\.write.key)).count == writes.count else { throw CancellationReasons.multipleOperations }
        var meters = TransactionMeters(parts.map(\.table), in: &call)
        try meters?.admit(&reasons)
        var consumption = ConsumptionByTable()
        var responses = statements.map { _ in ItemResponse() }
        for (number, write) in writes {
            let part = parts[number]
            do throws(ServiceError) {
                switch try part.write.perform(write, on: part.table, in: &call) {
                case .success(let result):
                    responses[number] = ItemResponse(item: result.item.map { ItemInput($0) })
                    consumption.add(result.consumption.doubled, to: part.table.name)
                    meters?.note(number, result.consumption.doubled)
                case .failure(.duplicate): reasons.addDuplicate(number)
                case .failure(.unmet(let unmet)):
                    reasons.add(number, unmet, input.transactStatements[number].returnValuesOnConditionCheckFailure)
                }
            } catch {
                try reasons.note(number, error)
            }
        }
        // What the other parts have written goes with the error.
        try reasons.check()
        try meters?.take(&reasons)
        try token?.keep(in: &call)
        return ExecuteTransactionOutput(
            responses: responses, consumedCapacity: consumption.answers(input.returnConsumedCapacity, .write))
    }
}
