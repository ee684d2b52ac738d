/// Why a text is no policy. The services put it into their error (`MalformedPolicyDocument`, `InvalidAttributeValue`
/// …).
package struct PolicyError: Error, Hashable, Sendable {
    /// What the caller is told, in IAM's words.
    package let message: String

    package init(_ message: String) { self.message = message }

    package static let syntax = PolicyError("Syntax errors in policy.")
    /// What IAM says of a trust policy that is no JSON.
    package static let invalidJSON = PolicyError("This policy contains invalid Json")
    package static let missingActions = PolicyError("Policy statement must contain actions.")
    package static let missingResources = PolicyError("Policy statement must contain resources.")
    package static let missingVendor = PolicyError(
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
    package static let oldVersion = PolicyError("Policy document must be version 2012-10-17 or greater.")
    package static let hasPrincipal = PolicyError("Policy document should not specify a principal.")
    package static let duplicateSid = PolicyError("Statement IDs (SID) in a single policy must be unique.")
    package static let invalidSid = PolicyError(
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
    )
    package static let foreignTrustAction = PolicyError("AssumeRole policy may only specify STS AssumeRole actions.")

    package static func missing(field: String) -> PolicyError { PolicyError("Missing required field \(field)") }
    package static func prohibited(field: String) -> PolicyError { PolicyError("Has prohibited field \(field)") }
    package static func invalidResource(_ text: String) -> PolicyError {
        PolicyError("Resource \(text) must be in ARN format or \"*\".")
    }
    package static func invalidPrincipal(_ kind: String, _ text: String) -> PolicyError {
        PolicyError("Invalid principal in policy: \"\(kind)\":\"\(text)\"")
    }
    package static func invalidConditionType(_ text: String) -> PolicyError {
        PolicyError("Invalid Condition type : \(text).")
    }
}
