package import ApusStore

/// The key of an inline policy: those of users and of roles lie under different tags and are otherwise alike.
package protocol InlinePolicyKey: StoreKey where Value == InlinePolicyRecord {
    init(account: String, holder: String, name: String)
    var account: String { get }
    /// The id of the user or role.
    var holder: String { get }
    var name: String { get }
}

extension InlinePolicyKey {
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.holder)
        encoder.append(self.name)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.init(
            account: try decoder.readString(), holder: try decoder.readString(), name: try decoder.readString())
    }

    static func all(account: String, holder: String) -> KeyRange<Self> {
        Self.range { encoder in
            encoder.append(account)
            encoder.append(holder)
        }
    }
}

/// `1003, account, user id, policy name`
package struct UserPolicyKey: InlinePolicyKey {
    package typealias Value = InlinePolicyRecord
    package static let tag = KeyTag.iamUserPolicy
    package let account: String
    package let holder: String
    package let name: String

    package init(account: String, holder: String, name: String) {
        self.account = account
        self.holder = holder
        self.name = name
    }
}

/// `1007, account, role id, policy name`
package struct RolePolicyKey: InlinePolicyKey {
    package typealias Value = InlinePolicyRecord
    package static let tag = KeyTag.iamRolePolicy
    package let account: String
    package let holder: String
    package let name: String

    package init(account: String, holder: String, name: String) {
        self.account = account
        self.holder = holder
        self.name = name
    }
}
