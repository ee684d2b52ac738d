package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html
package enum TagUser: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: TagUserInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.userDemand("iam:TagUser", input.userName, IAMTags.conditions(ofRequest: input.tags))
    }

    package static func perform(
        _ input: TagUserInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var user = try call.user(input.userName)
        user.tags = try IAMTags.adding(input.tags, to: user.tags, quota: "TagsPerUser")
        try call.put(UserKey(account: user.account, id: user.id), user)
        try call.changeIdentities(of: call.account)
        return NoShape()
    }
}
