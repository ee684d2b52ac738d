package import ApusService

/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
package enum CreatePolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: CreatePolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        call.creationDemand("iam:CreatePolicy", "policy\(input.path ?? "/")\(input.policyName)", tags: input.tags)
    }

    package static func perform(_ input: CreatePolicyInput, in call: inout Call) throws(ServiceError)
        -> CreatePolicyOutput
    {
        try ManagedPolicy.check(input.policyDocument)
        let name = IAMNameKey(account: call.account, kind: .policy, name: input.policyName)
        if try call.contains(name) {
            throw IAMError.entityAlreadyExists(
                "A policy called \(input.policyName) already exists. Duplicate names are not allowed.")
        }
        if try call.identityCounts().policies >= IAMLimits.policiesPerAccount {
            throw IAMError.exceeded("PoliciesPerAccount", IAMLimits.policiesPerAccount)
        }
        let now = call.creationTime
        let policy = ManagedPolicyRecord(
            account: call.account, id: call.uniqueID("ANPA"), name: input.policyName, path: input.path ?? "/",
            created: now,
            updated: now, description: input.description,
            versions: [.init(number: 1, document: input.policyDocument, created: now)], defaultVersion: 1,
            tags: try IAMTags.checked(input.tags), lastVersion: 1)
        try call.put(name, IAMNameRecord(id: policy.id, name: policy.name, path: policy.path))
        try call.put(ManagedPolicyKey(account: policy.account, id: policy.id), policy)
        try call.changeIdentities(of: call.account) { $0.policies += 1 }
        return CreatePolicyOutput(policy: try ManagedPolicy(policy).shape(in: &call))
    }
}
