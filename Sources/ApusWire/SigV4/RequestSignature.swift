package import ApusBase

/// What a signed request says of its signature: read, plausible in form, and not verified.
package struct RequestSignature: Sendable, Equatable {
    package enum Place: Sendable, Equatable {
        case header
        /// In the query (presigned). Without `X-Amz-Expires`, the clock skew of a header signature holds.
        case query(expiresSeconds: Int?)
    }

    package let place: Place
    package let scope: CredentialScope
    /// When it was signed.
    package let time: Timestamp
    /// `time` as it was signed: `20260102T030405Z`.
    let timeText: String
    /// In lower case, ascending, each once.
    package let signedHeaders: [String]
    package let payload: PayloadSigning
    /// Of temporary credentials. Not necessarily covered by the signature: what the token means has to hold by itself.
    package let sessionToken: String?
    /// As given; of any length.
    let signature: [UInt8]
}
