package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_SendDurableExecutionCallbackFailure.html
package enum SendDurableExecutionCallbackFailure: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: SendDurableExecutionCallbackFailureInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try call.callbackDemand("lambda:SendDurableExecutionCallbackFailure", input.callbackId))
    }

    package static func perform(
        _ input: SendDurableExecutionCallbackFailureInput, in call: inout Call
    ) throws(ServiceError) -> SendDurableExecutionCallbackFailureOutput {
        let (key, _) = try call.openCallback(input.callbackId)
        let error = input.error.map { DurableError($0) } ?? DurableError(type: "CallbackFailed", message: "")
        try call.complete(key.execution, key.number, status: "FAILED", error: error)
        return SendDurableExecutionCallbackFailureOutput()
    }
}
