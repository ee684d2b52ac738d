package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
package enum UpdateAssumeRolePolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UpdateAssumeRolePolicyInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        try call.roleDemand("iam:UpdateAssumeRolePolicy", input.roleName)
    }

    package static func perform(_ input: UpdateAssumeRolePolicyInput, in call: inout Call) throws(ServiceError)
        -> NoShape
    {
        var role = try call.role(input.roleName)
        role.trustedIDs = try TrustPolicy.check(input.policyDocument, in: &call)
        role.trustDocument = input.policyDocument
        try call.put(RoleKey(account: role.account, id: role.id), role)
        try call.changeIdentities(of: call.account)
        return NoShape()
    }
}
