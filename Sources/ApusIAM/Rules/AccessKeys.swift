internal import ApusBase
internal import ApusService
internal import ApusStore

/// Access keys of users and of accounts' roots.
enum AccessKeys {
    /// A new key with a random secret, which is not shown again.
    static func create(_ owner: KeyOwner, in call: inout Call) throws(ServiceError) -> (id: String, secret: String) {
        let id = "AKIA" + call.entropy.identifier(alphabet: CredentialAlphabet.id, count: 16)
        let secret = call.entropy.identifier(alphabet: CredentialAlphabet.secret, count: 40)
        try self.put(id, secret, of: owner, account: call.account, in: &call)
        return (id, secret)
    }

    /// Stores a key under a given id.
    static func put(
        _ id: String, _ secret: String, of owner: KeyOwner, account: String, in call: inout Call
    ) throws(ServiceError) {
        let sealed = call.seal(Array(secret.utf8), context: AccessKeyRecord.context(id))
        let user = owner.id
        try call.put(
            AccessKeyKey(id: id),
            AccessKeyRecord(
                account: account, user: user.isEmpty ? nil : user, secret: sealed, isActive: true,
                created: call.creationTime))
        try call.put(AccessKeyOfUserKey(account: account, user: user, id: id), Presence())
        try call.changeIdentities(of: account)
    }

    static func delete(_ id: String, of owner: KeyOwner, in call: inout Call) throws(ServiceError) {
        try call.delete(AccessKeyKey(id: id))
        try call.delete(AccessKeyOfUserKey(account: call.account, user: owner.id, id: id))
        try call.changeIdentities(of: call.account)
    }
}
