package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteResourcePolicy.html
package enum DeleteResourcePolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: DeleteResourcePolicyInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        .none(because: "the body asks once it knows the resource")
    }

    package static func perform(
        _ input: DeleteResourcePolicyInput, in call: inout Call
    ) throws(ServiceError) -> DeleteResourcePolicyOutput {
        // Nobody locks himself out: "the root principal … can perform DeleteResourcePolicy requests, even if your resource-based
        // policy explicitly denies the root principal's access".
        let holder = try call.policyHolder(input.resourceArn, for: "dynamodb:DeleteResourcePolicy", rootMay: true)
        // NO_POLICY is a word of PutResourcePolicy's: a revision that is expected here is one that is there.
        if input.expectedRevisionId != nil, holder.policy == nil {
            throw DynamoDBError.policyNotFound("The resource has no policy: \(input.resourceArn)")
        }
        try PolicyRules.check(expected: input.expectedRevisionId, of: holder.policy)
        guard let policy = holder.policy else { return DeleteResourcePolicyOutput() }
        try call.put(nil, of: holder)
        return DeleteResourcePolicyOutput(revisionId: policy.revisionID)
    }
}
