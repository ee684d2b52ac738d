internal import ApusBase

/// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`
struct AuthorizationHeader {
    /// On bytes: Strings and their Characters would cost more than the verification.
    private let text: [UInt8]
    private var credential: ArraySlice<UInt8>?
    private var signedHeaders: ArraySlice<UInt8>?
    private var signature: ArraySlice<UInt8>?

    /// Nil for schemes that are none of AWS's (`Bearer`, `Basic`): a request that is not signed may carry those.
    init?(_ text: String) throws(SignatureFailure) {
        self.text = Array(text.utf8)
        let schemeEnd: Int = self.text.firstIndex { Self.isSpace($0) } ?? self.text.endIndex
        let scheme: ArraySlice<UInt8> = self.text[..<schemeEnd]
        guard scheme.elementsEqual(SigV4.algorithm.utf8) else {
            let name = String(decoding: scheme, as: UTF8.self)
            if name == "AWS" || name.hasPrefix("AWS3") || name.hasPrefix("AWS4-") { throw .unsupportedAlgorithm(name) }
            return nil
        }
        var start: Int = schemeEnd
        while start < self.text.endIndex {
            let end: Int = self.text[start...].firstIndex(of: UInt8(ascii: ",")) ?? self.text.endIndex
            try self.take(Self.trimmed(self.text[start..<end]))
            start = end + 1
        }
    }

    private mutating func take(_ pair: ArraySlice<UInt8>) throws(SignatureFailure) {
        if pair.isEmpty { return }
        guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else {
            throw .notAKeyValuePair(
                String(decoding: pair, as: UTF8.self), in: String(decoding: self.text, as: UTF8.self))
        }
        let name: ArraySlice<UInt8> = pair[..<equals]
        let value: ArraySlice<UInt8> = pair[(equals + 1)...]
        var isRepeated = false
        if name.elementsEqual("Credential".utf8) {
            isRepeated = self.credential != nil
            self.credential = value
        } else if name.elementsEqual("SignedHeaders".utf8) {
            isRepeated = self.signedHeaders != nil
            self.signedHeaders = value
        } else if name.elementsEqual("Signature".utf8) {
            isRepeated = self.signature != nil
            self.signature = value
        }
        if isRepeated { throw .repeatedParameter(in: String(decoding: self.text, as: UTF8.self)) }
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text: ArraySlice<UInt8> = text
        while let first = text.first, Self.isSpace(first) { text.removeFirst() }
        while let last = text.last, Self.isSpace(last) { text.removeLast() }
        return text
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// The signature of a header in the form of all SDKs, `AWS4-HMAC-SHA256 …, Signature=` and 64 digits, whose other
    /// parts were read before; nil where it has to be read as a whole.
    static func known(
        _ text: String, _ headers: SigningHeaders, _ cache: SignedScopeCache
    ) throws(SignatureFailure) -> RequestSignature? {
        guard let (key, signature) = Self.parts(text, headers), let entry = cache.find(key) else { return nil }
        guard let date = headers.amzDate, let time = Timestamp(amzDate: date.utf8) else { return nil }
        try RequestSignature.checkDate(of: entry.scope, against: date)
        return try Self.signature(entry, time, date, headers, signature)
    }

    /// Leaves what was read for `known` to find.
    static func remember(
        _ signature: RequestSignature, _ text: String, _ headers: SigningHeaders, in cache: SignedScopeCache
    ) {
        guard let (key, _) = Self.parts(text, headers) else { return }
        cache.keep(key, .init(scope: signature.scope, signedHeaders: signature.signedHeaders))
    }

    /// What stands before the signature, and the signature, which comes last.
    private static func parts(
        _ text: String, _ headers: SigningHeaders
    ) -> (SignedScopeCache.Key, ArraySlice<UInt8>)? {
        let bytes = Array(text.utf8)
        let name: StaticString = ", Signature="
        let end = bytes.count - 64
        let start = end - name.utf8CodeUnitCount
        guard start > 0,
            bytes[start..<end].elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: end - start)),
            // Else there may be another parameter among them.
            bytes[end...].allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return (SignedScopeCache.Key(text: bytes[..<start], hasTarget: headers.hasTarget), bytes[end...])
    }

    func signature(_ headers: SigningHeaders) throws(SignatureFailure) -> RequestSignature {
        guard let credential, let signedHeaders, let signature, let date = headers.amzDate ?? headers.date else {
            var missing: [String] = []
            if self.credential == nil { missing.append("Authorization header requires 'Credential' parameter.") }
            if self.signature == nil { missing.append("Authorization header requires 'Signature' parameter.") }
            if self.signedHeaders == nil { missing.append("Authorization header requires 'SignedHeaders' parameter.") }
            if headers.amzDate == nil, headers.date == nil {
                missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
            }
            throw .incompleteHeader(
                missing.joined(separator: " ") + " Authorization=" + String(decoding: self.text, as: UTF8.self))
        }
        let scope = try CredentialScope(credential)
        let time: Timestamp
        var timeText: String = date
        if let basic = Timestamp(amzDate: date.utf8) {
            time = basic
        } else if headers.amzDate == nil, let http = Timestamp(httpDate: date) {
            time = http
            timeText = http.amzDate
        } else {
            throw .invalidDate(date)
        }
        try RequestSignature.checkDate(of: scope, against: timeText)
        let signedNames = try RequestSignature.checkedHeaders(signedHeaders, headers)
        let entry = SignedScopeCache.Entry(scope: scope, signedHeaders: signedNames)
        return try Self.signature(entry, time, timeText, headers, signature)
    }

    private static func signature(
        _ entry: SignedScopeCache.Entry, _ time: Timestamp, _ timeText: String, _ headers: SigningHeaders,
        _ signature: ArraySlice<UInt8>
    ) throws(SignatureFailure) -> RequestSignature {
        if entry.scope.isS3, headers.contentSHA256 == nil { throw .missingPayloadHash }
        var payload: PayloadSigning = .implied
        if let text = headers.contentSHA256 { payload = try PayloadSigning(text) }
        return RequestSignature(
            place: .header, scope: entry.scope, time: time, timeText: timeText, signedHeaders: entry.signedHeaders,
            payload: payload, sessionToken: headers.securityToken, signature: Array(signature))
    }
}
