internal import Crypto

/// A key that seals secrets at rest with AES-256-GCM.
///
/// A sealed value is nonce (12 bytes), ciphertext, tag (16 bytes). Nonces are random: one key may seal 2³² values
/// (NIST SP 800-38D §8.3).
package struct SealingKey: Sendable {
    private let key: SymmetricKey
    private let entropy: any Entropy

    /// `key` has 32 bytes.
    package init(key: [UInt8], entropy: any Entropy) {
        precondition(key.count == 32, "A sealing key has 32 bytes.")
        self.key = SymmetricKey(data: key)
        self.entropy = entropy
    }

    /// Seals `bytes`. `context` is not stored, but must be the same when opening: name the place the value lives in, so that
    /// a sealed value copied elsewhere does not open.
    package func seal(_ bytes: [UInt8], context: [UInt8]) -> [UInt8] {
        do {
            let nonce = try AES.GCM.Nonce(data: self.entropy.bytes(count: 12))
            let box = try AES.GCM.seal(bytes, using: self.key, nonce: nonce, authenticating: context)
            guard let combined = box.combined else { preconditionFailure("A nonce of 12 bytes combines.") }
            return [UInt8](combined)
        } catch {
            preconditionFailure("AES-GCM seals whatever it is given with a 32-byte key: \(error)")
        }
    }

    /// The bytes that were sealed, or nil where `sealed` was changed, cut, or made with another key or context.
    package func open(_ sealed: [UInt8], context: [UInt8]) -> [UInt8]? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let bytes = try? AES.GCM.open(box, using: self.key, authenticating: context)
        else { return nil }
        return [UInt8](bytes)
    }
}
