/// How closely a resource's policy names the one who makes a request. It decides which other policies limit the grant.
///
/// Source:
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
package enum PrincipalMatch: Int, Comparable, Sendable {
    case none
    /// Its account: the right is delegated to the account, whose own policies must give it on.
    case account
    /// The role of a session: limited by the role's boundary and the session's policies.
    case role
    /// The user, the session, the service, or everybody: limited by nothing but explicit denies.
    case direct

    package static func < (left: PrincipalMatch, right: PrincipalMatch) -> Bool { left.rawValue < right.rawValue }
}

/// One entry of a `Principal` or `NotPrincipal` element. Names are exact: only `*` alone is a wildcard.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
package enum PrincipalPattern: Hashable, Sendable {
    case everybody
    /// 12 digits, or the ARN of the account's root.
    case account(String)
    /// A user, a role, or a role's session.
    case arn(String)
    /// `AIDA…`, `AROA…`: what is left of a user or role that is gone, or was pinned.
    case uniqueID(String)
    case service(String)
    case federated(String)
    case canonicalUser(String)

    /// An entry of the `AWS` list; nil when it has none of the known forms.
    init?(aws text: String) {
        if text == "*" {
            self = .everybody
        } else if text.utf8.count == 12, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            self = .account(text)
        } else if let arn = ARN(text) {
            if arn.service == "iam", arn.resource == "root" {
                self = .account(arn.account)
            } else if arn.service == "iam" || arn.service == "sts" {
                self = .arn(text)
            } else {
                return nil
            }
        } else if text.utf8.count >= 16, text.hasPrefix("A"), text.utf8.allSatisfy(Self.isIDByte) {
            self = .uniqueID(text)
        } else {
            return nil
        }
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
    }
}

/// The names that a principal goes by, made once per decision.
struct PrincipalNames {
    let account: String?
    let arn: String
    let roleARN: String?
    let uniqueID: String?
    let service: String?
    private let isRoot: Bool

    init(_ principal: Principal) {
        self.arn = principal.arn
        self.account = if case .service = principal { nil } else { principal.account }
        switch principal {
        case .root:
            (self.isRoot, self.roleARN, self.uniqueID, self.service) = (true, nil, nil, nil)
        case .user(let user):
            (self.isRoot, self.roleARN, self.uniqueID, self.service) = (false, nil, user.id, nil)
        case .session(let session):
            (self.isRoot, self.roleARN, self.uniqueID, self.service) = (false, session.roleARN, session.roleID, nil)
        case .service(let service):
            (self.isRoot, self.roleARN, self.uniqueID, self.service) = (false, nil, nil, service.name)
        case .anonymous:
            (self.isRoot, self.roleARN, self.uniqueID, self.service) = (false, nil, nil, nil)
        }
    }

    /// How closely `pattern` names this principal.
    func match(_ pattern: PrincipalPattern) -> PrincipalMatch {
        switch pattern {
        case .everybody: .direct
        case .account(let account): account != self.account ? .none : self.isRoot ? .direct : .account
        case .arn(let arn): arn == self.arn ? .direct : arn == self.roleARN ? .role : .none
        case .uniqueID(let id): id != self.uniqueID ? .none : self.roleARN == nil ? .direct : .role
        case .service(let service): service == self.service ? .direct : .none
        case .federated, .canonicalUser: .none
        }
    }

    /// The closest match in a `Principal` element.
    func match(_ patterns: [PrincipalPattern]) -> PrincipalMatch {
        var best = PrincipalMatch.none
        for pattern in patterns {
            best = max(best, self.match(pattern))
            if best == .direct { break }
        }
        return best
    }

    /// Whether a `NotPrincipal` element with a deny spares this principal: its account, its role and itself must all be
    /// listed, as AWS demands, since it checks each.
    func isSpared(by patterns: [PrincipalPattern]) -> Bool {
        if patterns.contains(.everybody) { return true }
        if let service = self.service { return patterns.contains(.service(service)) }
        guard let account = self.account, patterns.contains(.account(account)) else { return false }
        if self.isRoot { return true }
        guard patterns.contains(where: { self.match($0) == .direct }) else { return false }
        return self.roleARN == nil || patterns.contains { self.match($0) == .role }
    }
}
