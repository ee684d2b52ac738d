internal import ApusBase

/// The key that a secret access key gives for one scope, ready to sign.
package struct SigningKey: Sendable {
    private let prepared: PreparedHMAC

    /// Four HMACs; `SigningKeyCache` saves them.
    package init(secret: String, scope: CredentialScope) {
        var key: [UInt8] = Array("AWS4".utf8) + Array(secret.utf8)
        for part in [scope.date, scope.region, scope.service, CredentialScope.terminator] {
            key = Digest.hmacSHA256(key: key, data: Array(part.utf8))
        }
        self.prepared = PreparedHMAC(key: key)
    }

    /// The signature of `stringToSign`: 64 lower-case hexadecimal digits.
    func sign(_ stringToSign: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        Hex.append(self.prepared.authenticate(stringToSign), to: &text)
        return text
    }
}
