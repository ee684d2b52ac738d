import ApusBase
import Testing

@Suite struct DigestTests {
    /// FIPS 180-4's examples (NIST, Cryptographic Standards and Guidelines, example values).
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `SHA-256 gives the standard's examples`(text: String, expected: String) {
        #expect(Hex.encode(Digest.sha256(Array(text.utf8))) == expected)
    }

    /// RFC 1321, appendix A.5.
    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
        ("abc", "900150983cd24fb0d6963f7d28e17f72"), ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
    ])
    func `MD5 gives RFC 1321's examples`(text: String, expected: String) {
        #expect(Hex.encode(Digest.md5(Array(text.utf8))) == expected)
    }

    /// RFC 1321, appendix A.5, all at once and each eight times.
    @Test func `MD5 of many texts gives RFC 1321's examples, in their order`() {
        let examples = [
            ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"), ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            (
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                "d174ab98d277d9f5a5611c2c9f419d9f"
            ),
            (String(repeating: "1234567890", count: 8), "57edf4a22be3c955ac49da2e2107b67a"),
        ]
        #expect(Digest.md5(of: examples.map(\.0)).map { Hex.encode($0) } == examples.map(\.1))
        for (text, digest) in examples {
            let digests = Digest.md5(of: Array(repeating: text, count: 8))
            #expect(digests.map { Hex.encode($0) } == Array(repeating: digest, count: 8))
        }
        #expect(Digest.md5(of: []) == [])
    }

    @Test func `MD5 of many texts of any lengths is what each has alone`() {
        let entropy = SeededEntropy(seed: 7)
        for count in 1...21 {
            // Around the ends of blocks, and one that is much longer than the others.
            let texts = (0..<count).map { index in
                let length = index == 3 ? 5_000 : Int(entropy.below(200))
                return String(decoding: entropy.bytes(count: length).map { $0 & 0x7f }, as: UTF8.self)
            }
            #expect(Digest.md5(of: texts) == texts.map { Digest.md5(Array($0.utf8)) })
            let equal = (0..<count).map { _ in
                String(decoding: entropy.bytes(count: 40 + count).map { $0 & 0x7f }, as: UTF8.self)
            }
            #expect(Digest.md5(of: equal) == equal.map { Digest.md5(Array($0.utf8)) })
        }
    }

    /// The check value of CRC-32/ISO-HDLC (ITU-T V.42).
    @Test func `CRC-32 gives its check value, in one or in parts`() {
        #expect(Digest.crc32(Array("123456789".utf8)) == 0xcbf4_3926)
        let first = Digest.crc32(Array("1234".utf8))
        #expect(Digest.crc32(Array("56789".utf8), continuing: first) == 0xcbf4_3926)
        #expect(Digest.crc32([]) == 0)
        #expect(Digest.crc32([], continuing: first) == first)
    }

    /// RFC 4231 §4: test cases 1 to 4, 6 and 7.
    @Test(arguments: [
        (
            String(repeating: "0b", count: 20), Hex.encode(Array("Hi There".utf8)),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Hex.encode(Array("Jefe".utf8)), Hex.encode(Array("what do ya want for nothing?".utf8)),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            String(repeating: "aa", count: 20), String(repeating: "dd", count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            "0102030405060708090a0b0c0d0e0f10111213141516171819", String(repeating: "cd", count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            String(repeating: "aa", count: 131),
            Hex.encode(Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            String(repeating: "aa", count: 131),
            Hex.encode(
                Array(
                    ("This is a test using a larger than block-size key and a larger than block-size data. "
                        + "The key needs to be hashed before being used by the HMAC algorithm.").utf8)),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ])
    func `HMAC-SHA-256 gives RFC 4231's codes`(key: String, data: String, expected: String) throws {
        let key = try #require(Hex.decode(key))
        let data = try #require(Hex.decode(data))
        #expect(Hex.encode(Digest.hmacSHA256(key: key, data: data)) == expected)
        let prepared = PreparedHMAC(key: key)
        #expect(Hex.encode(prepared.authenticate(data)) == expected)
        #expect(Hex.encode(prepared.authenticate(data)) == expected)
    }

    /// AWS, "Signature Version 4: derive a signing key" (IAM User Guide's example values).
    @Test func `a signing key is derived as AWS's example shows`() {
        var key = Array("AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".utf8)
        for part in ["20120215", "us-east-1", "iam", "aws4_request"] {
            key = PreparedHMAC(key: key).authenticate(Array(part.utf8))
        }
        #expect(Hex.encode(key) == "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d")
    }

    @Test func `equal in constant time is equal`() {
        #expect(ConstantTime.equal([], []))
        #expect(ConstantTime.equal([1, 2], [1, 2]))
        #expect(!ConstantTime.equal([1, 2], [1, 3]))
        #expect(!ConstantTime.equal([1, 2], [0, 2]))
        #expect(!ConstantTime.equal([1, 2], [1]))
    }
}
