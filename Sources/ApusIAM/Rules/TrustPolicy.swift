internal import ApusService

/// Trust policies: who may take on a role.
///
/// A user or role named by its ARN is meant as the one of that moment: when it is deleted and another gets its name,
/// that one is not trusted. So the ids are kept beside the text.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
enum TrustPolicy {
    /// Checks a trust policy that is to be saved; the ids of the users and roles it names, by ARN.
    static func check(_ document: String, in call: inout Call) throws(ServiceError) -> [String: String] {
        let source: PolicySource
        do { source = try PolicySource(document, as: .trust) } catch { throw IAMError.malformed(error) }
        if countedCharacters(document) > IAMLimits.trustPolicyCharacters {
            throw IAMError.exceeded("ACLSizePerRole", IAMLimits.trustPolicyCharacters)
        }
        var ids: [String: String] = [:]
        for statement in source.statements {
            for entry in statement.principals?.elements ?? [] where entry.kind == .aws {
                guard let arn = ARN(entry.text), arn.service == "iam", let (kind, name) = self.identity(arn) else {
                    continue
                }
                // Accounts that this server does not know cannot be checked, and nobody from there can call.
                guard try call.contains(IAMAccountKey(account: arn.account)) else { continue }
                guard let id = try call.identity(kind, named: name, in: arn.account) else {
                    throw IAMError.malformed(.invalidPrincipal("AWS", entry.text))
                }
                ids[entry.text] = id
            }
        }
        return ids
    }

    private static func identity(_ arn: ARN) -> (IAMKind, String)? {
        guard let name = arn.resource.split(separator: "/").last.map(String.init) else { return nil }
        if arn.resource.hasPrefix("user/") { return (.user, name) }
        if arn.resource.hasPrefix("role/") { return (.role, name) }
        return nil
    }

    /// A role's trust policy for evaluation: names replaced by the ids that they meant.
    static func compile(_ role: RoleRecord) throws(PolicyError) -> PolicyDocument {
        var document = try PolicyDocument(parsing: role.trustDocument)
        for index in document.statements.indices {
            switch document.statements[index].principals {
            case nil: break
            case .only(let patterns): document.statements[index].principals = .only(self.pin(patterns, role.trustedIDs))
            case .allBut(let patterns):
                document.statements[index].principals = .allBut(self.pin(patterns, role.trustedIDs))
            }
        }
        return document
    }

    private static func pin(_ patterns: [PrincipalPattern], _ ids: [String: String]) -> [PrincipalPattern] {
        patterns.map { pattern in
            guard case .arn(let arn) = pattern, let id = ids[arn] else { return pattern }
            return .uniqueID(id)
        }
    }
}
