package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionCodeSigningConfig.html
///
/// Code signing configurations are refused where functions are made, so no function has one, and there is none to name.
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
        let (key, _) = try call.function(input.functionName)
        return GetFunctionCodeSigningConfigOutput(codeSigningConfigArn: "", functionName: key.name)
    }
}
