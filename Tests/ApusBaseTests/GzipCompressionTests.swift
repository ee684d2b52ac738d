import ApusBase
import Testing

@Suite struct GzipCompressionTests {
    /// RFC 1952 §2.3: the header begins with 1f 8b and method 8; the trailer is CRC-32 and length, low bytes first.
    @Test func `header and trailer are RFC 1952's`() {
        let bytes = Gzip.compress(Array("123456789".utf8))
        #expect(Array(bytes.prefix(4)) == [0x1F, 0x8B, 8, 0])
        // No time, so that the same bytes make the same output.
        #expect(Array(bytes[4..<8]) == [0, 0, 0, 0])
        #expect(Array(bytes.suffix(8)) == [0x26, 0x39, 0xF4, 0xCB, 9, 0, 0, 0])
    }

    @Test func `nothing and noise are compressed too`() {
        #expect(Gzip.compress([]).suffix(8) == [0, 0, 0, 0, 0, 0, 0, 0])
        let noise = SeededEntropy(seed: 1).bytes(count: 300_000)
        #expect(Gzip.compress(noise).count < 301_000)
        #expect(Gzip.compress([UInt8](repeating: 0, count: 300_000)).count < 3_000)
        #expect(Gzip.inflate(Gzip.compress(noise), limit: 300_000) == noise)
    }
}
