internal import ApusBase
internal import ApusService

extension SignatureFailure {
    /// The error in the words of Amazon S3, which has codes of its own.
    var s3Error: APIError {
        switch self {
        case .missingAuthentication: Self.s3("AccessDenied", 403, "Access Denied")
        case .unsupportedAlgorithm:
            Self.s3(
                "InvalidRequest", 400,
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.")
        case .severalMechanisms, .invalidPayloadHash: Self.s3("InvalidArgument", 400, self.formMessage)
        case .missingPayloadHash: Self.s3("InvalidRequest", 400, self.formMessage)
        case .incompleteQuery:
            Self.s3(
                "AuthorizationQueryParametersError", 400,
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
            )
        case .invalidExpires(let sentence): Self.s3("AuthorizationQueryParametersError", 400, sentence)
        case .incompleteHeader, .notAKeyValuePair, .repeatedParameter, .malformedCredential, .wrongTerminator,
            .scopeDateMismatch, .unsortedSignedHeaders, .tooManySignedHeaders:
            Self.s3Malformed(self.formMessage)
        case .wrongRegion(let region, let expected):
            Self.s3Malformed("the region '\(region)' is wrong; expecting '\(expected)'", [("Region", expected)])
        case .wrongService(let expected):
            Self.s3Malformed("incorrect service. This endpoint belongs to \"\(expected)\".")
        case .invalidDate:
            Self.s3("AccessDenied", 403, "AWS authentication requires a valid Date or x-amz-date header")
        case .headerNotSigned(let name): Self.s3Unsigned([name])
        case .headersNotSigned(let names): Self.s3Unsigned(names)
        case .unknownAccessKey(let id):
            Self.s3(
                "InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records.",
                [("AWSAccessKeyId", id)])
        case .invalidToken: Self.s3("InvalidToken", 400, "The provided token is malformed or otherwise invalid.")
        case .expiredToken: Self.s3("ExpiredToken", 400, "The provided token has expired.")
        case .expired(let signed, let now), .notYetCurrent(let signed, let now):
            Self.s3(
                "RequestTimeTooSkewed", 403,
                "The difference between the request time and the current time is too large.",
                [
                    ("RequestTime", signed.amzDate), ("ServerTime", now.iso8601Seconds),
                    ("MaxAllowedSkewMilliseconds", String(SigV4.allowedSkewMilliseconds)),
                ])
        case .presignedExpired(let seconds, let end, let now):
            Self.s3(
                "AccessDenied", 403, "Request has expired",
                [
                    ("X-Amz-Expires", String(seconds)), ("Expires", end.iso8601Seconds),
                    ("ServerTime", now.iso8601Seconds),
                ])
        case .presignedNotYetCurrent: Self.s3("AccessDenied", 403, "Request is not valid yet")
        case .payloadMismatch(let stated, let computed):
            Self.s3(
                "XAmzContentSHA256Mismatch", 400,
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
                [("ClientComputedContentSHA256", stated), ("S3ComputedContentSHA256", computed)])
        case .mismatch(let explanation):
            Self.s3(
                "SignatureDoesNotMatch", 403,
                "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
                [
                    ("AWSAccessKeyId", explanation.accessKeyID), ("StringToSign", explanation.stringToSign),
                    ("SignatureProvided", explanation.signature), ("CanonicalRequest", explanation.canonicalRequest),
                ])
        }
    }

    private static func s3Malformed(_ what: String, _ fields: [(String, String)] = []) -> APIError {
        Self.s3("AuthorizationHeaderMalformed", 400, "The authorization header is malformed; " + what, fields)
    }

    private static func s3Unsigned(_ names: [String]) -> APIError {
        Self.s3(
            "AccessDenied", 403, "There were headers present in the request which were not signed",
            [("HeadersNotSigned", names.joined(separator: ", "))])
    }

    private static func s3(
        _ code: String, _ status: Int, _ message: String, _ fields: [(String, String)] = []
    ) -> APIError {
        APIError(
            code, status: status, isModelled: false, message: message,
            fields: fields.map { APIError.Field($0.0, .string($0.1)) })
    }
}
