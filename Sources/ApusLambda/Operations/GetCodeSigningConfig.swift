package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetCodeSigningConfig.html
package enum GetCodeSigningConfig: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetCodeSigningConfigInput, in call: inout Call) throws(ServiceError) -> Demands
    {
        Demands(call.codeSigningDemand("lambda:GetCodeSigningConfig", input.codeSigningConfigArn))
    }

    package static func perform(
        _ input: GetCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> GetCodeSigningConfigOutput {
        let (key, record) = try call.codeSigning(input.codeSigningConfigArn)
        return GetCodeSigningConfigOutput(codeSigningConfig: record.answer(key))
    }
}
