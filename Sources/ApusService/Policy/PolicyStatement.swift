/// One statement of a policy, compiled.
package struct PolicyStatement: Hashable, Sendable {
    package enum Effect: String, Hashable, Sendable { case allow = "Allow", deny = "Deny" }

    /// A list of which one must match (`Action`), or none (`NotAction`).
    package enum Scope<Element: Hashable & Sendable>: Hashable, Sendable {
        case only([Element])
        case allBut([Element])

        package var elements: [Element] {
            switch self {
            case .only(let elements), .allBut(let elements): elements
            }
        }
    }

    package var sid: String?
    package var effect: Effect
    /// nil in identity-based policies, which apply to whom they are attached to.
    package var principals: Scope<PrincipalPattern>?
    package var actions: Scope<PolicyPattern>
    /// nil in trust policies, whose resource is their role: matches every resource.
    package var resources: Scope<PolicyPattern>?
    package var conditions: [PolicyCondition]

    /// Whether action, resource and conditions apply to `request`.
    func applies(to request: PolicyRequest) -> Bool {
        guard Self.covers(self.actions, request.actionBytes, in: request) else { return false }
        if let resources = self.resources, !Self.covers(resources, request.resourceBytes, in: request) { return false }
        return self.conditions.allSatisfy { $0.holds(in: request, for: self.effect) }
    }

    private static func covers(_ scope: Scope<PolicyPattern>, _ text: [UInt8], in request: PolicyRequest) -> Bool {
        switch scope {
        case .only(let patterns):
            for pattern in patterns where pattern.matches(text.span, in: request) { return true }
            return false
        case .allBut(let patterns):
            for pattern in patterns where pattern.matches(text.span, in: request) { return false }
            return true
        }
    }

    /// How closely the statement names the principal.
    func match(_ names: PrincipalNames) -> PrincipalMatch {
        switch self.principals {
        case nil: .none
        case .only(let patterns): names.match(patterns)
        case .allBut(let patterns):
            switch self.effect {
            case .deny: names.isSpared(by: patterns) ? .none : .direct
            case .allow: names.match(patterns) == .none ? .direct : .none
            }
        }
    }
}
