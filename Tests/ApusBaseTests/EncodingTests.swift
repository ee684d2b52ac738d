import ApusBase
import Testing

@Suite struct EncodingTests {
    /// RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `Base64 has RFC 4648's vectors`(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
        var bytes: [UInt8] = [1]
        Base64.append(Array(plain.utf8), to: &bytes)
        #expect(bytes == [1] + Array(encoded.utf8))
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Z===", "====", "=", "Zg==Zg==", "Zm9v=", "Zm9v====", "Zm8=\n", " Zm8", "Zm-_", "Zm9é",
        "Zg=a", "Z=g=",
        "Zm9vZ=Fy", "\u{0}AAA",
    ])
    func `what is no Base64 is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `unused bits of Base64 may have any value`() {
        #expect(Base64.decode("Zh==") == Array("f".utf8))
        #expect(Base64.decode("Zm9=") == Array("fo".utf8))
    }

    @Test func `random bytes read back from Base64 and hex`() {
        let entropy = SeededEntropy(seed: 11)
        for count in 0..<300 {
            let bytes = entropy.bytes(count: count)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
    }

    @Test func `hex is written in lower case and read in either`() {
        #expect(Hex.encode([0, 0x9a, 0xff]) == "009aff")
        #expect(Hex.decode("009AfF") == [0, 0x9a, 0xff])
        #expect(Hex.decode("") == [])
        var bytes: [UInt8] = [1]
        Hex.append([0xab], to: &bytes)
        #expect(bytes == [1, 0x61, 0x62])
        for text in ["0", "0g", "g0", " 0", "0x", "@0", "`0", "/0", ":0"] { #expect(Hex.decode(text) == nil) }
    }

    /// RFC 3986 §2.3 names the unreserved characters; AWS escapes all others, digits in upper case.
    @Test func `percent-encoding keeps the unreserved characters only`() {
        let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
        #expect(PercentEncoding.encode(unreserved) == unreserved)
        for byte in 0...127 as ClosedRange<UInt8> {
            let character = String(Unicode.Scalar(byte))
            if unreserved.contains(character) { continue }
            let digits = Hex.encode([byte]).uppercased()
            #expect(PercentEncoding.encode(character) == "%" + digits)
        }
        #expect(PercentEncoding.encode(" /é") == "%20%2F%C3%A9")
        #expect(PercentEncoding.encode("a/b c", slash: .kept) == "a/b%20c")
    }

    @Test func `percent-escapes are decoded in either case`() {
        #expect(PercentEncoding.decode("a%20+%c3%A9", plus: .space) == "a  é")
        #expect(PercentEncoding.decode("a%20+%2B", plus: .literal) == "a ++")
        #expect(PercentEncoding.decode("plain", plus: .space) == "plain")
        #expect(PercentEncoding.decode("", plus: .space) == "")
        #expect(PercentEncoding.decode(bytes: Array("%ff%00".utf8), plus: .space) == [0xff, 0])
    }

    @Test(arguments: ["%", "a%", "%4", "a%4", "%zz", "%4g", "%g4", "%%41", "%ff", "%c3", "%C3%28"])
    func `a bad escape or one that is not UTF-8 is refused`(text: String) {
        #expect(PercentEncoding.decode(text, plus: .literal) == nil)
    }

    @Test func `any text reads back from its percent-encoding`() {
        let text = String(String.UnicodeScalarView((0..<0x300).compactMap { Unicode.Scalar($0) })) + "😀"
        #expect(PercentEncoding.decode(PercentEncoding.encode(text), plus: .space) == text)
        #expect(PercentEncoding.decode(PercentEncoding.encode(text, slash: .kept), plus: .literal) == text)
    }

    @Test func `text of bytes is there when they are UTF-8`() {
        #expect(String(utf8: Array("né😀".utf8)) == "né😀")
        #expect(String(utf8: []) == "")
        #expect(String(utf8: [0x61, 0xff]) == nil)
    }
}
