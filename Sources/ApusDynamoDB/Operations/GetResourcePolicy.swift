package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetResourcePolicy.html
package enum GetResourcePolicy: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: GetResourcePolicyInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        .none(because: "the body asks once it knows the resource")
    }

    package static func perform(
        _ input: GetResourcePolicyInput, in call: inout Call
    ) throws(ServiceError) -> GetResourcePolicyOutput {
        let holder = try call.policyHolder(input.resourceArn, for: "dynamodb:GetResourcePolicy")
        guard let policy = holder.policy else {
            throw DynamoDBError.policyNotFound("The resource has no policy: \(input.resourceArn)")
        }
        return GetResourcePolicyOutput(policy: policy.text, revisionId: policy.revisionID)
    }
}
