package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetRuntimeManagementConfig.html
///
/// A function runs on the interpreter that the machine has: whatever updates that updates the runtime, which is `Auto`.
package enum GetRuntimeManagementConfig: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: GetRuntimeManagementConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(
            try call.functionDemand(
                "lambda:GetRuntimeManagementConfig", input.functionName, qualifier: input.qualifier))
    }

    package static func perform(
        _ input: GetRuntimeManagementConfigInput, in call: inout Call
    ) throws(ServiceError) -> GetRuntimeManagementConfigOutput {
        let target = try call.target(input.functionName, qualifier: input.qualifier)
        return GetRuntimeManagementConfigOutput(
            updateRuntimeOn: "Auto", functionArn: target.key.arn(qualifier: target.record.versionName))
    }
}
