import ApusBase
import ApusService
import Testing

@Suite struct SessionTokenTests {
    let key = SealingKey(key: Array(repeating: 7, count: 32), entropy: SeededEntropy(seed: 1))
    let session = RoleSession(
        account: "123456789012", roleName: "demo", rolePath: "/p/", roleID: "AROA3XFRBF535PLBIFPI4", sessionName: "s",
        details: SessionDetails(
            issued: Timestamp(milliseconds: 1_000), policy: "{}",
            policyARNs: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
            tags: ["team": "red"], transitiveTagKeys: ["team"], sourceIdentity: "bob"))

    private var issued: SessionToken {
        .issue(self.session, expires: Timestamp(milliseconds: 3_600_000), entropy: SeededEntropy(seed: 2))
    }

    @Test func `a token carries all that its credentials mean`() {
        let token = self.issued
        #expect(SessionToken(token.sealed(with: self.key), key: self.key) == token)
        var plain = token
        plain.session.details = nil
        #expect(SessionToken(plain.sealed(with: self.key), key: self.key) == plain)
    }

    @Test func `credentials have the forms that AWS documents`() {
        let token = self.issued
        #expect(token.accessKeyID.hasPrefix("ASIA"))
        #expect(token.accessKeyID.utf8.count == 20)
        #expect(token.secretAccessKey.utf8.count == 40)
    }

    @Test func `a token of another server, a changed one and nonsense are no tokens`() throws {
        let text = self.issued.sealed(with: self.key)
        let other = SealingKey(key: Array(repeating: 8, count: 32), entropy: SeededEntropy(seed: 1))
        #expect(SessionToken(text, key: other) == nil)
        var bytes = try #require(Base64.decode(text))
        for index in bytes.indices {
            bytes[index] ^= 1
            #expect(SessionToken(Base64.encode(bytes), key: self.key) == nil)
            bytes[index] ^= 1
        }
        for text in ["", "x", "AAAA", "not a token"] { #expect(SessionToken(text, key: self.key) == nil) }
    }
}
