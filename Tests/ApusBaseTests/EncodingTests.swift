import ApusBase
import Testing

@Suite struct EncodingTests {
    /// RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
    ])
    func `Base64 has RFC 4648's vectors`(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test func `percent-encoding keeps the unreserved characters only`() {
        #expect(PercentEncoding.encode("aZ9-._~ /é") == "aZ9-._~%20%2F%C3%A9")
        #expect(PercentEncoding.decode("a%20+%c3%a9", plus: .space) == "a  é")
        #expect(PercentEncoding.decode("%zz", plus: .literal) == nil)
    }
}
