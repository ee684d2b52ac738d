package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_StopDurableExecution.html
package enum StopDurableExecution: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: StopDurableExecutionInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(call.durableDemand("lambda:StopDurableExecution", arn: input.durableExecutionArn))
    }

    package static func perform(
        _ input: StopDurableExecutionInput, in call: inout Call
    ) throws(ServiceError) -> StopDurableExecutionOutput {
        var record = try call.durable(arn: input.durableExecutionArn)
        let error = input.error.map { DurableError($0) } ?? DurableError(type: "Stopped", message: "Execution stopped")
        try call.finish(&record, "STOPPED", error: error)
        return StopDurableExecutionOutput(stopTimestamp: record.ended ?? call.now)
    }
}
