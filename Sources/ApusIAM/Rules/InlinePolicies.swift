internal import ApusService
internal import ApusStore

/// Inline policies of a user or a role; `Key` says which.
enum InlinePolicies<Key: InlinePolicyKey> {
    /// Adds or replaces a policy.
    static func put(
        _ document: String, named name: String, on holder: PolicyHolder, in call: inout Call
    ) throws(ServiceError) {
        do { _ = try PolicySource(document, as: .inline) } catch { throw IAMError.malformed(error) }
        let key = Key(account: holder.account, holder: holder.id, name: name)
        var characters = countedCharacters(document)
        for (other, record) in try self.all(of: holder, in: &call) where other != key {
            characters += countedCharacters(record.document)
        }
        let limit = holder.inlineCharacters
        if characters > limit {
            throw IAMError.limitExceeded(
                "Maximum policy size of \(limit) bytes exceeded for \(holder.kind.rawValue) \(holder.name)")
        }
        try call.put(key, InlinePolicyRecord(document: document))
        try call.changeIdentities(of: holder.account)
    }

    static func get(
        _ name: String, of holder: PolicyHolder, in call: inout Call
    ) throws(ServiceError) -> InlinePolicyRecord {
        let key = Key(account: holder.account, holder: holder.id, name: name)
        guard let record = try call.get(key) else { throw IAMError.noSuchInlinePolicy(holder.kind, name) }
        return record
    }

    static func delete(_ name: String, of holder: PolicyHolder, in call: inout Call) throws(ServiceError) {
        _ = try self.get(name, of: holder, in: &call)
        try call.delete(Key(account: holder.account, holder: holder.id, name: name))
        try call.changeIdentities(of: holder.account)
    }

    /// All policies in the order of their names. Their total size is limited, so they are few.
    static func all(
        of holder: PolicyHolder, in call: inout Call
    ) throws(ServiceError) -> [(key: Key, value: InlinePolicyRecord)] {
        try call.page(Key.all(account: holder.account, holder: holder.id), limit: IAMLimits.inlineCharactersPerRole)
    }
}
