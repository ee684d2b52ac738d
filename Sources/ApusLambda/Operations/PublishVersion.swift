internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
///
/// Where neither code nor configuration changed since the last version, that one is the answer.
package enum PublishVersion: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: PublishVersionInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:PublishVersion", input.functionName))
    }

    package static func perform(
        _ input: PublishVersionInput, in call: inout Call
    ) throws(ServiceError) -> FunctionConfiguration {
        try UnsupportedSettings.refuse([("PublishTo", input.publishTo != nil)])
        var (key, latest) = try call.wholeFunction(input.functionName)
        try latest.requireRevision(input.revisionId)
        let present = latest.codeDigest
        if let expected = input.codeSha256, expected != present {
            throw LambdaError.invalidParameterValue(
                "CodeSHA256 (\(expected)) is different from current CodeSHA256 in $LATEST (\(present)). Please try again with "
                    + "the CodeSHA256 in $LATEST.")
        }
        let version = try call.publish(key, &latest, description: input.description)
        return try call.configuration(key, version, qualifier: version.versionName)
    }
}
