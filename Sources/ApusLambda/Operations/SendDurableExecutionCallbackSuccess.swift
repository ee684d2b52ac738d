package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_SendDurableExecutionCallbackSuccess.html
package enum SendDurableExecutionCallbackSuccess: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: SendDurableExecutionCallbackSuccessInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try call.callbackDemand("lambda:SendDurableExecutionCallbackSuccess", input.callbackId))
    }

    package static func perform(
        _ input: SendDurableExecutionCallbackSuccessInput, in call: inout Call
    ) throws(ServiceError) -> SendDurableExecutionCallbackSuccessOutput {
        let (key, _) = try call.openCallback(input.callbackId)
        let result = input.result.map { String(decoding: $0, as: UTF8.self) }
        try call.complete(key.execution, key.number, status: "SUCCEEDED", result: result)
        return SendDurableExecutionCallbackSuccessOutput()
    }
}
