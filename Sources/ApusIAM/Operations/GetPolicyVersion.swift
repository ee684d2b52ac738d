package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
package enum GetPolicyVersion: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetPolicyVersionInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.policyDemand("iam:GetPolicyVersion", input.policyArn)
    }

    package static func perform(_ input: GetPolicyVersionInput, in call: inout Call) throws(ServiceError)
        -> GetPolicyVersionOutput
    {
        guard let policy = try ManagedPolicy.find(input.policyArn, in: &call),
            let version = policy.versions.first(where: { "v\($0.number)" == input.versionId })
        else { throw IAMError.noSuchPolicyVersion(input.policyArn, input.versionId) }
        return GetPolicyVersionOutput(
            policyVersion: PolicyVersion(
                document: encodedDocument(version.document), versionId: input.versionId,
                isDefaultVersion: version.number == policy.defaultVersion, createDate: version.created))
    }
}
