internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
///
/// The answer begins once the runtime has begun to stream, or has answered at once: until then what fails is an error as that of
/// any operation.
package struct InvokeWithResponseStream: StreamingProcedure {
    private let invocations: FunctionInvocations

    package init(invocations: FunctionInvocations) { self.invocations = invocations }

    package func perform(
        _ input: InvokeWithResponseStreamInput, in session: Session
    ) async throws(ServiceError) -> (output: InvokeWithResponseStreamOutput, events: InvocationEvents) {
        let payload = input.payload ?? []
        let target = try session.read { (call) throws(ServiceError) in
            try Invoke.find(input.functionName, input.qualifier, in: &call)
        }
        try target.checkTenant(input.tenantId)
        let version = target.record.versionName
        if input.invocationType == "DryRun" {
            return (InvokeWithResponseStreamOutput(statusCode: 204, executedVersion: version), InvocationEvents())
        }
        try Invoke.check(payload, limit: LambdaLimits.synchronousPayloadBytes)
        let event = IncomingEvent(
            payload: payload.isEmpty ? Array("{}".utf8) : payload, requestID: session.context.requestID,
            clientContext: try Invoke.clientContext(input.clientContext), trace: session.context.trace,
            tenant: input.tenantId)
        guard !target.isLoop(event.trace) else { throw LambdaError.loop }
        let stream = try await self.invocations.stream(target, event, in: session)
        let first = await stream.next()
        if case .over(.failure(let error)) = first { throw FunctionInvocations.answer(error) }
        let events = InvocationEvents(
            stream, first: first, log: input.logType == "Tail" ? .tail : .none)
        return (InvokeWithResponseStreamOutput(statusCode: 200, executedVersion: version), events)
    }
}
