package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html
package enum ListUserTags: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListUserTagsInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.userDemand("iam:ListUserTags", input.userName)
    }

    package static func perform(
        _ input: ListUserTagsInput, in call: inout Call
    ) throws(ServiceError) -> ListUserTagsOutput {
        let page = try IAMTags.page(
            try call.user(input.userName).tags, marker: input.marker, maxItems: input.maxItems)
        return ListUserTagsOutput(tags: page.items, isTruncated: page.marker != nil, marker: page.marker)
    }
}
