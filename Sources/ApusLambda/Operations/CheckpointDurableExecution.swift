package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_CheckpointDurableExecution.html
///
/// Tokens are good for the invocation that got them, each once; the last request is answered again for its client token. An
/// execution that is over answers no token.
package enum CheckpointDurableExecution: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: CheckpointDurableExecutionInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(call.durableDemand("lambda:CheckpointDurableExecution", arn: input.durableExecutionArn))
    }

    package static func perform(
        _ input: CheckpointDurableExecutionInput, in call: inout Call
    ) throws(ServiceError) -> CheckpointDurableExecutionOutput {
        guard let ticket = DurableTicket.read(input.checkpointToken, count: 3),
            var record = try call.durable(ticket[0]), record.arn == input.durableExecutionArn,
            record.secret == ticket[2]
        else { throw Self.invalidToken }
        guard record.isRunning else {
            return CheckpointDurableExecutionOutput(newExecutionState: CheckpointUpdatedExecutionState(operations: []))
        }
        if ticket[1] + 1 == record.token, let token = input.clientToken, token == record.lastClientToken {
            return try Self.answer(record, in: &call)
        }
        guard ticket[1] == record.token else { throw Self.invalidToken }
        let seen = record.seen
        var touched: [UInt64] = []
        for update in input.updates ?? [] where record.isRunning {
            if let number = try call.apply(update, to: &record), !touched.contains(number) { touched.append(number) }
        }
        guard record.isRunning else {
            return CheckpointDurableExecutionOutput(newExecutionState: CheckpointUpdatedExecutionState(operations: []))
        }
        if record.change > seen {
            let last = DurableChangeKey(execution: record.id, number: seen)
            try call.scan(DurableChangeKey.all(record.id).after(last)) { _, operation in
                if !touched.contains(operation.number) { touched.append(operation.number) }
                return .next
            }
        }
        record.seen = record.change
        record.token += 1
        record.lastClientToken = input.clientToken
        record.lastTouched = touched
        try call.put(record)
        return try Self.answer(record, in: &call)
    }

    /// What was touched, or as much of it as an answer may have; the function asks GetDurableExecutionState for the rest, with the
    /// token and the marker that it gets here.
    private static func answer(_ record: DurableRecord, in call: inout Call) throws(ServiceError)
        -> CheckpointDurableExecutionOutput
    {
        let (operations, next) = try call.touched(by: record, from: 0, limit: DurableLimits.mostPageItems)
        return CheckpointDurableExecutionOutput(
            newExecutionState: CheckpointUpdatedExecutionState(
                operations: operations, nextMarker: next.flatMap { DurablePlace.touched($0).marker }),
            checkpointToken: record.ticket)
    }

    static var invalidToken: ServiceError { LambdaError.invalidParameterValue("Invalid Checkpoint Token") }
}
