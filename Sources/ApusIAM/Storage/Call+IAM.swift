internal import ApusBase
internal import ApusService
internal import ApusStore

extension Call {
    // MARK: Finding

    /// What `name` of `kind` stands for in the call's account. The letters' case must be that of its creation.
    mutating func identity(_ kind: IAMKind, named name: String, in account: String? = nil) throws(ServiceError)
        -> String?
    {
        let key = IAMNameKey(account: account ?? self.account, kind: kind, name: name)
        guard let record = try self.get(key), record.name == name else { return nil }
        return record.id
    }

    /// The user called `name`, or nil.
    mutating func findUser(_ name: String) throws(ServiceError) -> UserRecord? {
        guard let id = try self.identity(.user, named: name) else { return nil }
        return try self.get(UserKey(account: self.account, id: id))
    }

    /// The user called `name`, or `NoSuchEntity`.
    mutating func user(_ name: String) throws(ServiceError) -> UserRecord {
        guard let user = try self.findUser(name) else { throw IAMError.noSuchUser(name) }
        return user
    }

    /// The role called `name`, or nil.
    mutating func findRole(_ name: String, in account: String? = nil) throws(ServiceError) -> RoleRecord? {
        let account = account ?? self.account
        guard let id = try self.identity(.role, named: name, in: account) else { return nil }
        return try self.get(RoleKey(account: account, id: id))
    }

    /// The role called `name`, or `NoSuchEntity`.
    mutating func role(_ name: String) throws(ServiceError) -> RoleRecord {
        guard let role = try self.findRole(name) else { throw IAMError.noSuchRole(name) }
        return role
    }

    // MARK: Changing

    /// Gives the account a new generation, so that no cache answers from before this transaction, and changes its
    /// counters.
    mutating func changeIdentities(
        of account: String, _ change: (inout IAMAccountRecord) -> Void = { _ in }
    ) throws(ServiceError) {
        let key = IAMAccountKey(account: account)
        var record = try self.get(key) ?? IAMAccountRecord(generation: 0)
        record.generation = self.entropy.nextUInt64()
        change(&record)
        try self.put(key, record)
    }

    /// The account's counters.
    mutating func identityCounts() throws(ServiceError) -> IAMAccountRecord {
        try self.get(IAMAccountKey(account: self.account)) ?? IAMAccountRecord(generation: 0)
    }

    /// The time of creation as IAM keeps it: whole seconds.
    var creationTime: Timestamp { Timestamp(milliseconds: self.now.milliseconds / 1000 * 1000) }

    /// A new unique id: `AIDA…`, 21 characters.
    func uniqueID(_ prefix: String) -> String {
        prefix + self.entropy.identifier(alphabet: CredentialAlphabet.id, count: 17)
    }
}
