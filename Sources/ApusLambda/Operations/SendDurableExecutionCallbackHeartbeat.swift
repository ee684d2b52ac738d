internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_SendDurableExecutionCallbackHeartbeat.html
package enum SendDurableExecutionCallbackHeartbeat: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: SendDurableExecutionCallbackHeartbeatInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try call.callbackDemand("lambda:SendDurableExecutionCallbackHeartbeat", input.callbackId))
    }

    package static func perform(
        _ input: SendDurableExecutionCallbackHeartbeatInput, in call: inout Call
    ) throws(ServiceError) -> SendDurableExecutionCallbackHeartbeatOutput {
        var (key, operation) = try call.openCallback(input.callbackId)
        if operation.heartbeatSeconds > 0 {
            operation.heartbeat = call.now.adding(seconds: Int64(operation.heartbeatSeconds))
            try call.put(key, operation)
        }
        return SendDurableExecutionCallbackHeartbeatOutput()
    }
}
