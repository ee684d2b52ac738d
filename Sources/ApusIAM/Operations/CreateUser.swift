package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
package enum CreateUser: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: CreateUserInput, in call: inout Call) throws(ServiceError) -> Demands {
        call.creationDemand(
            "iam:CreateUser", "user\(input.path ?? "/")\(input.userName)", tags: input.tags,
            boundary: input.permissionsBoundary)
    }

    package static func perform(_ input: CreateUserInput, in call: inout Call) throws(ServiceError) -> CreateUserOutput
    {
        let name = IAMNameKey(account: call.account, kind: .user, name: input.userName)
        if try call.contains(name) {
            throw IAMError.entityAlreadyExists("User with name \(input.userName) already exists.")
        }
        if try call.identityCounts().users >= IAMLimits.usersPerAccount {
            throw IAMError.exceeded("UsersPerAccount", IAMLimits.usersPerAccount)
        }
        let user = UserRecord(
            account: call.account, id: call.uniqueID("AIDA"), name: input.userName, path: input.path ?? "/",
            created: call.creationTime, boundary: input.permissionsBoundary, tags: try IAMTags.checked(input.tags))
        try Attachments.setBoundary(of: PolicyHolder(user), in: &call)
        try call.put(name, IAMNameRecord(id: user.id, name: user.name, path: user.path))
        try call.put(UserKey(account: user.account, id: user.id), user)
        try call.changeIdentities(of: call.account) { $0.users += 1 }
        return CreateUserOutput(user: user.shape())
    }
}
