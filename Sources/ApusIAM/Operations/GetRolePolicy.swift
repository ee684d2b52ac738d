package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
package enum GetRolePolicy: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetRolePolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.roleDemand("iam:GetRolePolicy", input.roleName)
    }

    package static func perform(_ input: GetRolePolicyInput, in call: inout Call) throws(ServiceError)
        -> GetRolePolicyOutput
    {
        let holder = PolicyHolder(try call.role(input.roleName))
        let policy = try InlinePolicies<RolePolicyKey>.get(input.policyName, of: holder, in: &call)
        return GetRolePolicyOutput(
            roleName: holder.name, policyName: input.policyName, policyDocument: encodedDocument(policy.document))
    }
}
