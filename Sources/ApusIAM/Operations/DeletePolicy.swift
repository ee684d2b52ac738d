package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
package enum DeletePolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeletePolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.policyDemand("iam:DeletePolicy", input.policyArn)
    }

    package static func perform(_ input: DeletePolicyInput, in call: inout Call) throws(ServiceError) -> NoShape {
        guard let policy = try ManagedPolicy.find(input.policyArn, in: &call) else {
            throw IAMError.noSuchPolicy(input.policyArn)
        }
        guard try ManagedPolicy.own(input.policyArn, in: &call) != nil else {
            throw CommonError.accessDenied("Policy is outside your own account.")
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
