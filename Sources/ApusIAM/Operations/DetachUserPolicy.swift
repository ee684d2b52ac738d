package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html
package enum DetachUserPolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DetachUserPolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.userDemand("iam:DetachUserPolicy", input.userName, [("iam:PolicyARN", [input.policyArn])])
    }

    package static func perform(_ input: DetachUserPolicyInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let user = try call.user(input.userName)
        try Attachments.detach(input.policyArn, from: PolicyHolder(user), in: &call)
        return NoShape()
    }
}
