internal import ApusService
internal import ApusStore

/// Whose access keys an operation is about: a user's or those of the account's root. Without a name, the caller's own.
enum KeyOwner {
    case root
    case user(UserRecord)

    /// - Parameter name: nil for the caller.
    init(_ name: String?, in call: inout Call) throws(ServiceError) {
        switch (name, call.principal) {
        case (let name?, _): self = .user(try call.user(name))
        case (nil, .root): self = .root
        case (nil, .user(let user)): self = .user(try call.user(user.name))
        case (nil, _): throw IAMError.needsUserName
        }
    }

    /// The demand for `action` on the owner.
    static func demand(_ action: String, _ name: String?, in call: inout Call) throws(ServiceError) -> Demands {
        switch (name, call.principal) {
        case (let name?, _): return try call.userDemand(action, name)
        case (nil, .user(let user)): return try call.userDemand(action, user.name)
        case (nil, .root): return call.iamDemand(action, call.principal.arn)
        case (nil, _): throw IAMError.needsUserName
        }
    }

    /// The user's id in keys; empty for root.
    var id: String {
        if case .user(let user) = self { user.id } else { "" }
    }

    /// The user's name; empty for root.
    var name: String {
        if case .user(let user) = self { user.name } else { "" }
    }

    /// The owner's key `id`, or `NoSuchEntity`.
    func key(_ id: String, in call: inout Call) throws(ServiceError) -> AccessKeyRecord {
        guard let record = try call.get(AccessKeyKey(id: id)), record.account == call.account,
            (record.user ?? "") == self.id
        else { throw IAMError.noSuchAccessKey(id) }
        return record
    }

    /// The ids of the owner's keys.
    func keys(in call: inout Call) throws(ServiceError) -> [String] {
        try call.page(AccessKeyOfUserKey.all(account: call.account, user: self.id), limit: IAMLimits.itemsPerPage)
            .map(\.key.id)
    }
}
