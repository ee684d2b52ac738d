package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html
package enum ListRolePolicies: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListRolePoliciesInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.roleDemand("iam:ListRolePolicies", input.roleName)
    }

    package static func perform(_ input: ListRolePoliciesInput, in call: inout Call) throws(ServiceError)
        -> ListRolePoliciesOutput
    {
        let paging = try Paging(marker: input.marker, maxItems: input.maxItems)
        let holder = PolicyHolder(try call.role(input.roleName))
        let names = try InlinePolicies<RolePolicyKey>.all(of: holder, in: &call).map(\.key.name)
        let page = paging.page(names) { $0 }
        return ListRolePoliciesOutput(policyNames: page.items, isTruncated: page.marker != nil, marker: page.marker)
    }
}
