package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_PutRuntimeManagementConfig.html
///
/// Environments serve on: what they run on is the version that is here, and no other can be set.
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
        let update = try RuntimeManagement.update(input, of: target, in: call)
        var record = target.record
        record.configuration.runtimeUpdate = update
        if let number = record.number {
            try call.put(VersionKey(function: record.id, number: number), record)
        } else {
            try call.put(target.key, record)
        }
        return PutRuntimeManagementConfigOutput(
            updateRuntimeOn: update.name, functionArn: target.key.arn(qualifier: record.versionName),
            runtimeVersionArn: update.configured)
    }
}
