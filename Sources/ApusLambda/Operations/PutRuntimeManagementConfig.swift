package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_PutRuntimeManagementConfig.html
///
/// `Auto` is what is; `FunctionUpdate` and `Manual` promise a runtime that the machine's interpreter cannot hold, and are
/// refused by name.
package enum PutRuntimeManagementConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: PutRuntimeManagementConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(
            try call.functionDemand(
                "lambda:PutRuntimeManagementConfig", input.functionName, qualifier: input.qualifier))
    }

    package static func perform(
        _ input: PutRuntimeManagementConfigInput, in call: inout Call
    ) throws(ServiceError) -> PutRuntimeManagementConfigOutput {
        let target = try call.target(input.functionName, qualifier: input.qualifier)
        try UnsupportedSettings.refuse([
            ("UpdateRuntimeOn: \(input.updateRuntimeOn)", input.updateRuntimeOn != "Auto"),
            ("RuntimeVersionArn", input.runtimeVersionArn != nil),
        ])
        return PutRuntimeManagementConfigOutput(
            updateRuntimeOn: "Auto", functionArn: target.key.arn(qualifier: target.record.versionName))
    }
}
