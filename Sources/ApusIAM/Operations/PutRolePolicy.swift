package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
package enum PutRolePolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: PutRolePolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.roleDemand("iam:PutRolePolicy", input.roleName)
    }

    package static func perform(_ input: PutRolePolicyInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let holder = PolicyHolder(try call.role(input.roleName))
        try InlinePolicies<RolePolicyKey>.put(input.policyDocument, named: input.policyName, on: holder, in: &call)
        return NoShape()
    }
}
