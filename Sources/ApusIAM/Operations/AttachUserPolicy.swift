package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
package enum AttachUserPolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: AttachUserPolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.userDemand("iam:AttachUserPolicy", input.userName, [("iam:PolicyARN", [input.policyArn])])
    }

    package static func perform(_ input: AttachUserPolicyInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let user = try call.user(input.userName)
        try Attachments.attach(input.policyArn, to: PolicyHolder(user), in: &call)
        return NoShape()
    }
}
