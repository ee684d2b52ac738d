package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html
package enum ListAttachedRolePolicies: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListAttachedRolePoliciesInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        try call.roleDemand("iam:ListAttachedRolePolicies", input.roleName)
    }

    package static func perform(_ input: ListAttachedRolePoliciesInput, in call: inout Call) throws(ServiceError)
        -> ListAttachedRolePoliciesOutput
    {
        let paging = try Paging(marker: input.marker, maxItems: input.maxItems)
        let role = try call.role(input.roleName)
        let page = try Attachments.page(of: PolicyHolder(role), pathPrefix: input.pathPrefix, paging, in: &call)
        return ListAttachedRolePoliciesOutput(
            attachedPolicies: page.items, isTruncated: page.marker != nil, marker: page.marker)
    }
}
