internal import ApusBase
internal import Synchronization

/// What was read lately of `Authorization` headers, but for their signatures: a client says the same scope and the same
/// signed headers in each request of a day. Safe from any thread.
///
/// Entries are what the text itself says; that nobody verified it does no harm. Bounded: a full cache is emptied.
final class SignedScopeCache: Sendable {
    struct Entry: Sendable {
        let scope: CredentialScope
        let signedHeaders: [String]
    }
    /// The text up to the signature, and whether there is a target that must be signed.
    struct Key: Hashable, Sendable {
        let text: ArraySlice<UInt8>
        let hasTarget: Bool

        func hash(into hasher: inout Hasher) {
            self.text.withUnsafeBytes { hasher.combine(bytes: $0) }
            hasher.combine(self.hasTarget)
        }

        static func == (left: Key, right: Key) -> Bool {
            left.hasTarget == right.hasTarget && left.text.count == right.text.count
                && left.text.withUnsafeBytes { a in right.text.withUnsafeBytes { b in Bytes.areEqual(a, b) } }
        }
    }
    private let entries = Mutex<[Key: Entry]>([:])
    private static let limit = 1_024
    /// Longer texts are read anew each time, so that strangers cannot fill memory with them.
    private static let textLimit = 1_024

    func find(_ key: Key) -> Entry? { self.entries.withLock { $0[key] } }

    func keep(_ key: Key, _ entry: Entry) {
        guard key.text.count <= Self.textLimit else { return }
        // A copy, since a slice would keep the whole header.
        let key = Key(text: ArraySlice(Array(key.text)), hasTarget: key.hasTarget)
        self.entries.withLock { entries in
            if entries.count >= Self.limit { entries.removeAll() }
            entries[key] = entry
        }
    }
}
