/// What a policy is for; each use has rules beyond the grammar.
package enum PolicyUse: Sendable {
    /// An inline policy of a user, role or group, or a session policy.
    case inline
    /// A managed policy.
    case managed
    /// A role's trust policy.
    case trust
    /// A policy of another resource: a queue, a function.
    case resource
}

extension PolicySource {
    /// Reads and checks a policy that is to be saved.
    package init(_ text: String, as use: PolicyUse) throws(PolicyError) {
        do throws(PolicyError) {
            try self.init(parsing: text)
        } catch {
            // Only of a trust policy does IAM say that it is no JSON.
            throw use == .trust ? error : .syntax
        }
        try self.check(as: use)
    }

    /// Refuses what IAM refuses when a policy is saved.
    ///
    /// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html, with IAM's error
    /// messages.
    package func check(as use: PolicyUse) throws(PolicyError) {
        if use == .managed, self.version != .v2012 { throw .oldVersion }
        var sids: Set<String> = []
        for statement in self.statements {
            if let sid = statement.sid, !sid.isEmpty {
                if use != .resource, !sid.utf8.allSatisfy(Self.isAlphanumeric) { throw .invalidSid }
                if !sids.insert(sid).inserted { throw .duplicateSid }
            }
            guard statement.effect != nil else { throw .missing(field: "Effect") }
            switch use {
            case .inline, .managed: try statement.checkForIdentity()
            case .trust: try statement.checkForTrust()
            case .resource: try statement.checkForResource()
            }
            try statement.checkVendors()
        }
        _ = try PolicyDocument(self)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

extension PolicySource.Statement {
    fileprivate func checkForIdentity() throws(PolicyError) {
        if self.principals != nil { throw .hasPrincipal }
        guard let actions = self.actions, !actions.elements.isEmpty else { throw .missingActions }
        guard let resources = self.resources, !resources.elements.isEmpty else { throw .missingResources }
        for resource in resources.elements where resource != "*" && !Self.isARNPattern(resource) {
            throw .invalidResource(resource)
        }
    }

    fileprivate func checkForTrust() throws(PolicyError) {
        if self.resources != nil { throw .prohibited(field: "Resource") }
        guard let actions = self.actions, !actions.elements.isEmpty else { throw .missing(field: "Action") }
        for action in actions.elements where !Self.isTrustAction(action) { throw .foreignTrustAction }
        try self.checkPrincipals()
    }

    fileprivate func checkForResource() throws(PolicyError) {
        guard let actions = self.actions, !actions.elements.isEmpty else { throw .missing(field: "Action") }
        guard let resources = self.resources, !resources.elements.isEmpty else { throw .missing(field: "Resource") }
        try self.checkPrincipals()
    }

    private func checkPrincipals() throws(PolicyError) {
        guard let principals = self.principals, !principals.elements.isEmpty else { throw .missing(field: "Principal") }
        for entry in principals.elements {
            let isValid =
                switch entry.kind {
                case .aws: PrincipalPattern(aws: entry.text) != nil
                case .service: entry.text.contains(".") && !entry.text.contains("*")
                case .federated, .canonicalUser: !entry.text.isEmpty
                }
            if !isValid { throw .invalidPrincipal(entry.kind.rawValue, entry.text) }
        }
    }

    fileprivate func checkVendors() throws(PolicyError) {
        for action in self.actions?.elements ?? [] where action != "*" {
            guard let colon = action.firstIndex(of: ":"), colon > action.startIndex,
                action.index(after: colon) < action.endIndex
            else { throw .missingVendor }
        }
        for condition in self.conditions where !condition.key.contains(":") { throw .missingVendor }
    }

    /// `arn:` and six parts, or fewer that end with a `*`.
    private static func isARNPattern(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.first == "arn", parts.count > 1 else { return false }
        return parts.count == 6 ? !parts[5].isEmpty : text.hasSuffix("*")
    }

    private static func isTrustAction(_ action: String) -> Bool {
        let action = action.lowercased()
        if action.hasPrefix("sts:assumerole") { return true }
        return ["sts:tagsession", "sts:setsourceidentity", "sts:setcontext", "sts:*"].contains(action)
    }
}
