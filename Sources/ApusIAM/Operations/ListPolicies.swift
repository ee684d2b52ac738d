package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
///
/// AWS's policies come first, then the account's own, each in the order of their names. A marker is `aws:` or `own:`
/// before the name.
package enum ListPolicies: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListPoliciesInput, in call: inout Call) throws(ServiceError) -> Demands {
        call.iamDemand("iam:ListPolicies", "policy path \(input.pathPrefix ?? "/")")
    }

    package static func perform(_ input: ListPoliciesInput, in call: inout Call) throws(ServiceError)
        -> ListPoliciesOutput
    {
        let paging = try Paging(marker: input.marker, maxItems: input.maxItems)
        var found: [(key: String, policy: Policy)] = []
        for key in try self.candidates(input, paging, in: &call) {
            guard let policy = try ManagedPolicy.find(key.arn, in: &call)?.shape(in: &call) else { continue }
            if self.isWanted(policy, input) { found.append((key.sort, policy)) }
            if found.count > paging.limit { break }
        }
        let page = paging.cut(found, key: \.key)
        return ListPoliciesOutput(
            policies: page.items.map(\.policy), isTruncated: page.marker != nil, marker: page.marker)
    }

    /// The policies of the scope after the marker, in their order.
    private static func candidates(
        _ input: ListPoliciesInput, _ paging: Paging, in call: inout Call
    ) throws(ServiceError) -> [(sort: String, arn: String)] {
        let prefix = input.pathPrefix ?? "/"
        var keys: [(sort: String, arn: String)] = []
        if input.scope != "Local" {
            for policy in AWSManagedPolicy.all where policy.path.hasPrefix(prefix) {
                keys.append(("aws:" + policy.name.lowercased(), policy.arn))
            }
        }
        if input.scope != "AWS" {
            let account = call.account
            try call.scan(IAMNameKey.all(account: account, kind: .policy)) { key, record in
                if record.path.hasPrefix(prefix) {
                    keys.append(("own:" + key.name, "arn:aws:iam::\(account):policy\(record.path)\(record.name)"))
                }
                return .next
            }
        }
        guard let after = paging.after else { return keys }
        return keys.filter { $0.sort > after }
    }

    private static func isWanted(_ policy: Policy, _ input: ListPoliciesInput) -> Bool {
        let attached = policy.attachmentCount ?? 0
        let bounding = policy.permissionsBoundaryUsageCount ?? 0
        if input.onlyAttached == true, attached + bounding == 0 { return false }
        switch input.policyUsageFilter {
        case "PermissionsBoundary": return bounding > 0
        case "PermissionsPolicy": return attached > 0 || bounding == 0
        default: return true
        }
    }
}
