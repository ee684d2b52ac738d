package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
package enum ListRoles: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListRolesInput, in call: inout Call) throws(ServiceError) -> Demands {
        call.iamDemand("iam:ListRoles", "arn:aws:iam::\(call.account):role\(input.pathPrefix ?? "/")")
    }

    package static func perform(_ input: ListRolesInput, in call: inout Call) throws(ServiceError) -> ListRolesOutput {
        let paging = try Paging(marker: input.marker, maxItems: input.maxItems)
        let names = try call.names(.role, pathPrefix: input.pathPrefix, paging)
        let roles = try call.get(all: names.items.map { RoleKey(account: $0.key.account, id: $0.value.id) })
        return ListRolesOutput(
            roles: roles.compactMap { $0?.shape(.listed) }, isTruncated: names.marker != nil, marker: names.marker)
    }
}
