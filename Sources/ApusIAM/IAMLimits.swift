/// Quotas of IAM.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
enum IAMLimits {
    static let usersPerAccount = 5_000
    static let rolesPerAccount = 1_000
    static let policiesPerAccount = 1_500
    static let accessKeysPerUser = 2
    /// Managed policies attached to one user.
    static let policiesPerUser = 10
    /// Managed policies attached to one role.
    static let policiesPerRole = 10
    /// Characters of all inline policies of a user together. White space does not count, here and below.
    static let inlineCharactersPerUser = 2_048
    static let inlineCharactersPerRole = 10_240
    static let versionsPerPolicy = 5
    static let tagsPerResource = 50
    static let managedPolicyCharacters = 6_144
    static let trustPolicyCharacters = 2_048
    /// Items on a page when the caller names no number, and at most.
    static let itemsPerPage = 100
    static let maximumItemsPerPage = 1_000
    static let defaultSessionSeconds = 3_600
}
