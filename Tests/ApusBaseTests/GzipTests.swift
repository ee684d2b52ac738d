import ApusBase
import Testing

/// Unpacking gzip. The bytes were made with Python's gzip (mtime 0).
@Suite struct GzipTests {
    private static let hello = Hex.decode("1f8b0800000000000203cb48cdc9c9d751c840a2009fa1ca0913000000")!
    /// A million zeros.
    private static let zeros = Hex.decode(
        "1f8b0800000000000203edc101010000008220ffaf6e484001" + String(repeating: "00", count: 968)
            + "af069ecb791240420f00")!

    @Test func `a member is unpacked`() {
        #expect(Gzip.inflate(Self.hello, limit: 100) == Array("hello, hello, hello".utf8))
        #expect(Gzip.inflate(Self.hello, limit: 19) != nil)
        #expect(Gzip.inflate(Self.zeros, limit: 1_000_000) == [UInt8](repeating: 0, count: 1_000_000))
    }

    @Test func `no more is unpacked than allowed`() {
        #expect(Gzip.inflate(Self.hello, limit: 18) == nil)
        #expect(Gzip.inflate(Self.zeros, limit: 999_999) == nil)
        #expect(Gzip.inflate(Self.zeros, limit: 0) == nil)
    }

    @Test func `what is cut off, followed or damaged is refused`() {
        for count in 0..<Self.hello.count { #expect(Gzip.inflate(Array(Self.hello[..<count]), limit: 100) == nil) }
        #expect(Gzip.inflate(Self.hello + [0], limit: 100) == nil)
        #expect(Gzip.inflate(Array("hello".utf8), limit: 100) == nil)
        let entropy = SeededEntropy(seed: 41)
        for place in Self.hello.indices {
            var changed = Self.hello
            changed[place] ^= UInt8(1 + entropy.below(255))
            // Flags, time and system of the header may be anything; what comes out is checked.
            if let content = Gzip.inflate(changed, limit: 100) { #expect(content == Array("hello, hello, hello".utf8)) }
        }
        for _ in 0..<5000 { _ = Gzip.inflate([0x1f, 0x8b, 8] + entropy.bytes(count: 40), limit: 1000) }
    }
}
