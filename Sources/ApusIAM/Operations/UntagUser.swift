package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html
package enum UntagUser: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UntagUserInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.userDemand("iam:UntagUser", input.userName, TagConditions.naming(input.tagKeys))
    }

    package static func perform(
        _ input: UntagUserInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var user = try call.user(input.userName)
        user.tags = IAMTags.removing(input.tagKeys, from: user.tags)
        try call.put(UserKey(account: user.account, id: user.id), user)
        try call.changeIdentities(of: call.account)
        return NoShape()
    }
}
