package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionEventInvokeConfig.html
///
/// What is not given stays.
package enum UpdateFunctionEventInvokeConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: UpdateFunctionEventInvokeConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:UpdateFunctionEventInvokeConfig", input.functionName))
    }

    package static func perform(
        _ input: UpdateFunctionEventInvokeConfigInput, in call: inout Call
    ) throws(ServiceError) -> FunctionEventInvokeConfig {
        let target = try call.eventInvokeTarget(input.functionName, input.qualifier)
        var config = try call.eventInvokeConfig(target)
        try config.take(
            retries: input.maximumRetryAttempts, ageSeconds: input.maximumEventAgeInSeconds,
            destinations: input.destinationConfig)
        try call.checkDestinations([config.onSuccess, config.onFailure], of: (target.function, target.record))
        config.lastModified = call.now
        try call.put(target.key, config)
        return target.answer(config)
    }
}
