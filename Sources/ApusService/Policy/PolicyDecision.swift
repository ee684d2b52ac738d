/// What the policies say of a request.
package enum PolicyDecision: Hashable, Sendable {
    case allowed
    case denied(PolicyRefusal)

    package var isAllowed: Bool { self == .allowed }
}

/// The rule that refused a request.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
package struct PolicyRefusal: Hashable, Sendable {
    /// Whether a statement denies, or none allows.
    package enum Reason: Hashable, Sendable { case explicitDeny, noAllow }

    /// The kind of policy that is to blame; of several, AWS names one.
    package enum Blame: Hashable, Sendable { case identity, resource, trust, boundary, session }

    package let reason: Reason
    package let blame: Blame

    package init(_ reason: Reason, _ blame: Blame) {
        self.reason = reason
        self.blame = blame
    }

    /// The refusal in AWS's words.
    package func message(for request: PolicyRequest) -> String {
        let target = request.resource == "*" ? "" : " on resource: \(request.resource)"
        return "User: \(request.principal.arn) is not authorized to perform: \(request.action)\(target) "
            + self.because(action: request.action)
    }

    private func because(action: String) -> String {
        switch self.reason {
        case .explicitDeny: "with an explicit deny in \(self.article) \(self.policy)"
        case .noAllow: "because no \(self.policy) allows the \(action) action"
        }
    }

    private var article: String {
        switch self.blame {
        case .identity: "an"
        case .trust: "the"
        case .resource, .boundary, .session: "a"
        }
    }

    private var policy: String {
        switch self.blame {
        case .identity: "identity-based policy"
        case .resource: "resource-based policy"
        case .trust: "role trust policy"
        case .boundary: "permissions boundary"
        case .session: "session policy"
        }
    }
}
