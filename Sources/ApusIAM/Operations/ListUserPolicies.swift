package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html
package enum ListUserPolicies: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListUserPoliciesInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.userDemand("iam:ListUserPolicies", input.userName)
    }

    package static func perform(_ input: ListUserPoliciesInput, in call: inout Call) throws(ServiceError)
        -> ListUserPoliciesOutput
    {
        let paging = try Paging(marker: input.marker, maxItems: input.maxItems)
        let holder = PolicyHolder(try call.user(input.userName))
        let names = try InlinePolicies<UserPolicyKey>.all(of: holder, in: &call).map(\.key.name)
        let page = paging.page(names) { $0 }
        return ListUserPoliciesOutput(policyNames: page.items, isTruncated: page.marker != nil, marker: page.marker)
    }
}
