package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
///
/// What is not given is not set afterwards.
package enum PutFunctionEventInvokeConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: PutFunctionEventInvokeConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:PutFunctionEventInvokeConfig", input.functionName))
    }

    package static func perform(
        _ input: PutFunctionEventInvokeConfigInput, in call: inout Call
    ) throws(ServiceError) -> FunctionEventInvokeConfig {
        let target = try call.eventInvokeTarget(input.functionName, input.qualifier)
        var config = EventInvokeRecord(lastModified: call.now)
        try config.take(
            retries: input.maximumRetryAttempts, ageSeconds: input.maximumEventAgeInSeconds,
            destinations: input.destinationConfig)
        try call.checkDestinations([config.onSuccess, config.onFailure], of: (target.function, target.record))
        try call.put(target.key, config)
        return target.answer(config)
    }
}
