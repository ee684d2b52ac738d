package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html
package enum DeletePolicyVersion: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeletePolicyVersionInput, in call: inout Call) throws(ServiceError) -> Demands
    {
        try call.policyDemand("iam:DeletePolicyVersion", input.policyArn)
    }

    package static func perform(
        _ input: DeletePolicyVersionInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var policy = try ManagedPolicy.changeable(input.policyArn, in: &call)
        let position = try policy.position(of: input.versionId)
        if policy.versions[position].number == policy.defaultVersion {
            throw IAMError.deleteConflict("Cannot delete the default version of a policy.")
        }
        policy.versions.remove(at: position)
        try call.put(ManagedPolicyKey(account: policy.account, id: policy.id), policy)
        try call.changeIdentities(of: call.account)
        return NoShape()
    }
}
