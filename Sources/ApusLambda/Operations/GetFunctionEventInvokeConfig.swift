package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html
package enum GetFunctionEventInvokeConfig: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: GetFunctionEventInvokeConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(
            try call.functionDemand(
                "lambda:GetFunctionEventInvokeConfig", input.functionName, qualifier: input.qualifier))
    }

    package static func perform(
        _ input: GetFunctionEventInvokeConfigInput, in call: inout Call
    ) throws(ServiceError) -> FunctionEventInvokeConfig {
        let target = try call.eventInvokeTarget(input.functionName, input.qualifier)
        return target.answer(try call.eventInvokeConfig(target))
    }
}
