package import ApusStore

extension IAM {
    /// Every key of the service, for those who explain keys.
    package static let keys: [any StoreKey.Type] = [
        IAMAccountKey.self, UserKey.self, UserPolicyKey.self, AccessKeyKey.self, AccessKeyOfUserKey.self, RoleKey.self,
        RolePolicyKey.self, ManagedPolicyKey.self, AttachmentKey.self, IAMNameKey.self,
    ]
}
