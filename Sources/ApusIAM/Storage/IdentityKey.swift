package import ApusStore

/// A key of a user, a role or a policy by its id: `account, id`.
package protocol IdentityKey: StoreKey {
    var account: String { get }
    var id: String { get }
    init(account: String, id: String)
}

extension IdentityKey {
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.id)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        let account = try decoder.readString()
        self.init(account: account, id: try decoder.readString())
    }
}
