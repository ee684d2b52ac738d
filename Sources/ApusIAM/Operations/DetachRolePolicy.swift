package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html
package enum DetachRolePolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DetachRolePolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.roleDemand("iam:DetachRolePolicy", input.roleName, [("iam:PolicyARN", [input.policyArn])])
    }

    package static func perform(_ input: DetachRolePolicyInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let role = try call.role(input.roleName)
        try Attachments.detach(input.policyArn, from: PolicyHolder(role), in: &call)
        return NoShape()
    }
}
