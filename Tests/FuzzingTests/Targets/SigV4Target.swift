import ApusBase

@testable import ApusWire

/// Signatures: what is accepted can be written and is then read the same, so that nothing in it was overlooked; and what is
/// remembered of a header changes no answer.
///
/// The first line is the query, those after it are header fields (`name:value`).
enum SigV4Target {
    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        guard let request = Self.request(bytes) else { return }
        let signature: RequestSignature?
        do throws(SignatureFailure) {
            signature = try SigV4.parse(request)
        } catch {
            for family in SignatureFailure.Family.allCases { _ = error.apiError(family) }
            try Self.checkMemory(request, nil, error)
            return
        }
        try Self.checkMemory(request, signature, nil)
        guard let signature else { return }
        let key = SigningKey(secret: "no client's secret", scope: signature.scope)
        let isVerified = (try? SigV4.verify(request, signature, key: key, now: signature.time)) != nil
        try FuzzFailure.unless(!isVerified, "a signature by another key was accepted")
        let again = try? SigV4.parse(Self.rewritten(signature, request))
        try FuzzFailure.unless(again == signature, "what was written reads differently: \(signature)")
    }

    private static func request(_ bytes: [UInt8]) -> HTTPRequest? {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard let query = lines.first.flatMap({ String(utf8: Array($0)) }) else { return nil }
        var fields = HTTPFields()
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                let name = String(utf8: line[..<colon].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }),
                let value = String(utf8: Array(line[line.index(after: colon)...]))
            else { return nil }
            fields.add(name, value)
        }
        return HTTPRequest(method: "POST", path: "/queue", query: query, headers: fields, body: Array("body".utf8))
    }

    private static func checkMemory(
        _ request: HTTPRequest, _ signature: RequestSignature?, _ failure: SignatureFailure?
    ) throws(FuzzFailure) {
        let cache = SignedScopeCache()
        for _ in 0..<2 {
            do throws(SignatureFailure) {
                let again = try SigV4.parse(request, cache: cache)
                guard failure == nil, again == signature else { throw SignatureFailure.severalMechanisms }
            } catch {
                try FuzzFailure.unless(error == failure, "the memory changes the answer to \(error)")
            }
        }
    }

    /// The request with its signature as we would write it.
    private static func rewritten(_ signature: RequestSignature, _ request: HTTPRequest) -> HTTPRequest {
        var request = request
        let scope = signature.scope
        let credential = "\(scope.accessKeyID)/\(scope.date)/\(scope.region)/\(scope.service)/aws4_request"
        let names = signature.signedHeaders.joined(separator: ";")
        let digest = String(decoding: signature.signature, as: UTF8.self)
        switch signature.place {
        case .header:
            request.headers.replace(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=\(credential), SignedHeaders=\(names), Signature=\(digest)")
            request.headers.replace("x-amz-date", signature.timeText)
        case .query(let expires):
            var pairs = [
                ("Algorithm", "AWS4-HMAC-SHA256"), ("Credential", credential), ("Date", signature.timeText),
                ("SignedHeaders", names), ("Signature", digest),
            ]
            if let expires { pairs.append(("Expires", String(expires))) }
            if let token = signature.sessionToken { pairs.append(("Security-Token", token)) }
            if let hash = Self.stated(request) { pairs.append(("Content-Sha256", hash)) }
            request.query = pairs.map { "X-Amz-\($0)=" + PercentEncoding.encode($1) }.joined(separator: "&")
        }
        return request
    }

    /// What the query says of the body.
    private static func stated(_ request: HTTPRequest) -> String? {
        (try? FormReader.fields(of: Array(request.query.utf8)))?.last { $0.name == "X-Amz-Content-Sha256" }?.value
    }
}
