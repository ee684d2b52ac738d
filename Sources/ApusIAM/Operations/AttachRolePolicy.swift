package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
package enum AttachRolePolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: AttachRolePolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.roleDemand("iam:AttachRolePolicy", input.roleName, [("iam:PolicyARN", [input.policyArn])])
    }

    package static func perform(_ input: AttachRolePolicyInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let role = try call.role(input.roleName)
        try Attachments.attach(input.policyArn, to: PolicyHolder(role), in: &call)
        return NoShape()
    }
}
