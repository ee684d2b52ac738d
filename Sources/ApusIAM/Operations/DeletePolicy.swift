package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
package enum DeletePolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeletePolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.policyDemand("iam:DeletePolicy", input.policyArn)
    }

    package static func perform(_ input: DeletePolicyInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let policy = try ManagedPolicy.changeable(input.policyArn, in: &call)
        if policy.versions.count > 1 {
            throw IAMError.deleteConflict(
                "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy."
            )
        }
        for relation in [AttachmentKey.Relation.holderOfPolicy, .boundaryOfHolder]
        where try Attachments.count(relation, of: policy.arn, in: &call) > 0 {
            throw IAMError.deleteConflict("Cannot delete a policy attached to entities.")
        }
        try call.delete(IAMNameKey(account: call.account, kind: .policy, name: policy.name))
        try call.delete(ManagedPolicyKey(account: call.account, id: policy.id))
        try call.changeIdentities(of: call.account) { $0.policies -= 1 }
        return NoShape()
    }
}
