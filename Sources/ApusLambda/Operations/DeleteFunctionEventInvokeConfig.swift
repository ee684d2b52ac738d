package import ApusService
internal import ApusStore
package import ApusWire

/// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html
///
/// Events that wait are treated by Lambda's defaults from then on.
package enum DeleteFunctionEventInvokeConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: DeleteFunctionEventInvokeConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(
            try call.functionDemand(
                "lambda:DeleteFunctionEventInvokeConfig", input.functionName, qualifier: input.qualifier))
    }

    package static func perform(
        _ input: DeleteFunctionEventInvokeConfigInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        let target = try call.eventInvokeTarget(input.functionName, input.qualifier)
        _ = try call.eventInvokeConfig(target)
        try call.delete(target.key)
        return NoShape()
    }
}
