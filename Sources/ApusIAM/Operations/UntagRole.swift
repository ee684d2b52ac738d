package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html
package enum UntagRole: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UntagRoleInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.roleDemand("iam:UntagRole", input.roleName, TagConditions.naming(input.tagKeys))
    }

    package static func perform(
        _ input: UntagRoleInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var role = try call.role(input.roleName)
        role.tags = IAMTags.removing(input.tagKeys, from: role.tags)
        try call.put(RoleKey(account: role.account, id: role.id), role)
        try call.changeIdentities(of: call.account)
        return NoShape()
    }
}
