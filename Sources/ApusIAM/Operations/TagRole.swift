package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html
package enum TagRole: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: TagRoleInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.roleDemand("iam:TagRole", input.roleName, IAMTags.conditions(ofRequest: input.tags))
    }

    package static func perform(
        _ input: TagRoleInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var role = try call.role(input.roleName)
        role.tags = try IAMTags.adding(input.tags, to: role.tags, quota: "TagsPerRole")
        try call.put(RoleKey(account: role.account, id: role.id), role)
        try call.changeIdentities(of: call.account)
        return NoShape()
    }
}
