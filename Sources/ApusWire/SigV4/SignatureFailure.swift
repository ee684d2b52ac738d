package import ApusBase

/// Why a request's signature is refused: all the reasons there are. `apiError` says each in AWS's words.
package enum SignatureFailure: Error, Sendable, Equatable {
    // Of form.
    /// The request is not signed, and has to be.
    case missingAuthentication
    case unsupportedAlgorithm(String)
    /// Both an `Authorization` header and a signature in the query.
    case severalMechanisms
    /// The sentences that name what is missing.
    case incompleteHeader(String)
    case incompleteQuery(String)
    case notAKeyValuePair(String, in: String)
    case repeatedParameter(in: String)
    case malformedCredential(String)
    case wrongTerminator(String)
    case invalidDate(String)
    case scopeDateMismatch(scope: String, signed: String)
    case invalidExpires(String)
    case unsortedSignedHeaders(String)
    case tooManySignedHeaders
    case headerNotSigned(String)
    case headersNotSigned([String])
    case missingPayloadHash
    case invalidPayloadHash

    // Of scope: for the caller to find, who knows where the request was routed.
    case wrongRegion(String, expected: String)
    case wrongService(expected: String)

    // Of credentials: for the caller to find, who looks them up.
    case unknownAccessKey(String)
    case invalidToken
    case expiredToken

    // Of time.
    case expired(signed: Timestamp, now: Timestamp)
    case notYetCurrent(signed: Timestamp, now: Timestamp)
    case presignedExpired(expiresSeconds: Int, end: Timestamp, now: Timestamp)
    case presignedNotYetCurrent(signed: Timestamp, now: Timestamp)

    // Of content.
    case payloadMismatch(stated: String, computed: String)
    case mismatch(SignatureExplanation)
}

/// What was verified, for the client to compare with what it signed. It holds nothing that the client did not send.
package struct SignatureExplanation: Sendable, Equatable {
    package let accessKeyID: String
    /// As the client gave it.
    package let signature: String
    package let canonicalRequest: String
    package let stringToSign: String
}
