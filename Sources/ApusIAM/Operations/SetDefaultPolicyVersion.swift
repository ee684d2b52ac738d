package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
package enum SetDefaultPolicyVersion: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: SetDefaultPolicyVersionInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        try call.policyDemand("iam:SetDefaultPolicyVersion", input.policyArn)
    }

    package static func perform(
        _ input: SetDefaultPolicyVersionInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var policy = try ManagedPolicy.changeable(input.policyArn, in: &call)
        policy.defaultVersion = policy.versions[try policy.position(of: input.versionId)].number
        policy.updated = call.creationTime
        try call.put(ManagedPolicyKey(account: policy.account, id: policy.id), policy)
        try call.changeIdentities(of: call.account)
        return NoShape()
    }
}
