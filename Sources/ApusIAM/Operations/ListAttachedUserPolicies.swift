package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html
package enum ListAttachedUserPolicies: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListAttachedUserPoliciesInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        try call.userDemand("iam:ListAttachedUserPolicies", input.userName)
    }

    package static func perform(_ input: ListAttachedUserPoliciesInput, in call: inout Call) throws(ServiceError)
        -> ListAttachedUserPoliciesOutput
    {
        let paging = try Paging(marker: input.marker, maxItems: input.maxItems)
        let user = try call.user(input.userName)
        let page = try Attachments.page(of: PolicyHolder(user), pathPrefix: input.pathPrefix, paging, in: &call)
        return ListAttachedUserPoliciesOutput(
            attachedPolicies: page.items, isTruncated: page.marker != nil, marker: page.marker)
    }
}
