package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html
package enum UpdateRoleDescription: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UpdateRoleDescriptionInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        try call.roleDemand("iam:UpdateRoleDescription", input.roleName)
    }

    package static func perform(
        _ input: UpdateRoleDescriptionInput, in call: inout Call
    ) throws(ServiceError) -> UpdateRoleDescriptionOutput {
        var role = try call.role(input.roleName)
        role.description = input.description
        try call.put(RoleKey(account: role.account, id: role.id), role)
        return UpdateRoleDescriptionOutput(role: role.shape())
    }
}
