package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html
package enum UntagPolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UntagPolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.policyDemand("iam:UntagPolicy", input.policyArn, TagConditions.naming(input.tagKeys))
    }

    package static func perform(
        _ input: UntagPolicyInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var policy = try ManagedPolicy.changeable(input.policyArn, in: &call)
        policy.tags = IAMTags.removing(input.tagKeys, from: policy.tags)
        try call.put(ManagedPolicyKey(account: policy.account, id: policy.id), policy)
        try call.changeIdentities(of: call.account)
        return NoShape()
    }
}
