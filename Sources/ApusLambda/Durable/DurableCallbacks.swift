internal import ApusBase
internal import ApusService
internal import ApusStore

extension Call {
    /// The demand on the execution that waits for a callback.
    mutating func callbackDemand(_ action: String, _ id: String) throws(ServiceError) -> Demand {
        guard let ticket = DurableTicket.read(id, count: 3), let record = try self.durable(ticket[0]) else {
            return Demand(action, on: "*", account: self.account)
        }
        return self.durableDemand(action, arn: record.arn)
    }

    /// The callback that waits under an id. Errors: CallbackTimeoutException.
    mutating func openCallback(
        _ id: String
    ) throws(ServiceError) -> (key: DurableOperationKey, operation: DurableOperationRecord) {
        guard let ticket = DurableTicket.read(id, count: 3) else {
            throw LambdaError.invalidParameterValue("Invalid callback id.")
        }
        let key = DurableOperationKey(execution: ticket[0], number: ticket[1])
        guard let record = try self.durable(ticket[0]), record.isRunning, let operation = try self.get(key),
            operation.type == "CALLBACK", operation.secret == ticket[2], !operation.isOver
        else { throw LambdaError.callbackTimeout("The callback has timed out or is closed already.") }
        return (key, operation)
    }
}
