internal import ApusService
internal import ApusStore

/// Managed policies attached to users and roles, or set as their boundary.
enum Attachments {
    /// Attaches a policy; it may be attached already.
    static func attach(_ arn: String, to holder: PolicyHolder, in call: inout Call) throws(ServiceError) {
        guard try ManagedPolicy.find(arn, in: &call) != nil else { throw IAMError.noSuchAttachablePolicy(arn) }
        let attached = try self.all(of: holder, in: &call)
        if attached.contains(arn) { return }
        let quota = holder.attachmentQuota
        if attached.count >= quota.limit { throw IAMError.exceeded(quota.name, quota.limit) }
        try call.put(self.key(.policyOfHolder, holder, arn), Presence())
        try call.put(self.key(.holderOfPolicy, holder, arn), Presence())
        try call.changeIdentities(of: holder.account)
    }

    static func detach(_ arn: String, from holder: PolicyHolder, in call: inout Call) throws(ServiceError) {
        let key = self.key(.policyOfHolder, holder, arn)
        guard try call.contains(key) else { throw IAMError.noSuchPolicy(arn) }
        try call.delete(key)
        try call.delete(self.key(.holderOfPolicy, holder, arn))
        try call.changeIdentities(of: holder.account)
    }

    /// The ARNs attached to a holder, ten at most.
    static func all(of holder: PolicyHolder, in call: inout Call) throws(ServiceError) -> [String] {
        let range = AttachmentKey.all(account: holder.account, relation: .policyOfHolder, first: holder.id)
        return try call.page(range, limit: holder.attachmentQuota.limit).map(\.key.second)
    }

    /// A page of the policies attached to a holder, by the order of their ARNs.
    ///
    /// Its marker is the number of items before it, since an ARN may be longer than a marker.
    static func page(
        of holder: PolicyHolder, pathPrefix: String?, _ paging: Paging, in call: inout Call
    ) throws(ServiceError) -> (items: [AttachedPolicy], marker: String?) {
        var items: [(place: String, policy: AttachedPolicy)] = []
        for (place, arn) in try self.all(of: holder, in: &call).enumerated() {
            guard let policy = try ManagedPolicy.find(arn, in: &call), policy.path.hasPrefix(pathPrefix ?? "/") else {
                continue
            }
            items.append((String(place + 10), AttachedPolicy(policyName: policy.name, policyArn: arn)))
        }
        let page = paging.page(items) { $0.place }
        return (page.items.map(\.policy), page.marker)
    }

    /// Records the holder's boundary, which must be a policy.
    static func setBoundary(of holder: PolicyHolder, in call: inout Call) throws(ServiceError) {
        guard let arn = holder.boundary else { return }
        guard try ManagedPolicy.find(arn, in: &call) != nil else { throw IAMError.noSuchBoundary(arn) }
        try call.put(self.key(.boundaryOfHolder, holder, arn), Presence())
    }

    /// Forgets the boundary of a holder that is deleted.
    static func clearBoundary(of holder: PolicyHolder, in call: inout Call) throws(ServiceError) {
        if let arn = holder.boundary { try call.delete(self.key(.boundaryOfHolder, holder, arn)) }
    }

    /// How many users and roles of the call's account have a policy attached, or as their boundary.
    static func count(
        _ relation: AttachmentKey.Relation, of arn: String, in call: inout Call
    ) throws(ServiceError) -> Int {
        try call.count(
            AttachmentKey.all(account: call.account, relation: relation, first: arn),
            limit: IAMLimits.usersPerAccount + IAMLimits.rolesPerAccount)
    }

    private static func key(_ relation: AttachmentKey.Relation, _ holder: PolicyHolder, _ arn: String) -> AttachmentKey
    {
        switch relation {
        case .policyOfHolder:
            AttachmentKey(account: holder.account, relation: relation, first: holder.id, second: arn)
        case .holderOfPolicy, .boundaryOfHolder:
            AttachmentKey(account: holder.account, relation: relation, first: arn, second: holder.id)
        }
    }
}
