import CRocksChecksum
import Glibc
import Testing

/// The checksum that RocksDB is given in place of its own.
@Suite struct RocksChecksumTests {
    private typealias Checksum = @convention(c) (UInt32, UnsafePointer<CChar>?, Int) -> UInt32

    private func checksum(_ bytes: [UInt8], _ function: Checksum, continuing start: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { bytes in
            function(start, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
    }

    private struct Example: Sendable {
        var bytes: [UInt8]
        var expected: UInt32
    }
    /// RFC 3720, B.4.
    private static let examples: [Example] = [
        Example(bytes: [UInt8](repeating: 0, count: 32), expected: 0x8a91_36aa),
        Example(bytes: [UInt8](repeating: 0xff, count: 32), expected: 0x62a8_ab43),
        Example(bytes: [UInt8](0..<32), expected: 0x46dd_794e),
        Example(bytes: [UInt8]((0..<32).reversed()), expected: 0x113f_db5c),
    ]

    @Test(arguments: Self.examples) private func `CRC-32C gives the examples of RFC 3720, whole and in parts`(
        _ example: Example
    ) {
        let functions: [Checksum] = [apus_crc32c, apus_crc32c_plain]
        for function in functions {
            #expect(self.checksum(example.bytes, function) == example.expected)
            for cut in 0...example.bytes.count {
                let first = self.checksum(Array(example.bytes[..<cut]), function)
                let whole = self.checksum(Array(example.bytes[cut...]), function, continuing: first)
                #expect(whole == example.expected)
            }
        }
    }

    #if arch(x86_64)
        @Test func `the dynamic linker has RocksDB call it`() {
            let ours = unsafeBitCast(apus_crc32c as Checksum, to: UnsafeMutableRawPointer.self)
            #expect(dlsym(nil, "_ZN7rocksdb6crc32c6ExtendEjPKcm") == ours)
        }
    #endif
}
