/// The policy of the resource that a request is about.
package enum ResourcePolicy: Sendable {
    /// The resource has none.
    case none
    /// Adds to what identity-based policies allow.
    case adding(PolicyDocument)
    /// A role's trust policy: who is not allowed by it is refused, whatever other policies say.
    case trust(PolicyDocument)

    var document: PolicyDocument? {
        switch self {
        case .none: nil
        case .adding(let document), .trust(let document): document
        }
    }

    var blame: PolicyRefusal.Blame {
        if case .trust = self { .trust } else { .resource }
    }
}

/// The policies of the principal.
package struct PrincipalPolicies: Sendable {
    package static let none = PrincipalPolicies(identity: [])

    /// Inline and managed policies of the user, or of the role of a session.
    package var identity: [PolicyDocument]
    /// The permissions boundary of the user or role.
    package var boundary: PolicyDocument?
    /// The policies given when the session began: one of them must allow. nil when there were none.
    package var session: [PolicyDocument]?

    package init(identity: [PolicyDocument], boundary: PolicyDocument? = nil, session: [PolicyDocument]? = nil) {
        self.identity = identity
        self.boundary = boundary
        self.session = session
    }
}

/// AWS's evaluation logic: a deny anywhere refuses; within an account identity-based and resource-based policies add
/// up; across accounts both must allow; boundaries and session policies only take away, and not from what a resource's
/// policy grants to the user or session by name.
///
/// Source:
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html and
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
package enum PolicyEvaluator {
    /// Decides one request. Pure; a microsecond or two for ordinary policies.
    ///
    /// - Parameter policies: unused for root, whom its own account's identity-based policies cannot limit, for services
    ///   and for   anonymous callers, who have none.
    package static func decide(
        _ request: PolicyRequest, policies: PrincipalPolicies, resource: ResourcePolicy = .none
    ) -> PolicyDecision {
        var grant = PrincipalMatch.none
        if let document = resource.document {
            let outcome = document.outcome(for: request, names: PrincipalNames(request.principal))
            if outcome.denies { return .denied(PolicyRefusal(.explicitDeny, resource.blame)) }
            grant = outcome.grant
        }
        switch request.principal {
        case .anonymous, .service:
            return grant == .direct ? .allowed : .denied(PolicyRefusal(.noAllow, resource.blame))
        case .root(let account):
            return Self.decide(
                identityVerdict: nil, grant: grant, sameAccount: account == request.resourceAccount, resource: resource)
        case .user(let user):
            return Self.decide(
                identityVerdict: policies.verdict(for: request), grant: grant,
                sameAccount: user.account == request.resourceAccount, resource: resource)
        case .session(let session):
            return Self.decide(
                identityVerdict: policies.verdict(for: request), grant: grant,
                sameAccount: session.account == request.resourceAccount, resource: resource)
        }
    }

    /// - Parameter identityVerdict: what the principal's own policies object to; nil when they allow.
    private static func decide(
        identityVerdict: PrincipalPolicies.Objection?, grant: PrincipalMatch, sameAccount: Bool,
        resource: ResourcePolicy
    ) -> PolicyDecision {
        if let objection = identityVerdict, objection.refusal.reason == .explicitDeny {
            return .denied(objection.refusal)
        }
        let needsGrant = if case .trust = resource { true } else { !sameAccount }
        if sameAccount, grant == .direct { return .allowed }
        if needsGrant, grant == .none { return .denied(PolicyRefusal(.noAllow, resource.blame)) }
        guard let objection = identityVerdict else { return .allowed }
        // A grant to the role makes up for silent identity-based policies, but not for a silent boundary or session
        // policy.
        if sameAccount, grant == .role, objection.limit == nil { return .allowed }
        return .denied(sameAccount && grant == .role ? objection.limit! : objection.refusal)
    }
}

extension PrincipalPolicies {
    /// Why the principal's own policies do not allow a request.
    struct Objection {
        let refusal: PolicyRefusal
        /// The refusal of the boundary or the session's policies by themselves.
        let limit: PolicyRefusal?
    }

    /// nil when they allow it.
    fileprivate func verdict(for request: PolicyRequest) -> Objection? {
        let identity = PolicyDocument.outcome(of: self.identity, for: request)
        let boundary = self.boundary?.outcome(for: request, names: nil)
        let session = self.session.map { PolicyDocument.outcome(of: $0, for: request) }
        let outcomes: [(PolicyDocument.Outcome?, PolicyRefusal.Blame)] = [
            (identity, .identity), (boundary, .boundary), (session, .session),
        ]
        for (outcome, blame) in outcomes where outcome?.denies == true {
            return Objection(refusal: PolicyRefusal(.explicitDeny, blame), limit: nil)
        }
        var limit: PolicyRefusal?
        if let session, session.grant == .none { limit = PolicyRefusal(.noAllow, .session) }
        if let boundary, boundary.grant == .none { limit = PolicyRefusal(.noAllow, .boundary) }
        if identity.grant == .none { return Objection(refusal: PolicyRefusal(.noAllow, .identity), limit: limit) }
        return limit.map { Objection(refusal: $0, limit: $0) }
    }
}

extension PolicyDocument {
    /// What one policy, or several of a kind, say of a request.
    struct Outcome {
        var denies = false
        var grant = PrincipalMatch.none
    }

    static func outcome(of documents: [PolicyDocument], for request: PolicyRequest) -> Outcome {
        var result = Outcome()
        for document in documents {
            let outcome = document.outcome(for: request, names: nil)
            if outcome.denies { return outcome }
            result.grant = max(result.grant, outcome.grant)
        }
        return result
    }

    /// - Parameter names: nil for policies that are attached to the principal; their statements have no principals.
    func outcome(for request: PolicyRequest, names: PrincipalNames?) -> Outcome {
        var result = Outcome()
        for statement in self.statements {
            // What cannot change the result is not looked at.
            if statement.effect == .allow, result.grant == .direct { continue }
            let match = names.map { statement.match($0) } ?? .direct
            guard match > (statement.effect == .allow ? result.grant : .none), statement.applies(to: request) else {
                continue
            }
            if statement.effect == .deny { return Outcome(denies: true) }
            result.grant = match
        }
        return result
    }
}
