internal import Synchronization

/// Signing keys that were of use lately. Safe from any thread; the lock is held for a look-up only.
///
/// A key is found by its scope and by a *mark* of the secret it came from: whatever changes when the secret does (the secret
/// itself, or its sealed record, so that a hit need not open it). So a rotated secret misses, without anyone's telling.
/// Keys are put in after a successful verification only: whoever knows an access key id alone cannot push others out.
package final class SigningKeyCache: Sendable {
    private struct Entry {
        var mark: [UInt8]
        var key: SigningKey
    }
    /// Two generations: when the younger is full it becomes the elder, and the elder goes. A hit in the elder moves up.
    private struct Generations {
        var younger: [CredentialScope: Entry] = [:]
        var elder: [CredentialScope: Entry] = [:]
    }

    private let generationSize: Int
    private let generations = Mutex(Generations())

    /// - Parameter capacity: the number of keys kept at most; each takes about 1 KiB.
    package init(capacity: Int = 2_048) {
        precondition(capacity >= 2, "A cache of keys has room for two.")
        self.generationSize = capacity / 2
    }

    func find(_ scope: CredentialScope, mark: [UInt8]) -> SigningKey? {
        self.generations.withLock { generations in
            if let entry = generations.younger[scope] { return entry.mark == mark ? entry.key : nil }
            guard let entry = generations.elder[scope], entry.mark == mark else { return nil }
            self.insert(entry, scope, &generations)
            return entry.key
        }
    }

    func insert(_ key: SigningKey, for scope: CredentialScope, mark: [UInt8]) {
        self.generations.withLock { self.insert(Entry(mark: mark, key: key), scope, &$0) }
    }

    private func insert(_ entry: Entry, _ scope: CredentialScope, _ generations: inout Generations) {
        if generations.younger.count >= self.generationSize, generations.younger[scope] == nil {
            generations.elder = generations.younger
            generations.younger = [:]
        }
        generations.younger[scope] = entry
    }

    /// Forgets all keys.
    package func removeAll() { self.generations.withLock { $0 = Generations() } }

    package var count: Int { self.generations.withLock { $0.younger.count + $0.elder.count } }
}
