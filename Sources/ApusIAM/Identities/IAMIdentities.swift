internal import ApusService
internal import ApusStore
internal import Synchronization

/// Who callers are and what they may do: the ports `IdentityDirectory` and `Authorizer` over IAM's records.
///
/// What is compiled or unsealed is kept, each entry with the generation of its account. Every use reads the generation
/// in its own transaction and drops an entry that is older, so a change counts from the moment of its commit, in this
/// process and in any other on the same store.
package final class IAMIdentities: Sendable {
    let credentials = VersionedCache<String, KnownCredential>(limit: 10_000)
    let holders = VersionedCache<String, HolderPolicies>(limit: 10_000)
    /// Policies of resources and sessions by their text; they are right for ever.
    let documents = DocumentCache(limit: 10_000)

    package init() {}

    /// The account's generation; nil for an account that has nothing.
    func generation(of account: String, in call: inout Call) throws(ServiceError) -> UInt64? {
        try call.get(IAMAccountKey(account: account))?.generation
    }
}

/// Entries that are good for one generation of their account. Bounded: a full cache is emptied.
final class VersionedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    struct Entry: Sendable {
        let account: String
        let generation: UInt64
        let value: Value
    }
    private let entries = Mutex<[Key: Entry]>([:])
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// The entry, whose generation is for the caller to compare.
    func entry(_ key: Key) -> Entry? { self.entries.withLock { $0[key] } }

    func set(_ key: Key, _ entry: Entry) {
        self.entries.withLock { entries in
            if entries.count >= self.limit { entries.removeAll() }
            entries[key] = entry
        }
    }
}

/// Compiled policies by their text.
final class DocumentCache: Sendable {
    private let documents = Mutex<[String: PolicyDocument]>([:])
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// The compiled policy. A text that does not compile was not checked when it was saved: an internal failure, so
    /// that nobody is let in by it.
    func document(_ text: String) throws(ServiceError) -> PolicyDocument {
        if let document = self.documents.withLock({ $0[text] }) { return document }
        let document: PolicyDocument
        do {
            document = try PolicyDocument(parsing: text)
        } catch {
            throw .store(.unreadable(reason: "a stored policy does not compile: \(error.message)"))
        }
        self.documents.withLock { documents in
            if documents.count >= self.limit { documents.removeAll() }
            documents[text] = document
        }
        return document
    }
}
