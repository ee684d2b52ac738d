package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
package enum DeleteRole: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeleteRoleInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.roleDemand("iam:DeleteRole", input.roleName)
    }

    package static func perform(_ input: DeleteRoleInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let role = try call.role(input.roleName)
        let holder = PolicyHolder(role)
        try holder.requireUnused(RolePolicyKey.self, in: &call)
        try Attachments.clearBoundary(of: holder, in: &call)
        try call.delete(IAMNameKey(account: role.account, kind: .role, name: role.name))
        try call.delete(RoleKey(account: role.account, id: role.id))
        try call.changeIdentities(of: call.account) { $0.roles -= 1 }
        return NoShape()
    }
}
