package import ApusBase

/// Temporary credentials that carry all they mean: the session token is the whole record, sealed with the server's key, so
/// nothing is stored and nothing is to be cleaned up. A token is valid until it expires or its role is gone.
package struct SessionToken: Sendable, Equatable {
    /// `ASIA…`
    package var accessKeyID: String
    package var secretAccessKey: String
    package var session: RoleSession
    package var expires: Timestamp

    private static let version: UInt8 = 1
    private static let context = Array("sts:session-token".utf8)

    /// Credentials for a session that begins now.
    package static func issue(_ session: RoleSession, expires: Timestamp, entropy: any Entropy) -> SessionToken {
        SessionToken(
            accessKeyID: "ASIA" + entropy.identifier(alphabet: CredentialAlphabet.id, count: 16),
            secretAccessKey: entropy.identifier(alphabet: CredentialAlphabet.secret, count: 40), session: session,
            expires: expires)
    }

    package init(accessKeyID: String, secretAccessKey: String, session: RoleSession, expires: Timestamp) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.session = session
        self.expires = expires
    }

    /// The token's text for the client.
    package func sealed(with key: SealingKey) -> String {
        var writer = RecordWriter()
        writer.byte(Self.version)
        writer.string(self.accessKeyID)
        writer.string(self.secretAccessKey)
        writer.timestamp(self.expires)
        writer.string(self.session.account)
        writer.string(self.session.roleName)
        writer.string(self.session.rolePath)
        writer.string(self.session.roleID)
        writer.string(self.session.sessionName)
        writer.optional(self.session.details) { writer, details in
            writer.timestamp(details.issued)
            writer.optional(details.policy) { $0.string($1) }
            writer.strings(details.policyARNs)
            writer.stringMap(details.tags)
            writer.strings(details.transitiveTagKeys)
            writer.optional(details.sourceIdentity) { $0.string($1) }
        }
        return Base64.encode(key.seal(writer.bytes, context: Self.context))
    }

    /// Opens a token's text; nil when it was not made with `key`, or was changed. Its end is for the caller to check.
    package init?(_ text: String, key: SealingKey) {
        guard let sealed = Base64.decode(text), let bytes = key.open(sealed, context: Self.context),
            let token = try? Self(record: bytes)
        else { return nil }
        self = token
    }

    private init(record bytes: [UInt8]) throws(RecordError) {
        var reader = RecordReader(bytes)
        guard try reader.readByte() == Self.version else { throw reader.error(.invalidValue) }
        self.accessKeyID = try reader.readString()
        self.secretAccessKey = try reader.readString()
        self.expires = try reader.readTimestamp()
        self.session = RoleSession(
            account: try reader.readString(), roleName: try reader.readString(), rolePath: try reader.readString(),
            roleID: try reader.readString(), sessionName: try reader.readString())
        self.session.details = try reader.readOptional { (reader) throws(RecordError) in
            SessionDetails(
                issued: try reader.readTimestamp(),
                policy: try reader.readOptional { (reader) throws(RecordError) in try reader.readString() },
                policyARNs: try reader.readStrings(), tags: try reader.readStringMap(),
                transitiveTagKeys: try reader.readStrings(),
                sourceIdentity: try reader.readOptional { (reader) throws(RecordError) in try reader.readString() })
        }
        try reader.finish()
    }
}

/// The characters of AWS's identifiers.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
package enum CredentialAlphabet {
    /// Of unique ids and access key ids.
    package static let id = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    /// Of secret access keys.
    package static let secret = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
}
