package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetDurableExecutionState.html
package enum GetDurableExecutionState: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: GetDurableExecutionStateInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(call.durableDemand("lambda:GetDurableExecutionState", arn: input.durableExecutionArn))
    }

    package static func perform(
        _ input: GetDurableExecutionStateInput, in call: inout Call
    ) throws(ServiceError) -> GetDurableExecutionStateOutput {
        guard let ticket = DurableTicket.read(input.checkpointToken, count: 3),
            let record = try call.durable(ticket[0]), record.arn == input.durableExecutionArn,
            ticket[1] == record.token, ticket[2] == record.secret
        else { throw CheckpointDurableExecution.invalidToken }
        let limit = DurableLimits.items(input.maxItems)
        let place = try DurablePlace(input.marker)
        var first: [OperationShape] = []
        var last: UInt64 = 0
        switch place {
        case .start: first = [record.operation(input: try call.get(DurablePayloadKey.input(record.id))?.text)]
        case .operation(let number): last = number
        case .touched(let index):
            let (operations, next) = try call.touched(by: record, from: index, limit: limit)
            return GetDurableExecutionStateOutput(
                operations: operations, nextMarker: next.flatMap { DurablePlace.touched($0).marker })
        }
        let (operations, next) = try call.state(
            of: record.id, after: last, bytes: DurableLimits.pageBytes, limit: limit)
        return GetDurableExecutionStateOutput(
            operations: first + operations, nextMarker: next.flatMap { DurablePlace.operation($0).marker })
    }
}

extension DurableLimits {
    /// Items of a page: 0 means the default.
    static func items(_ asked: Int?) -> Int {
        asked.map { $0 == 0 ? self.pageItems : min($0, self.mostPageItems) } ?? self.pageItems
    }
}
