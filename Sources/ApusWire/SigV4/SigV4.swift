internal import ApusBase

/// AWS Signature Version 4: reading it from a request and verifying it.
///
/// Source: "AWS Signature Version 4 for API requests" (IAM User Guide) and, for S3, "Authenticating Requests" (S3 API
/// Reference). In between the two steps the caller looks the access key up, checks the scope's region and service against
/// where the request was routed, and opens the session token.
package enum SigV4 {
    package static let algorithm = "AWS4-HMAC-SHA256"
    /// How far the signer's clock and ours may be apart.
    package static let allowedSkewMilliseconds: Int64 = 900_000
    /// The longest that a presigned request may be valid: a week.
    package static let maximumExpiresSeconds = 604_800
    /// As many as the front door takes in one request: looking them up costs their number times that of the fields.
    static let maximumSignedHeaders = 256

    /// The signature of `request`; nil where it carries none, or an `Authorization` of another kind than AWS's.
    package static func parse(_ request: HTTPRequest) throws(SignatureFailure) -> RequestSignature? {
        try self.parse(request, cache: nil)
    }

    /// The same with a memory for what clients repeat.
    static func parse(
        _ request: HTTPRequest, cache: SignedScopeCache?
    ) throws(SignatureFailure) -> RequestSignature? {
        let headers = SigningHeaders(request.headers)
        let presigned: PresignedQuery? = PresignedQuery(query: request.query)
        guard let authorization = headers.authorization else { return try presigned?.signature(headers) }
        if let cache, presigned == nil, let known = try AuthorizationHeader.known(authorization, headers, cache) {
            return known
        }
        guard let parsed = try AuthorizationHeader(authorization) else { return try presigned?.signature(headers) }
        if presigned != nil { throw .severalMechanisms }
        let signature = try parsed.signature(headers)
        if let cache { AuthorizationHeader.remember(signature, authorization, headers, in: cache) }
        return signature
    }
}

/// The header fields that say something about a signature, found in one pass.
struct SigningHeaders {
    private(set) var authorization: String?
    private(set) var amzDate: String?
    private(set) var date: String?
    private(set) var securityToken: String?
    private(set) var contentSHA256: String?
    private(set) var hasTarget = false

    init(_ headers: HTTPFields) {
        for field in headers.fields {
            switch field.name.utf8.count {
            case 4 where field.name == "date": self.date = self.date ?? field.value
            case 10 where field.name == "x-amz-date": self.amzDate = self.amzDate ?? field.value
            case 12 where field.name == "x-amz-target": self.hasTarget = true
            case 13 where field.name == "authorization": self.authorization = self.authorization ?? field.value
            case 20 where field.name == "x-amz-security-token": self.securityToken = self.securityToken ?? field.value
            case 20 where field.name == "x-amz-content-sha256": self.contentSHA256 = self.contentSHA256 ?? field.value
            default: break
            }
        }
    }
}

extension RequestSignature {
    /// Checks that hold wherever a signature stands.
    static func checkedHeaders(
        _ text: ArraySlice<UInt8>, _ headers: SigningHeaders
    ) throws(SignatureFailure) -> [String] {
        var names: [String] = []
        names.reserveCapacity(8)
        var start: Int = text.startIndex
        while start <= text.endIndex {
            let end: Int = text[start...].firstIndex(of: UInt8(ascii: ";")) ?? text.endIndex
            if names.count == SigV4.maximumSignedHeaders { throw .tooManySignedHeaders }
            let name = String(decoding: text[start..<end], as: UTF8.self)
            if let last = names.last, last >= name {
                throw .unsortedSignedHeaders(String(decoding: text, as: UTF8.self))
            }
            names.append(name)
            start = end + 1
        }
        if !names.contains("host"), !names.contains(":authority") { throw .headerNotSigned("Host' or ':authority") }
        // The target says which operation is asked for; unsigned, it could be exchanged on the way.
        if headers.hasTarget, !names.contains("x-amz-target") { throw .headerNotSigned("X-Amz-Target") }
        return names
    }

    static func checkDate(of scope: CredentialScope, against timeText: String) throws(SignatureFailure) {
        guard timeText.utf8.starts(with: scope.date.utf8), scope.date.utf8.count == 8 else {
            throw .scopeDateMismatch(scope: scope.date, signed: timeText)
        }
    }
}
