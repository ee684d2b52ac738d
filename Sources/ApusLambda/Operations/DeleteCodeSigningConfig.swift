package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteCodeSigningConfig.html
package enum DeleteCodeSigningConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: DeleteCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(call.codeSigningDemand("lambda:DeleteCodeSigningConfig", input.codeSigningConfigArn))
    }

    package static func perform(
        _ input: DeleteCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> DeleteCodeSigningConfigOutput {
        let key = try call.codeSigning(input.codeSigningConfigArn).key
        guard try call.first(CodeSigningUseKey.all(of: key)) == nil else {
            throw LambdaError.resourceConflict(
                "The code signing configuration \(key.arn) cannot be deleted: functions use it.")
        }
        try call.delete(key)
        return DeleteCodeSigningConfigOutput()
    }
}
