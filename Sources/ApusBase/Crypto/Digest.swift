internal import CZlib
internal import Crypto

/// One-shot digests of bytes in memory.
package enum Digest {
    /// 32 bytes.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { Self.sha256($0) } }

    /// 32 bytes.
    package static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return hash.finalize().withUnsafeBytes { [UInt8]($0) }
    }

    /// 16 bytes. For what AWS specifies as MD5 (message bodies, ETags); it protects nothing.
    package static func md5(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { Self.md5($0) } }

    /// 16 bytes.
    package static func md5(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hash = Insecure.MD5()
        hash.update(bufferPointer: bytes)
        return hash.finalize().withUnsafeBytes { [UInt8]($0) }
    }

    /// 20 bytes. For what others specify as SHA-1 (WebSocket's handshake); it protects nothing.
    package static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        var hash = Insecure.SHA1()
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash.finalize().withUnsafeBytes { [UInt8]($0) }
    }

    /// 32 bytes. Where one key signs more than once, prepare it: `PreparedHMAC`.
    package static func hmacSHA256(key: [UInt8], data: [UInt8]) -> [UInt8] {
        PreparedHMAC(key: key).authenticate(data)
    }

    /// CRC-32 as in zip, gzip and S3's `crc32`. `start` is the checksum of what came before, to go on from.
    package static func crc32(_ bytes: [UInt8], continuing start: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { Self.crc32($0, continuing: start) }
    }

    /// CRC-32 of bytes that are not in an array.
    package static func crc32(_ bytes: UnsafeRawBufferPointer, continuing start: UInt32 = 0) -> UInt32 {
        guard let first = bytes.baseAddress, !bytes.isEmpty else { return start }
        return UInt32(truncatingIfNeeded: crc32_z(UInt(start), first.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
}
