package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html
package enum ListRoleTags: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListRoleTagsInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.roleDemand("iam:ListRoleTags", input.roleName)
    }

    package static func perform(
        _ input: ListRoleTagsInput, in call: inout Call
    ) throws(ServiceError) -> ListRoleTagsOutput {
        let page = try IAMTags.page(
            try call.role(input.roleName).tags, marker: input.marker, maxItems: input.maxItems)
        return ListRoleTagsOutput(tags: page.items, isTruncated: page.marker != nil, marker: page.marker)
    }
}
