package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateCodeSigningConfig.html
package enum UpdateCodeSigningConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: UpdateCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(call.codeSigningDemand("lambda:UpdateCodeSigningConfig", input.codeSigningConfigArn))
    }

    package static func perform(
        _ input: UpdateCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> UpdateCodeSigningConfigOutput {
        var (key, record) = try call.codeSigning(input.codeSigningConfigArn)
        try CodeSigningRecord.refuseEnforcement(input.codeSigningPolicies)
        if let description = input.description { record.description = description }
        if let publishers = input.allowedPublishers { record.publishers = publishers.signingProfileVersionArns }
        record.modified = call.now
        try call.put(key, record)
        return UpdateCodeSigningConfigOutput(codeSigningConfig: record.answer(key))
    }
}
