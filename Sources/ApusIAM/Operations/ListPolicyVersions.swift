package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html
package enum ListPolicyVersions: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListPolicyVersionsInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.policyDemand("iam:ListPolicyVersions", input.policyArn)
    }

    package static func perform(
        _ input: ListPolicyVersionsInput, in call: inout Call
    ) throws(ServiceError) -> ListPolicyVersionsOutput {
        guard let policy = try ManagedPolicy.find(input.policyArn, in: &call) else {
            throw IAMError.noSuchPolicy(input.policyArn)
        }
        // The newest first. A marker holds how many were shown, in two digits: there are never more than five.
        let paging = try Paging(marker: input.marker, maxItems: input.maxItems)
        let versions = policy.versions.reversed().enumerated().map { (place: $0.offset, version: $0.element) }
        let page = paging.page(versions) { String(10 + $0.place) }
        let shapes = page.items.map { _, version in
            PolicyVersion(
                versionId: "v\(version.number)", isDefaultVersion: version.number == policy.defaultVersion,
                createDate: version.created)
        }
        return ListPolicyVersionsOutput(versions: shapes, isTruncated: page.marker != nil, marker: page.marker)
    }
}
