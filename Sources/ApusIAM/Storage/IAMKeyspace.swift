package import ApusStore

// IAM is global: its keys have no region. Text fields end with a zero byte; see `KeyEncoder`.

/// `1001, account`: what is to be known of an account as a whole.
package struct IAMAccountKey: StoreKey {
    package typealias Value = IAMAccountRecord
    package static let tag = KeyTag.iamAccount
    package var account: String

    package init(account: String) { self.account = account }

    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.account) }

    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.account = try decoder.readString() }
}

/// `100A, account, kind, name in lower case`: which user, role or policy has a name. Names ignore case.
package struct IAMNameKey: StoreKey {
    package typealias Value = IAMNameRecord
    package static let tag = KeyTag.iamName
    package var account: String
    package var kind: IAMKind
    /// In lower case.
    package var name: String

    package init(account: String, kind: IAMKind, name: String) {
        self.account = account
        self.kind = kind
        self.name = name.lowercased()
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.kind.rawValue)
        encoder.append(self.name)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.account = try decoder.readString()
        guard let kind = IAMKind(rawValue: try decoder.readInteger()) else { throw KeyError() }
        self.kind = kind
        self.name = try decoder.readString()
    }

    /// All names of a kind in the order of the alphabet.
    static func all(account: String, kind: IAMKind) -> KeyRange<IAMNameKey> {
        Self.range { encoder in
            encoder.append(account)
            encoder.append(kind.rawValue)
        }
    }
}

/// What can have a name. The numbers are in keys.
package enum IAMKind: UInt8, Sendable { case user = 1, role = 2, policy = 3 }

/// `1002, account, user id`
package struct UserKey: IdentityKey {
    package typealias Value = UserRecord
    package static let tag = KeyTag.iamUser
    package var account: String
    package var id: String

    package init(account: String, id: String) {
        self.account = account
        self.id = id
    }
}

/// `1006, account, role id`
package struct RoleKey: IdentityKey {
    package typealias Value = RoleRecord
    package static let tag = KeyTag.iamRole
    package var account: String
    package var id: String

    package init(account: String, id: String) {
        self.account = account
        self.id = id
    }
}

/// `1008, account, policy id`
package struct ManagedPolicyKey: IdentityKey {
    package typealias Value = ManagedPolicyRecord
    package static let tag = KeyTag.iamManagedPolicy
    package var account: String
    package var id: String

    package init(account: String, id: String) {
        self.account = account
        self.id = id
    }
}

/// `1004, access key id`: global, since a request names nothing else.
package struct AccessKeyKey: StoreKey {
    package typealias Value = AccessKeyRecord
    package static let tag = KeyTag.iamAccessKey
    package var id: String

    package init(id: String) { self.id = id }

    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.id) }

    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.id = try decoder.readString() }
}

/// `1005, account, user id (empty: root), access key id`
package struct AccessKeyOfUserKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.iamAccessKeyOfUser
    package var account: String
    package var user: String
    package var id: String

    package init(account: String, user: String, id: String) {
        self.account = account
        self.user = user
        self.id = id
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.user)
        encoder.append(self.id)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.account = try decoder.readString()
        self.user = try decoder.readString()
        self.id = try decoder.readString()
    }

    static func all(account: String, user: String) -> KeyRange<AccessKeyOfUserKey> {
        Self.range { encoder in
            encoder.append(account)
            encoder.append(user)
        }
    }
}
