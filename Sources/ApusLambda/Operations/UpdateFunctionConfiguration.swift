internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
package struct UpdateFunctionConfiguration: Procedure {
    private let invocations: FunctionInvocations

    package init(invocations: FunctionInvocations) { self.invocations = invocations }

    package func perform(
        _ input: UpdateFunctionConfigurationInput, in session: Session
    ) async throws(ServiceError) -> FunctionConfiguration {
        let (old, answer) = try await session.write { (call) throws(ServiceError) in try Self.update(input, in: &call) }
        self.invocations.retire(old)
        return answer
    }

    private static func update(
        _ input: UpdateFunctionConfigurationInput, in call: inout Call
    ) throws(ServiceError) -> (FunctionRecord, FunctionConfiguration) {
        try call.require(try call.functionDemand("lambda:UpdateFunctionConfiguration", input.functionName))
        let (key, old) = try call.function(input.functionName)
        try input.refuseUnsupported()
        try old.requireRevision(input.revisionId)
        var record = old
        if let role = input.role {
            try call.require(call.passRoleDemand(role))
            if role != old.configuration.roleARN { _ = try call.executionRole(role) }
            record.configuration.roleARN = role
        }
        if let runtime = input.runtime {
            if let refusal = call.ports.runner.missing(runtime: runtime) { throw refusal.error }
            record.configuration.runtime = runtime
        }
        if let variables = input.environment?.variables {
            try FunctionVariables.check(variables)
            record.configuration.variables = call.seal(
                FunctionVariables.encode(variables), context: FunctionVariables.context(function: record.id))
        }
        record.configuration.apply(input)
        if input.role != nil || input.deadLetterConfig != nil, let target = record.configuration.deadLetterARN {
            let role = try call.executionRole(record.configuration.roleARN)
            try call.checkDeadLetters(to: target, of: key.name, role: role)
        }
        record.noteChange(in: call)
        try call.put(key, record)
        return (old, try call.configuration(key, record))
    }
}

extension FunctionSettings {
    /// Takes over what the input sets and nothing else has to be checked for.
    fileprivate mutating func apply(_ input: UpdateFunctionConfigurationInput) {
        if let handler = input.handler { self.handler = handler }
        if let description = input.description { self.description = description }
        if let timeout = input.timeout { self.timeoutSeconds = timeout }
        if let memory = input.memorySize { self.memoryMiB = memory }
        if let size = input.ephemeralStorage?.size { self.ephemeralMiB = size }
        if let mode = input.tracingConfig?.mode { self.tracingMode = mode }
        if let target = input.deadLetterConfig?.targetArn { self.deadLetterARN = target.isEmpty ? nil : target }
        self.apply(input.loggingConfig)
    }

    mutating func apply(_ logging: LoggingConfig?) {
        guard let logging else { return }
        if let format = logging.logFormat { self.logFormat = format }
        if let group = logging.logGroup { self.logGroup = group }
        if let level = logging.applicationLogLevel { self.applicationLogLevel = level }
        if let level = logging.systemLogLevel { self.systemLogLevel = level }
    }
}
