package import ApusService
internal import ApusStore

/// The keys of accounts' roots, for start-up and for whoever owns the data directory.
package enum RootKeys {
    /// Makes sure that the account exists and has this key. A key of that id keeps its place and gets this secret.
    package static func ensure(
        account: String, id: String, secret: String, in call: inout Call
    ) throws(ServiceError) {
        if let record = try call.get(AccessKeyKey(id: id)), record.account == account, record.user == nil,
            record.isActive,
            try call.open(record.secret, context: AccessKeyRecord.context(id)) == Array(secret.utf8)
        {
            return
        }
        try AccessKeys.put(id, secret, of: .root, account: account, in: &call)
    }

    /// Whether the account has a root key that is active.
    package static func exists(account: String, in call: inout Call) throws(ServiceError) -> Bool {
        for (key, _) in try call.page(AccessKeyOfUserKey.all(account: account, user: ""), limit: IAMLimits.itemsPerPage)
        where try call.get(AccessKeyKey(id: key.id))?.isActive == true {
            return true
        }
        return false
    }

    /// Makes a new root key for the account and deletes those it had: for a key that was lost.
    package static func replace(
        account: String, in call: inout Call
    ) throws(ServiceError) -> (id: String, secret: String) {
        for (key, _) in try call.page(AccessKeyOfUserKey.all(account: account, user: ""), limit: IAMLimits.itemsPerPage)
        {
            try call.delete(AccessKeyKey(id: key.id))
            try call.delete(key)
        }
        return try call.acting(as: .root(account: account), account: account) { (call) throws(ServiceError) in
            try AccessKeys.create(.root, in: &call)
        }
    }
}
