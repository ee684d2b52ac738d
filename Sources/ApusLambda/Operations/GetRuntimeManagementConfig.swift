package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetRuntimeManagementConfig.html
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
        let update = target.record.configuration.runtimeUpdate
        return GetRuntimeManagementConfigOutput(
            updateRuntimeOn: update.name, runtimeVersionArn: update.configured,
            functionArn: target.key.arn(qualifier: target.record.versionName))
    }
}
