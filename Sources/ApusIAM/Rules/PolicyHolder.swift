internal import ApusService

/// A user or a role as the one that policies are attached to.
struct PolicyHolder {
    enum Kind: String { case user, role }

    let kind: Kind
    let account: String
    let id: String
    let name: String
    let boundary: String?

    init(_ user: UserRecord) {
        self.kind = .user
        (self.account, self.id, self.name, self.boundary) = (user.account, user.id, user.name, user.boundary)
    }

    init(_ role: RoleRecord) {
        self.kind = .role
        (self.account, self.id, self.name, self.boundary) = (role.account, role.id, role.name, role.boundary)
    }

    var inlineCharacters: Int {
        self.kind == .user ? IAMLimits.inlineCharactersPerUser : IAMLimits.inlineCharactersPerRole
    }

    /// The name and the number of the quota for managed policies.
    var attachmentQuota: (name: String, limit: Int) {
        self.kind == .user
            ? ("PoliciesPerUser", IAMLimits.policiesPerUser) : ("PoliciesPerRole", IAMLimits.policiesPerRole)
    }
}

/// The size of a policy as IAM counts it: without white space.
func countedCharacters(_ document: String) -> Int {
    document.unicodeScalars.count { $0 != " " && $0 != "\t" && $0 != "\n" && $0 != "\r" }
}

extension PolicyHolder {
    /// Refuses to delete a holder that still has policies.
    func requireUnused<Key: InlinePolicyKey>(_ type: Key.Type, in call: inout Call) throws(ServiceError) {
        if try !Attachments.all(of: self, in: &call).isEmpty {
            throw IAMError.deleteConflict("Cannot delete entity, must detach all policies first.")
        }
        if try !InlinePolicies<Key>.all(of: self, in: &call).isEmpty {
            throw IAMError.deleteConflict("Cannot delete entity, must delete policies first.")
        }
    }
}
