import ApusBase
import Testing

@Suite struct DigestTests {
    @Test func `digests of abc are those of their specifications`() {
        let abc = Array("abc".utf8)
        #expect(Hex.encode(Digest.sha256(abc)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(Hex.encode(Digest.md5(abc)) == "900150983cd24fb0d6963f7d28e17f72")
        #expect(Digest.crc32(Array("123456789".utf8)) == 0xcbf4_3926)
    }

    /// RFC 4231, test case 2.
    @Test func `HMAC-SHA-256 gives RFC 4231's codes`() {
        let code = Digest.hmacSHA256(key: Array("Jefe".utf8), data: Array("what do ya want for nothing?".utf8))
        #expect(Hex.encode(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func `a sealed value opens with its own context only`() {
        let key = SealingKey(key: [UInt8](repeating: 7, count: 32), entropy: SeededEntropy(seed: 1))
        let sealed = key.seal([1, 2, 3], context: [9])
        #expect(key.open(sealed, context: [9]) == [1, 2, 3])
        #expect(key.open(sealed, context: [8]) == nil)
    }
}
