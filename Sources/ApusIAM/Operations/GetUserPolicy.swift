package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html
package enum GetUserPolicy: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetUserPolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.userDemand("iam:GetUserPolicy", input.userName)
    }

    package static func perform(_ input: GetUserPolicyInput, in call: inout Call) throws(ServiceError)
        -> GetUserPolicyOutput
    {
        let holder = PolicyHolder(try call.user(input.userName))
        let policy = try InlinePolicies<UserPolicyKey>.get(input.policyName, of: holder, in: &call)
        return GetUserPolicyOutput(
            userName: holder.name, policyName: input.policyName, policyDocument: encodedDocument(policy.document))
    }
}
