internal import ApusBase

/// A signature in the query: `X-Amz-Algorithm=…&X-Amz-Credential=…&X-Amz-Date=…&X-Amz-Expires=…&X-Amz-SignedHeaders=…&
/// X-Amz-Signature=…`, and `X-Amz-Security-Token` for temporary credentials.
struct PresignedQuery {
    static let signatureName = "X-Amz-Signature"
    static let securityTokenName = "X-Amz-Security-Token"

    private var algorithm: String?
    private var credential: String?
    private var date: String?
    private var expires: String?
    private var signedHeaders: String?
    private var signature: String?
    private var securityToken: String?
    private var contentSHA256: String?
    private var isRepeated = false

    /// Nil where the query has none of it.
    init?(query: String) {
        if query.isEmpty { return nil }
        for piece in query.utf8.split(separator: UInt8(ascii: "&")) {
            let equals = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
            let name: Substring.UTF8View = piece[..<equals]
            // Every name of interest has the same nine bytes in front, none of which is ever escaped.
            guard name.count >= 10, name.starts(with: "X-Amz-".utf8) else { continue }
            let value: Substring.UTF8View =
                equals == piece.endIndex ? piece[equals...] : piece[piece.index(after: equals)...]
            self.take(Substring(name), Substring(value))
        }
        if self.algorithm == nil, self.credential == nil, self.signature == nil { return nil }
    }

    private mutating func take(_ name: Substring, _ value: Substring) {
        // A value with a broken escape stays as it is, and is refused as what it then says.
        let value: String = PercentEncoding.decode(value, plus: .space) ?? String(value)
        switch name {
        case "X-Amz-Algorithm": self.set(\.algorithm, value)
        case "X-Amz-Credential": self.set(\.credential, value)
        case "X-Amz-Date": self.set(\.date, value)
        case "X-Amz-Expires": self.set(\.expires, value)
        case "X-Amz-SignedHeaders": self.set(\.signedHeaders, value)
        case "X-Amz-Signature": self.set(\.signature, value)
        case "X-Amz-Security-Token": self.set(\.securityToken, value)
        case "X-Amz-Content-Sha256": self.set(\.contentSHA256, value)
        default: break
        }
    }

    private mutating func set(_ slot: WritableKeyPath<PresignedQuery, String?>, _ value: String) {
        if self[keyPath: slot] != nil { self.isRepeated = true }
        self[keyPath: slot] = value
    }

    func signature(_ headers: SigningHeaders) throws(SignatureFailure) -> RequestSignature {
        guard let algorithm, let credential, let date, let signedHeaders, let signature, !self.isRepeated else {
            throw .incompleteQuery(self.missing)
        }
        guard algorithm == SigV4.algorithm else { throw .unsupportedAlgorithm(algorithm) }
        let scope = try CredentialScope(Array(credential.utf8)[...])
        guard let time = Timestamp(amzDate: date.utf8) else { throw .invalidDate(date) }
        try RequestSignature.checkDate(of: scope, against: date)
        if scope.isS3, self.expires == nil { throw .incompleteQuery(self.missing) }
        var payload: PayloadSigning = scope.isS3 ? .unsigned : .implied
        if let text = self.contentSHA256 ?? headers.contentSHA256 { payload = try PayloadSigning(text) }
        return RequestSignature(
            place: .query(expiresSeconds: try self.expiresSeconds()), scope: scope, time: time, timeText: date,
            signedHeaders: try RequestSignature.checkedHeaders(Array(signedHeaders.utf8)[...], headers),
            payload: payload,
            sessionToken: self.securityToken ?? headers.securityToken, signature: Array(signature.utf8))
    }

    private func expiresSeconds() throws(SignatureFailure) -> Int? {
        guard let expires else { return nil }
        guard let seconds = Int(expires) else { throw .invalidExpires("X-Amz-Expires should be a number") }
        if seconds < 0 { throw .invalidExpires("X-Amz-Expires must be non-negative") }
        if seconds > SigV4.maximumExpiresSeconds {
            throw .invalidExpires(
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds"
            )
        }
        return seconds
    }

    private var missing: String {
        let parameters: [(String, String?)] = [
            ("X-Amz-Algorithm", self.algorithm), ("X-Amz-Credential", self.credential),
            ("X-Amz-Signature", self.signature), ("X-Amz-SignedHeaders", self.signedHeaders), ("X-Amz-Date", self.date),
        ]
        let sentences: [String] = parameters.filter { $0.1 == nil }.map {
            "AWS query-string parameters must include '\($0.0)'."
        }
        return (sentences + ["Re-examine the query-string parameters."]).joined(separator: " ")
    }
}
