package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html
package enum DeleteRolePolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeleteRolePolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.roleDemand("iam:DeleteRolePolicy", input.roleName)
    }

    package static func perform(_ input: DeleteRolePolicyInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let holder = PolicyHolder(try call.role(input.roleName))
        try InlinePolicies<RolePolicyKey>.delete(input.policyName, of: holder, in: &call)
        return NoShape()
    }
}
