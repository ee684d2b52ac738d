package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html
///
/// No role has any: instance profiles, which belong to machines, cannot be created here.
package enum ListInstanceProfilesForRole: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListInstanceProfilesForRoleInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        try call.roleDemand("iam:ListInstanceProfilesForRole", input.roleName)
    }

    package static func perform(
        _ input: ListInstanceProfilesForRoleInput, in call: inout Call
    ) throws(ServiceError) -> ListInstanceProfilesForRoleOutput {
        _ = try call.role(input.roleName)
        _ = try Paging(marker: input.marker, maxItems: input.maxItems)
        return ListInstanceProfilesForRoleOutput(instanceProfiles: [], isTruncated: false)
    }
}
