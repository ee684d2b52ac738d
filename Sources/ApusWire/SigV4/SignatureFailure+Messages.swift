internal import ApusBase

extension SignatureFailure {
    /// The first sentence that AWS says of a wrong signature; S3 says another second one.
    static let mismatchSentence =
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."

    /// The message of all services but S3.
    func message(_ family: Family) -> String {
        switch self {
        case .missingAuthentication:
            family == .query ? "Request is missing Authentication Token" : "Missing Authentication Token"
        case .unknownAccessKey, .invalidToken: "The security token included in the request is invalid."
        case .expiredToken: "The security token included in the request is expired"
        case .expired, .notYetCurrent, .presignedExpired, .presignedNotYetCurrent: self.timeMessage
        case .payloadMismatch(let stated, let computed):
            Self.mismatchSentence
                + "\n\nThe x-amz-content-sha256 header is '\(stated)', the SHA-256 of the body is '\(computed)'.\n"
        case .mismatch(let explanation):
            Self.mismatchSentence + "\n\nThe Canonical String for this request should have been\n'"
                + explanation.canonicalRequest + "'\n\nThe String-to-Sign should have been\n'"
                + explanation.stringToSign + "'\n"
        default: self.formMessage
        }
    }

    /// What is wrong with the form of the signature; S3 says much of it in the same words.
    var formMessage: String {
        switch self {
        case .unsupportedAlgorithm(let name): "Unsupported AWS 'algorithm': '\(name)'."
        case .severalMechanisms:
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified"
        case .incompleteHeader(let sentences), .incompleteQuery(let sentences): sentences
        case .notAKeyValuePair(let pair, let header):
            "'\(pair)' not a valid key=value pair (missing equal-sign) in Authorization header: '\(header)'."
        case .repeatedParameter(let header): "Duplicate parameter in Authorization header: '\(header)'."
        case .malformedCredential(let text):
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '\(text)'"
        case .wrongTerminator(let text):
            "Credential should be scoped with a valid terminator: 'aws4_request', not '\(text)'."
        case .invalidDate(let text):
            "Date must be in ISO-8601 'basic format'. Got '\(text)'. See http://en.wikipedia.org/wiki/ISO_8601"
        case .scopeDateMismatch(let scope, let signed):
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '\(scope)' != '\(signed.prefix(8))', from '\(signed)'."
        case .invalidExpires(let sentence): sentence
        case .unsortedSignedHeaders(let text):
            "SignedHeaders must be in lower case, sorted and without repetition, got '\(text)'."
        case .tooManySignedHeaders: "SignedHeaders has more than \(SigV4.maximumSignedHeaders) names."
        case .headerNotSigned(let name): "'\(name)' must be a 'SignedHeader' in the AWS Authorization."
        case .headersNotSigned(let names):
            "There were headers present in the request which were not signed: \(names.joined(separator: ", "))"
        case .missingPayloadHash: "Missing required header for this request: x-amz-content-sha256"
        case .invalidPayloadHash:
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value."
        case .wrongRegion(let region, let expected):
            "Credential should be scoped to a valid region, not '\(region)'; expecting '\(expected)'."
        case .wrongService(let expected): "Credential should be scoped to correct service: '\(expected)'."
        default: Self.mismatchSentence
        }
    }

    private var timeMessage: String {
        let skew: Int64 = SigV4.allowedSkewMilliseconds
        return switch self {
        case .expired(let signed, let now):
            "Signature expired: \(signed.amzDate) is now earlier than \((now - skew).amzDate) (\(now.amzDate) - 15 min.)"
        case .notYetCurrent(let signed, let now), .presignedNotYetCurrent(let signed, let now):
            "Signature not yet current: \(signed.amzDate) is still later than \((now + skew).amzDate) (\(now.amzDate) + 15 min.)"
        case .presignedExpired(_, let end, let now):
            "Signature expired: \(end.amzDate) is now earlier than \(now.amzDate)"
        default: ""
        }
    }
}
