internal import Crypto

/// HMAC-SHA-256 with the key schedule done once: half the cost of a short message's HMAC is the key.
package struct PreparedHMAC: Sendable {
    private let prepared: HMAC<SHA256>

    /// `key` may have any length.
    package init(key: [UInt8]) {
        self.prepared = HMAC<SHA256>(key: SymmetricKey(data: key))
    }

    /// The 32 bytes of the authentication code.
    package func authenticate(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { self.authenticate($0) } }

    /// The 32 bytes of the authentication code, for bytes that are not in an array.
    package func authenticate(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hmac = self.prepared
        hmac.update(data: bytes)
        return hmac.finalize().withUnsafeBytes { [UInt8]($0) }
    }
}
