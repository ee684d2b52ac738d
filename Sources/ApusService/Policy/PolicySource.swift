/// What a policy's text says, before it is compiled: names and patterns as written.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
package struct PolicySource: Hashable, Sendable {
    /// A list under one of two names: `Action` or `NotAction`.
    package struct List<Element: Hashable & Sendable>: Hashable, Sendable {
        package enum Sense: Sendable { case only, allBut }
        package var sense: Sense
        package var elements: [Element]
    }

    /// An entry of a principal element: `"Service": "lambda.amazonaws.com"`. The bare `"*"` is `"AWS": "*"`.
    package struct PrincipalEntry: Hashable, Sendable {
        package enum Kind: String, Sendable {
            case aws = "AWS", service = "Service", federated = "Federated", canonicalUser = "CanonicalUser"
        }
        package var kind: Kind
        package var text: String
    }

    package struct ConditionEntry: Hashable, Sendable {
        package var operatorName: String
        package var key: String
        package var values: [String]
    }

    package struct Statement: Hashable, Sendable {
        package var sid: String?
        package var effect: PolicyStatement.Effect?
        package var principals: List<PrincipalEntry>?
        package var actions: List<String>?
        package var resources: List<String>?
        package var conditions: [ConditionEntry] = []
    }

    /// nil where the text has none, which means 2008-10-17.
    package var version: PolicyDocument.Version?
    package var id: String?
    package var statements: [Statement] = []
}
