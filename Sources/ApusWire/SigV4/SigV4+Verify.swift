package import ApusBase

extension SigV4 {
    /// Checks time, payload hash and signature of `request` with a cached key, or derives and then caches it.
    ///
    /// - Parameters:
    ///   - mark: changes whenever the secret does; see `SigningKeyCache`.
    ///   - secret: the secret access key; called only where no key is cached.
    package static func verify(
        _ request: HTTPRequest, _ signature: RequestSignature, mark: [UInt8], keys: SigningKeyCache, now: Timestamp,
        secret: () throws(SignatureFailure) -> String
    ) throws(SignatureFailure) {
        if let key = keys.find(signature.scope, mark: mark) {
            try self.verify(request, signature, key: key, now: now)
        } else {
            let key = SigningKey(secret: try secret(), scope: signature.scope)
            try self.verify(request, signature, key: key, now: now)
            keys.insert(key, for: signature.scope, mark: mark)
        }
    }

    /// Checks time, payload hash and signature of `request`.
    package static func verify(
        _ request: HTTPRequest, _ signature: RequestSignature, key: SigningKey, now: Timestamp
    ) throws(SignatureFailure) {
        try self.verify(
            request, signature, key: key, now: now, pathForm: signature.scope.isS3 ? .verbatim : .normalized)
    }

    /// As above; only AWS's test vectors ask for the path's form apart from the service.
    static func verify(
        _ request: HTTPRequest, _ signature: RequestSignature, key: SigningKey, now: Timestamp,
        pathForm: CanonicalRequest.PathForm
    ) throws(SignatureFailure) {
        try self.checkTime(signature, now)
        if signature.scope.isS3 { try self.checkSignedHeaders(request, signature) }
        let payloadHash: [UInt8] = try self.payloadHash(request, signature)
        let canonical = CanonicalRequest(
            request, signature, pathForm: pathForm, tokenInQuery: .signed, payloadHash: payloadHash)
        let stringToSign: [UInt8] = self.stringToSign(signature, canonical)
        if ConstantTime.equal(key.sign(stringToSign), signature.signature) { return }
        if signature.place != .header, signature.sessionToken != nil {
            let other = CanonicalRequest(
                request, signature, pathForm: pathForm, tokenInQuery: .addedAfterwards, payloadHash: payloadHash)
            if ConstantTime.equal(key.sign(self.stringToSign(signature, other)), signature.signature) { return }
        }
        throw .mismatch(
            SignatureExplanation(
                accessKeyID: signature.scope.accessKeyID,
                signature: String(decoding: signature.signature, as: UTF8.self),
                canonicalRequest: String(decoding: canonical.bytes, as: UTF8.self),
                stringToSign: String(decoding: stringToSign, as: UTF8.self)))
    }

    private static func checkTime(_ signature: RequestSignature, _ now: Timestamp) throws(SignatureFailure) {
        let isPresigned: Bool = signature.place != .header
        if signature.time > now + self.allowedSkewMilliseconds {
            throw isPresigned
                ? .presignedNotYetCurrent(signed: signature.time, now: now)
                : .notYetCurrent(signed: signature.time, now: now)
        }
        if case .query(let expiresSeconds?) = signature.place {
            let end: Timestamp = signature.time.adding(seconds: Int64(expiresSeconds))
            if now > end { throw .presignedExpired(expiresSeconds: expiresSeconds, end: end, now: now) }
        } else if signature.time < now - self.allowedSkewMilliseconds {
            throw .expired(signed: signature.time, now: now)
        }
    }

    /// S3 has every `x-amz-` header signed, except those that the string to sign covers by itself.
    private static func checkSignedHeaders(
        _ request: HTTPRequest, _ signature: RequestSignature
    ) throws(SignatureFailure) {
        var unsigned: [String] = []
        for field in request.headers.fields where field.name.utf8.starts(with: "x-amz-".utf8) {
            let isCovered: Bool = field.name == "x-amz-content-sha256" || field.name == "x-amz-date"
            if !isCovered, !signature.signedHeaders.contains(field.name) { unsigned.append(field.name) }
        }
        if !unsigned.isEmpty { throw .headersNotSigned(unsigned) }
    }

    /// The last line of the canonical request, after comparing what is stated with what is there.
    private static func payloadHash(
        _ request: HTTPRequest, _ signature: RequestSignature
    ) throws(SignatureFailure) -> [UInt8] {
        switch signature.payload {
        case .unsigned: return Array(PayloadSigning.unsignedText.utf8)
        case .streaming(let streaming): return Array(streaming.rawValue.utf8)
        case .implied, .stated:
            var computed: [UInt8] = []
            computed.reserveCapacity(64)
            if request.body.isEmpty {
                computed.append(contentsOf: self.emptyHash)
            } else {
                Hex.append(Digest.sha256(request.body), to: &computed)
            }
            if case .stated(let stated) = signature.payload, !computed.elementsEqual(stated.utf8) {
                throw .payloadMismatch(stated: stated, computed: String(decoding: computed, as: UTF8.self))
            }
            return computed
        }
    }

    /// SHA-256 of nothing.
    private static let emptyHash = Array("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".utf8)

    private static func stringToSign(_ signature: RequestSignature, _ canonical: CanonicalRequest) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(192)
        text.append(contentsOf: self.algorithm.utf8)
        text.append(UInt8(ascii: "\n"))
        text.append(contentsOf: signature.timeText.utf8)
        text.append(UInt8(ascii: "\n"))
        for part in [signature.scope.date, signature.scope.region, signature.scope.service] {
            text.append(contentsOf: part.utf8)
            text.append(UInt8(ascii: "/"))
        }
        text.append(contentsOf: CredentialScope.terminator.utf8)
        text.append(UInt8(ascii: "\n"))
        Hex.append(Digest.sha256(canonical.bytes), to: &text)
        return text
    }
}
