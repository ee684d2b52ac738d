internal import Crypto

/// HMAC-SHA-256 (RFC 2104) with the key schedule done once: for a short message it is half of the cost.
///
/// Made of two `SHA256` values rather than swift-crypto's `HMAC`, which is generic and not specialised across modules.
package struct PreparedHMAC: Sendable {
    private static let blockByteCount = 64
    /// Has taken in the key's block xor 0x36 …
    private let inner: SHA256
    /// … and xor 0x5c.
    private let outer: SHA256

    /// `key` may have any length.
    package init(key: [UInt8]) {
        var block = key.count > Self.blockByteCount ? Digest.sha256(key) : key
        block += [UInt8](repeating: 0, count: Self.blockByteCount - block.count)
        self.inner = Self.hash(of: block, xor: 0x36)
        self.outer = Self.hash(of: block, xor: 0x5c)
    }

    /// The 32 bytes of the authentication code.
    package func authenticate(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { self.authenticate($0) } }

    /// The 32 bytes of the authentication code, for bytes that are not in an array.
    package func authenticate(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var inner = self.inner
        inner.update(bufferPointer: bytes)
        var outer = self.outer
        inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
        return outer.finalize().withUnsafeBytes { [UInt8]($0) }
    }

    private static func hash(of block: [UInt8], xor pad: UInt8) -> SHA256 {
        var hash = SHA256()
        block.map { $0 ^ pad }.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash
    }
}
