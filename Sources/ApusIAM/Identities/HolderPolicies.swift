internal import ApusService
internal import ApusStore

/// The policies of a user or a role, compiled, with its tags.
struct HolderPolicies: Sendable {
    var identity: [PolicyDocument]
    var boundary: PolicyDocument?
    var tags: [String: String]
}

extension IAMIdentities {
    /// The policies of a user; none when it is gone.
    func policies(ofUser id: String, account: String, in call: inout Call) throws(ServiceError) -> HolderPolicies? {
        try self.cached(id, account, in: &call) { (call) throws(ServiceError) in
            guard let user = try call.get(UserKey(account: account, id: id)) else { return nil }
            let inline = try InlinePolicies<UserPolicyKey>.all(of: PolicyHolder(user), in: &call)
            return try self.compile(PolicyHolder(user), inline.map(\.value), tags: user.tags, in: &call)
        }
    }

    /// The policies of a role; nil when it is gone.
    func policies(ofRole id: String, account: String, in call: inout Call) throws(ServiceError) -> HolderPolicies? {
        try self.cached(id, account, in: &call) { (call) throws(ServiceError) in
            guard let role = try call.get(RoleKey(account: account, id: id)) else { return nil }
            let inline = try InlinePolicies<RolePolicyKey>.all(of: PolicyHolder(role), in: &call)
            return try self.compile(PolicyHolder(role), inline.map(\.value), tags: role.tags, in: &call)
        }
    }

    private func cached(
        _ id: String, _ account: String, in call: inout Call,
        _ load: (inout Call) throws(ServiceError) -> HolderPolicies?
    ) throws(ServiceError) -> HolderPolicies? {
        guard let generation = try self.generation(of: account, in: &call) else { return nil }
        if let entry = self.holders.entry(id), entry.generation == generation { return entry.value }
        // Policies are found in the holder's own account, whatever account the call acts in.
        let policies = try call.acting(as: call.principal, account: account, load)
        if let policies { self.holders.set(id, .init(account: account, generation: generation, value: policies)) }
        return policies
    }

    private func compile(
        _ holder: PolicyHolder, _ inline: [InlinePolicyRecord], tags: [String: String], in call: inout Call
    ) throws(ServiceError) -> HolderPolicies {
        var result = HolderPolicies(identity: [], tags: tags)
        for record in inline { result.identity.append(try self.documents.document(record.document)) }
        for arn in try Attachments.all(of: holder, in: &call) {
            if let document = try self.managed(arn, in: &call) { result.identity.append(document) }
        }
        if let arn = holder.boundary { result.boundary = try self.managed(arn, in: &call) ?? PolicyDocument() }
        return result
    }

    /// The managed policy named by `arn` in its version in force; nil when it is gone.
    func managed(_ arn: String, in call: inout Call) throws(ServiceError) -> PolicyDocument? {
        guard let policy = try ManagedPolicy.find(arn, in: &call) else { return nil }
        return try self.documents.document(policy.document)
    }
}
