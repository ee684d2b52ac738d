package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionCodeSigningConfig.html
///
/// A function without one has an empty ARN.
package enum GetFunctionCodeSigningConfig: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: GetFunctionCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:GetFunctionCodeSigningConfig", input.functionName))
    }

    package static func perform(
        _ input: GetFunctionCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> GetFunctionCodeSigningConfigOutput {
        let (key, record) = try call.wholeFunction(input.functionName)
        return GetFunctionCodeSigningConfigOutput(
            codeSigningConfigArn: record.shared.codeSigningARN ?? "", functionName: key.name)
    }
}
