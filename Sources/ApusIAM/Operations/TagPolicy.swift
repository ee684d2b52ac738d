package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html
package enum TagPolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: TagPolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.policyDemand("iam:TagPolicy", input.policyArn, IAMTags.conditions(ofRequest: input.tags))
    }

    package static func perform(
        _ input: TagPolicyInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var policy = try ManagedPolicy.changeable(input.policyArn, in: &call)
        policy.tags = try IAMTags.adding(input.tags, to: policy.tags, quota: "TagsPerPolicy")
        try call.put(ManagedPolicyKey(account: policy.account, id: policy.id), policy)
        try call.changeIdentities(of: call.account)
        return NoShape()
    }
}
