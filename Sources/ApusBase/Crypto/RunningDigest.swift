internal import Crypto

/// SHA-256 of bytes that come in parts.
package struct RunningDigest: Sendable {
    private var hash = SHA256()

    package init() {}

    package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { self.hash.update(bufferPointer: $0) } }

    /// The 32 bytes for all that came so far; more may come after.
    package var sha256: [UInt8] { self.hash.finalize().withUnsafeBytes { [UInt8]($0) } }
}
