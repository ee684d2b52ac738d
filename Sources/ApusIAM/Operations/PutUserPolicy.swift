package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html
package enum PutUserPolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: PutUserPolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.userDemand("iam:PutUserPolicy", input.userName)
    }

    package static func perform(_ input: PutUserPolicyInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let holder = PolicyHolder(try call.user(input.userName))
        try InlinePolicies<UserPolicyKey>.put(input.policyDocument, named: input.policyName, on: holder, in: &call)
        return NoShape()
    }
}
