/// Numbers of STS.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
enum STSLimits {
    static let defaultSessionSeconds = 3_600
    /// A session of a role that was taken on by a role's session lasts no longer.
    static let chainedSessionSeconds = 3_600
    /// Managed session policies of one session.
    static let sessionPolicies = 10
    /// Characters of the inline session policy and of the managed ones' ARNs together.
    static let sessionPolicyCharacters = 2_048
}
