package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html
package enum DeleteUserPolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeleteUserPolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.userDemand("iam:DeleteUserPolicy", input.userName)
    }

    package static func perform(_ input: DeleteUserPolicyInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let holder = PolicyHolder(try call.user(input.userName))
        try InlinePolicies<UserPolicyKey>.delete(input.policyName, of: holder, in: &call)
        return NoShape()
    }
}
