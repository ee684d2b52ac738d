package import ApusBase

/// What a role's session was given when it began. Shared by the many copies of its principal.
package final class SessionDetails: Sendable {
    /// `aws:TokenIssueTime`
    package let issued: Timestamp
    /// The inline session policy's JSON text.
    package let policy: String?
    /// Managed policies that act as session policies.
    package let policyARNs: [String]
    /// `aws:PrincipalTag/…`, over the role's own tags.
    package let tags: [String: String]
    /// The tags that go on to sessions of further roles.
    package let transitiveTagKeys: [String]
    /// `aws:SourceIdentity`
    package let sourceIdentity: String?

    package init(
        issued: Timestamp, policy: String? = nil, policyARNs: [String] = [], tags: [String: String] = [:],
        transitiveTagKeys: [String] = [], sourceIdentity: String? = nil
    ) {
        self.issued = issued
        self.policy = policy
        self.policyARNs = policyARNs
        self.tags = tags
        self.transitiveTagKeys = transitiveTagKeys
        self.sourceIdentity = sourceIdentity
    }
}

extension SessionDetails: Hashable {
    package static func == (left: SessionDetails, right: SessionDetails) -> Bool {
        left === right
            || left.issued == right.issued && left.policy == right.policy && left.policyARNs == right.policyARNs
                && left.tags == right.tags && left.transitiveTagKeys == right.transitiveTagKeys
                && left.sourceIdentity == right.sourceIdentity
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.issued)
        hasher.combine(self.sourceIdentity)
    }
}
