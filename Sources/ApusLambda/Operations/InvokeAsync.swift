internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_InvokeAsync.html
///
/// Deprecated by AWS: an Invoke of the type Event under an older name.
package struct InvokeAsync: Procedure {
    private let asynchronous: any AsynchronousInvocation

    package init(asynchronous: any AsynchronousInvocation) { self.asynchronous = asynchronous }

    package func perform(_ input: InvokeAsyncInput, in session: Session) async throws(ServiceError) -> InvokeAsyncOutput
    {
        try Invoke.check(input.invokeArgs, limit: LambdaLimits.asynchronousPayloadBytes)
        let asynchronous = self.asynchronous
        try await session.write { (call) throws(ServiceError) in
            try call.require(try call.functionDemand("lambda:InvokeAsync", input.functionName))
            let payload = input.invokeArgs.isEmpty ? Array("{}".utf8) : input.invokeArgs
            let target = try call.target(input.functionName)
            // Its request says nothing of tenants.
            try target.checkTenant(nil)
            try asynchronous.enqueue(
                IncomingEvent(payload: payload, requestID: call.requestID, trace: call.context.trace), for: target,
                in: &call)
        }
        return InvokeAsyncOutput(status: 202)
    }
}
