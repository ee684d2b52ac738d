/// A policy, compiled for evaluation. Made once and kept: compiling costs tens of microseconds, evaluating one or two.
package struct PolicyDocument: Hashable, Sendable {
    /// The version of the policy language.
    package enum Version: String, Sendable {
        /// Has no policy variables. What a policy without `Version` is.
        case v2008 = "2008-10-17"
        case v2012 = "2012-10-17"
    }

    package let version: Version
    package var statements: [PolicyStatement]

    /// A policy that says nothing: it allows nothing.
    package init() {
        self.version = .v2012
        self.statements = []
    }

    /// Reads and compiles a policy's JSON text. It was checked (`PolicySource.check`) when it was saved.
    package init(parsing text: String) throws(PolicyError) { try self.init(PolicySource(parsing: text)) }

    package init(_ source: PolicySource) throws(PolicyError) {
        self.version = source.version ?? .v2008
        self.statements = []
        for statement in source.statements {
            self.statements.append(try Self.compile(statement, version: self.version))
        }
    }

    private static func compile(_ source: PolicySource.Statement, version: Version) throws(PolicyError)
        -> PolicyStatement
    {
        guard let effect = source.effect else { throw .missing(field: "Effect") }
        guard let actions = source.actions else { throw .missingActions }
        var conditions: [PolicyCondition] = []
        for entry in source.conditions {
            guard let condition = ConditionOperator(entry.operatorName) else {
                throw .invalidConditionType(entry.operatorName)
            }
            guard let compiled = PolicyCondition(condition, key: entry.key, values: entry.values, version: version)
            else {
                throw .syntax
            }
            conditions.append(compiled)
        }
        return PolicyStatement(
            sid: source.sid, effect: effect, principals: source.principals.map { Self.scope($0) { Self.pattern($0) } },
            actions: Self.scope(actions) { PolicyPattern($0, folding: .ignoringCase) },
            resources: source.resources.map { Self.scope($0) { PolicyPattern($0, version: version) } },
            conditions: conditions)
    }

    private static func scope<Text, Element>(
        _ list: PolicySource.List<Text>, _ compile: (Text) -> Element
    ) -> PolicyStatement.Scope<Element> {
        switch list.sense {
        case .only: .only(list.elements.map(compile))
        case .allBut: .allBut(list.elements.map(compile))
        }
    }

    private static func pattern(_ entry: PolicySource.PrincipalEntry) -> PrincipalPattern {
        switch entry.kind {
        // What has no known form names nobody: `check` refused it, or a newer AWS form came with a copied policy.
        case .aws: PrincipalPattern(aws: entry.text) ?? .arn(entry.text)
        case .service: .service(entry.text)
        case .federated: .federated(entry.text)
        case .canonicalUser: .canonicalUser(entry.text)
        }
    }
}
