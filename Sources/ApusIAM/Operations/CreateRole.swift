package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
package enum CreateRole: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: CreateRoleInput, in call: inout Call) throws(ServiceError) -> Demands {
        call.creationDemand(
            "iam:CreateRole", "role\(input.path ?? "/")\(input.roleName)", tags: input.tags,
            boundary: input.permissionsBoundary)
    }

    package static func perform(_ input: CreateRoleInput, in call: inout Call) throws(ServiceError) -> CreateRoleOutput
    {
        let name = IAMNameKey(account: call.account, kind: .role, name: input.roleName)
        if try call.contains(name) {
            throw IAMError.entityAlreadyExists("Role with name \(input.roleName) already exists.")
        }
        if try call.identityCounts().roles >= IAMLimits.rolesPerAccount {
            throw IAMError.exceeded("RolesPerAccount", IAMLimits.rolesPerAccount)
        }
        let role = RoleRecord(
            account: call.account, id: call.uniqueID("AROA"), name: input.roleName, path: input.path ?? "/",
            created: call.creationTime, description: input.description,
            maximumSessionSeconds: input.maxSessionDuration ?? IAMLimits.defaultSessionSeconds,
            trustDocument: input.assumeRolePolicyDocument,
            trustedIDs: try TrustPolicy.check(input.assumeRolePolicyDocument, in: &call),
            boundary: input.permissionsBoundary, tags: try IAMTags.checked(input.tags))
        try Attachments.setBoundary(of: PolicyHolder(role), in: &call)
        try call.put(name, IAMNameRecord(id: role.id, name: role.name, path: role.path))
        try call.put(RoleKey(account: role.account, id: role.id), role)
        try call.changeIdentities(of: call.account) { $0.roles += 1 }
        return CreateRoleOutput(role: role.shape())
    }
}
