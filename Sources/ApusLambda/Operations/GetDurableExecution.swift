package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetDurableExecution.html
package enum GetDurableExecution: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: GetDurableExecutionInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(call.durableDemand("lambda:GetDurableExecution", arn: input.durableExecutionArn))
    }

    package static func perform(
        _ input: GetDurableExecutionInput, in call: inout Call
    ) throws(ServiceError) -> GetDurableExecutionOutput {
        let record = try call.durable(arn: input.durableExecutionArn)
        return GetDurableExecutionOutput(
            durableExecutionArn: record.arn, durableExecutionName: record.name, functionArn: record.functionARN,
            startTimestamp: record.started, status: record.status,
            inputPayload: try call.get(DurablePayloadKey.input(record.id))?.text,
            result: try call.get(DurablePayloadKey.result(record.id))?.text, error: record.error?.answer,
            endTimestamp: record.ended, version: record.version,
            traceHeader: record.trace.map { TraceHeaderShape(xAmznTraceId: $0) })
    }
}
