internal import ApusBase
package import ApusService

extension SignatureFailure {
    /// The families of services that say these errors alike.
    package enum Family: Sendable, CaseIterable {
        /// AWS JSON and RPC-v2-CBOR: status 400.
        case json
        /// REST-JSON: the codes of JSON, status 403.
        case restJSON
        /// Query, and REST-XML other than S3.
        case query
        case s3

        package init(_ wireProtocol: WireProtocol, signingName: String) {
            switch wireProtocol {
            case .json10, .json11, .cbor: self = .json
            case .restJSON: self = .restJSON
            case .query: self = .query
            case .restXML: self = signingName.hasPrefix("s3") ? .s3 : .query
            }
        }
    }

    /// The error that a service of `family` answers. Sources: "Common Errors" of the services' API references, "Error
    /// responses" of the S3 API Reference, "Troubleshoot Signature Version 4" (IAM User Guide).
    package func apiError(_ family: Family) -> APIError {
        if family == .s3 { return self.s3Error }
        let kind: Kind = self.kind
        let status: Int =
            switch family {
            case .json: 400
            case .restJSON: 403
            case .query, .s3: kind.queryStatus
            }
        return APIError(
            kind.code, queryCode: kind.queryCode, status: status, isModelled: false, message: self.message(family))
    }

    /// What all services but S3 tell apart.
    private enum Kind {
        case missing, incomplete, mismatch, unknownClient, expiredToken

        var code: String {
            switch self {
            case .missing: "MissingAuthenticationTokenException"
            case .incomplete: "IncompleteSignatureException"
            case .mismatch: "InvalidSignatureException"
            case .unknownClient: "UnrecognizedClientException"
            case .expiredToken: "ExpiredTokenException"
            }
        }

        var queryCode: String {
            switch self {
            case .missing: "MissingAuthenticationToken"
            case .incomplete: "IncompleteSignature"
            case .mismatch: "SignatureDoesNotMatch"
            case .unknownClient: "InvalidClientTokenId"
            case .expiredToken: "ExpiredToken"
            }
        }

        var queryStatus: Int { self == .incomplete ? 400 : 403 }
    }

    private var kind: Kind {
        switch self {
        case .missingAuthentication: .missing
        case .unsupportedAlgorithm, .severalMechanisms, .incompleteHeader, .incompleteQuery, .notAKeyValuePair,
            .repeatedParameter, .malformedCredential, .invalidDate, .invalidExpires, .unsortedSignedHeaders,
            .tooManySignedHeaders:
            .incomplete
        case .wrongTerminator, .scopeDateMismatch, .headerNotSigned, .headersNotSigned, .missingPayloadHash,
            .invalidPayloadHash, .wrongRegion, .wrongService, .expired, .notYetCurrent, .presignedExpired,
            .presignedNotYetCurrent, .payloadMismatch, .mismatch:
            .mismatch
        case .unknownAccessKey, .invalidToken: .unknownClient
        case .expiredToken: .expiredToken
        }
    }
}
