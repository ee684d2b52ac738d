internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
package struct Invoke: Procedure {
    private let invocations: FunctionInvocations
    private let asynchronous: any AsynchronousInvocation

    package init(invocations: FunctionInvocations, asynchronous: any AsynchronousInvocation) {
        self.invocations = invocations
        self.asynchronous = asynchronous
    }

    package func perform(_ input: InvokeInput, in session: Session) async throws(ServiceError) -> InvokeOutput {
        let payload = input.payload ?? []
        switch input.invocationType ?? "RequestResponse" {
        case "DryRun":
            let target = try session.read { (call) throws(ServiceError) in
                try Self.find(input.functionName, input.qualifier, in: &call)
            }
            try target.checkTenant(input.tenantId)
            return InvokeOutput(statusCode: 204, executedVersion: target.record.versionName)
        case "Event":
            let execution = try await self.enqueue(input, payload, in: session)
            return InvokeOutput(statusCode: 202, durableExecutionArn: execution)
        default:
            return try await self.run(input, payload, in: session)
        }
    }

    /// The version that is to run, once the caller may invoke it; an alias has chosen.
    static func find(
        _ name: String, _ qualifier: String?, in call: inout Call
    ) throws(ServiceError) -> FunctionTarget {
        try call.require(try call.functionDemand("lambda:InvokeFunction", name, qualifier: qualifier))
        return try call.target(name, qualifier: qualifier, choosing: .weighted)
    }

    private func run(
        _ input: InvokeInput, _ payload: [UInt8], in session: Session
    ) async throws(ServiceError) -> InvokeOutput {
        let function = try session.read { (call) throws(ServiceError) in
            try Self.find(input.functionName, input.qualifier, in: &call)
        }
        try function.checkTenant(input.tenantId)
        try Self.check(payload, limit: LambdaLimits.synchronousPayloadBytes)
        let event = IncomingEvent(
            payload: payload.isEmpty ? Array("{}".utf8) : payload, requestID: session.context.requestID,
            clientContext: try Self.clientContext(input.clientContext), trace: session.context.trace,
            tenant: input.tenantId)
        guard !function.isLoop(event.trace) else { throw LambdaError.loop }
        if function.record.configuration.durable != nil {
            let (record, outcome) = try await DurableExecutions.run(
                function, event, name: input.durableExecutionName, in: session)
            return InvokeOutput(
                statusCode: 200, functionError: outcome.functionError?.rawValue, payload: outcome.payload,
                executedVersion: function.record.versionName, durableExecutionArn: record.arn)
        }
        try Self.refuseName(input, function)
        let outcome = try await self.invocations.run(function, event, in: session)
        return InvokeOutput(
            statusCode: 200, functionError: outcome.functionError?.rawValue,
            logResult: input.logType == "Tail" ? Base64.encode(outcome.logTail) : nil, payload: outcome.payload,
            executedVersion: function.record.versionName)
    }

    private func enqueue(_ input: InvokeInput, _ payload: [UInt8], in session: Session) async throws(ServiceError)
        -> String?
    {
        try Self.check(payload, limit: LambdaLimits.asynchronousPayloadBytes)
        // "Lambda passes the ClientContext object to your function for synchronous invocations only."
        _ = try Self.clientContext(input.clientContext)
        let event = IncomingEvent(
            payload: payload.isEmpty ? Array("{}".utf8) : payload, requestID: session.context.requestID,
            trace: session.context.trace, tenant: input.tenantId)
        let asynchronous = self.asynchronous
        return try await session.write { (call) throws(ServiceError) in
            let target = try Self.find(input.functionName, input.qualifier, in: &call)
            try target.checkTenant(event.tenant)
            if target.record.configuration.durable != nil {
                guard !target.isLoop(event.trace) else { throw LambdaError.loop }
                return try DurableExecutions.begin(
                    target, event, name: input.durableExecutionName, isAsynchronous: true, in: &call
                ).arn
            }
            try Self.refuseName(input, target)
            try asynchronous.enqueue(event, for: target, in: &call)
            return nil
        }
    }

    /// Errors: InvalidParameterValueException for the name of an execution that a function does not have.
    private static func refuseName(_ input: InvokeInput, _ target: FunctionTarget) throws(ServiceError) {
        guard input.durableExecutionName != nil else { return }
        throw LambdaError.invalidParameterValue(
            "DurableExecutionName is for durable functions; \(target.key.name) is none.")
    }

    /// Errors: RequestTooLargeException.
    static func checkSize(_ payload: [UInt8], limit: Int) throws(ServiceError) {
        guard payload.count <= limit else {
            let type = limit == LambdaLimits.asynchronousPayloadBytes ? "Event" : "RequestResponse"
            throw LambdaError.requestTooLarge(
                "\(payload.count) byte payload is too large for the \(type) invocation type (limit \(limit) bytes)")
        }
    }

    /// Errors: RequestTooLargeException; InvalidRequestContentException for what is not JSON.
    static func check(_ payload: [UInt8], limit: Int) throws(ServiceError) {
        try self.checkSize(payload, limit: limit)
        guard !payload.isEmpty else { return }
        var reader = JSONReader(payload)
        do throws(JSONError) {
            try reader.skipValue()
            try reader.finish()
        } catch {
            throw LambdaError.invalidRequestContent("Could not parse request body into json: \(error)")
        }
    }

    /// The client context's JSON, decoded from Base64. The sentence is AWS's: https://github.com/boto/boto3/issues/2153.
    ///
    /// Errors: InvalidRequestContentException for what is too long, or no object of JSON in Base64.
    static func clientContext(_ text: String?) throws(ServiceError) -> String? {
        guard let text else { return nil }
        guard text.utf8.count <= LambdaLimits.clientContextBytes else {
            throw LambdaError.invalidRequestContent(
                "Client context must be no more than \(LambdaLimits.clientContextBytes) bytes when base64-encoded.")
        }
        guard let bytes = Base64.decode(text), case .object? = try? JSONValue(parsing: bytes) else {
            throw LambdaError.invalidRequestContent("Client context must be a valid Base64-encoded JSON object.")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
