package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
package enum UpdateRole: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UpdateRoleInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.roleDemand("iam:UpdateRole", input.roleName)
    }

    package static func perform(
        _ input: UpdateRoleInput, in call: inout Call
    ) throws(ServiceError) -> UpdateRoleOutput {
        var role = try call.role(input.roleName)
        if let description = input.description { role.description = description }
        if let seconds = input.maxSessionDuration { role.maximumSessionSeconds = seconds }
        try call.put(RoleKey(account: role.account, id: role.id), role)
        // How long sessions may last is cached with the role.
        try call.changeIdentities(of: call.account)
        return UpdateRoleOutput()
    }
}
