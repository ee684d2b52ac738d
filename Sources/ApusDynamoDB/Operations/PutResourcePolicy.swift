package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html
package enum PutResourcePolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: PutResourcePolicyInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        .none(because: "the body asks once it knows the resource")
    }

    package static func perform(
        _ input: PutResourcePolicyInput, in call: inout Call
    ) throws(ServiceError) -> PutResourcePolicyOutput {
        let holder = try call.policyHolder(input.resourceArn, for: "dynamodb:PutResourcePolicy")
        try PolicyRules.check(input.policy)
        try PolicyRules.check(expected: input.expectedRevisionId, of: holder.policy)
        let policy = PolicyRecord(text: input.policy, after: holder.policy, now: call.now)
        if input.confirmRemoveSelfResourceAccess != true {
            guard try call.allows(holder.demand(under: policy)) else {
                throw CommonError.validation(
                    "The policy would not allow you to change it again; set ConfirmRemoveSelfResourceAccess to confirm that"
                )
            }
        }
        if policy != holder.policy { try call.put(policy, of: holder) }
        return PutResourcePolicyOutput(revisionId: policy.revisionID)
    }
}
