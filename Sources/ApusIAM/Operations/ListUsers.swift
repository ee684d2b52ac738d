package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
package enum ListUsers: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListUsersInput, in call: inout Call) throws(ServiceError) -> Demands {
        call.iamDemand("iam:ListUsers", "arn:aws:iam::\(call.account):user\(input.pathPrefix ?? "/")")
    }

    package static func perform(_ input: ListUsersInput, in call: inout Call) throws(ServiceError) -> ListUsersOutput {
        let paging = try Paging(marker: input.marker, maxItems: input.maxItems)
        let names = try call.names(.user, pathPrefix: input.pathPrefix, paging)
        let users = try call.get(all: names.items.map { UserKey(account: $0.key.account, id: $0.value.id) })
        return ListUsersOutput(
            users: users.compactMap { $0?.shape(.listed) }, isTruncated: names.marker != nil, marker: names.marker)
    }
}
