package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
package enum CreatePolicyVersion: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: CreatePolicyVersionInput, in call: inout Call) throws(ServiceError) -> Demands
    {
        try call.policyDemand("iam:CreatePolicyVersion", input.policyArn)
    }

    package static func perform(
        _ input: CreatePolicyVersionInput, in call: inout Call
    ) throws(ServiceError) -> CreatePolicyVersionOutput {
        var policy = try ManagedPolicy.changeable(input.policyArn, in: &call)
        try ManagedPolicy.check(input.policyDocument)
        if policy.versions.count >= IAMLimits.versionsPerPolicy {
            throw IAMError.limitExceeded(
                "A managed policy can have up to \(IAMLimits.versionsPerPolicy) versions. Before you create a new version, you must delete an existing version."
            )
        }
        policy.lastVersion += 1
        let version = ManagedPolicyRecord.Version(
            number: policy.lastVersion, document: input.policyDocument, created: call.creationTime)
        policy.versions.append(version)
        policy.updated = version.created
        if input.setAsDefault == true { policy.defaultVersion = version.number }
        try call.put(ManagedPolicyKey(account: policy.account, id: policy.id), policy)
        try call.changeIdentities(of: call.account)
        return CreatePolicyVersionOutput(
            policyVersion: PolicyVersion(
                versionId: "v\(version.number)", isDefaultVersion: version.number == policy.defaultVersion,
                createDate: version.created))
    }
}
