package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html
package enum ListPolicyTags: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListPolicyTagsInput, in call: inout Call) throws(ServiceError) -> Demands {
        try call.policyDemand("iam:ListPolicyTags", input.policyArn)
    }

    package static func perform(
        _ input: ListPolicyTagsInput, in call: inout Call
    ) throws(ServiceError) -> ListPolicyTagsOutput {
        guard let policy = try ManagedPolicy.find(input.policyArn, in: &call) else {
            throw IAMError.noSuchPolicy(input.policyArn)
        }
        let page = try IAMTags.page(policy.tags, marker: input.marker, maxItems: input.maxItems)
        return ListPolicyTagsOutput(tags: page.items, isTruncated: page.marker != nil, marker: page.marker)
    }
}
