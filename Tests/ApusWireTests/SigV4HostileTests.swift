import ApusBase
import Testing

@testable import ApusWire

/// What was changed on the way, or made up.
struct SigV4HostileTests {
    private static let time = "20150830T123600Z"
    private static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

    /// A signed request with all that can be changed: path, query, headers, body.
    private static func signed() throws -> HTTPRequest {
        var headers = HTTPFields()
        headers.add("host", "sqs.us-east-1.amazonaws.com")
        headers.add("content-type", "application/x-amz-json-1.0")
        headers.add("x-amz-date", Self.time)
        headers.add("x-amz-target", "AmazonSQS.SendMessage")
        headers.add("x-twice", "one")
        headers.add("x-twice", "two")
        var request = HTTPRequest(
            method: "POST", path: "/queue/name", query: "a=1&b=2", headers: headers,
            body: Array(#"{"QueueUrl":"http://localhost/1/q","MessageBody":"hello"}"#.utf8))
        let parameters =
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/sqs/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target;x-twice, Signature="
        request.headers.add("authorization", parameters + String(repeating: "0", count: 64))
        // The failure names the string to sign, which then is signed.
        let signature: RequestSignature = try #require(try SigV4.parse(request))
        let key = SigningKey(secret: Self.secret, scope: signature.scope)
        do throws(SignatureFailure) {
            try SigV4.verify(request, signature, key: key, now: Timestamp(amzDate: Self.time.utf8)!)
        } catch {
            guard case .mismatch(let explanation) = error else { throw error }
            let text = String(decoding: key.sign(Array(explanation.stringToSign.utf8)), as: UTF8.self)
            request.headers.replace("authorization", parameters + text)
        }
        return request
    }

    private static func isVerified(_ request: HTTPRequest) -> Bool {
        // The access key id is not signed; another one leads to another secret.
        guard let signature = try? SigV4.parse(request), signature.scope.accessKeyID == "AKIDEXAMPLE" else {
            return false
        }
        return SigV4Tests.verify(request, secret: Self.secret, at: Self.time) == nil
    }

    /// `text` with the byte at `index` changed to another one; nil where the result is no text, which HTTPRequest cannot hold.
    private static func changed(_ text: String, _ index: Int, _ random: any Entropy) -> String? {
        var bytes: [UInt8] = Array(text.utf8)
        bytes[index] ^= UInt8(1 << (random.nextUInt64() % 7))
        return String(validating: bytes, as: UTF8.self)
    }

    @Test(arguments: UInt64(1)...4)
    func `a request with any byte changed is refused`(seed: UInt64) throws {
        let random = SeededEntropy(seed: seed)
        let request: HTTPRequest = try Self.signed()
        #expect(Self.isVerified(request))
        func refused(_ what: String, _ change: (inout HTTPRequest) -> Void) {
            var other: HTTPRequest = request
            change(&other)
            #expect(!Self.isVerified(other), "\(what)")
        }
        for index in request.body.indices {
            refused("body \(index)") { $0.body[index] ^= UInt8(1 << (random.nextUInt64() % 8)) }
        }
        for index in 0..<request.path.utf8.count {
            if let path = Self.changed(request.path, index, random) { refused(path) { $0.path = path } }
        }
        for index in 0..<request.query.utf8.count {
            if let query = Self.changed(request.query, index, random) { refused(query) { $0.query = query } }
        }
        for index in 0..<request.method.utf8.count {
            if let method = Self.changed(request.method, index, random) { refused(method) { $0.method = method } }
        }
        for (number, field) in request.headers.fields.enumerated() {
            for index in 0..<field.value.utf8.count {
                guard let value = Self.changed(field.value, index, random) else { continue }
                refused("\(field.name): \(value)") {
                    $0.headers = Self.replacing(number, by: (field.name, value), in: $0.headers)
                }
            }
            for index in 0..<field.name.utf8.count {
                guard let name = Self.changed(field.name, index, random) else { continue }
                refused("\(name): \(field.value)") {
                    $0.headers = Self.replacing(number, by: (name, field.value), in: $0.headers)
                }
            }
        }
    }

    private static func replacing(_ number: Int, by field: (String, String), in headers: HTTPFields) -> HTTPFields {
        var result = HTTPFields()
        for (index, old) in headers.fields.enumerated() {
            if index == number { result.add(field.0, field.1) } else { result.add(old.name, old.value) }
        }
        return result
    }

    @Test func `headers signed, added or taken away are noticed`() throws {
        var request: HTTPRequest = try Self.signed()
        request.headers.add("x-unsigned", "1")
        #expect(Self.isVerified(request))
        request.headers.add("x-twice", "three")
        #expect(!Self.isVerified(request))
        request = try Self.signed()
        request.headers.replace("x-twice", "one,two")
        #expect(Self.isVerified(request))
        request.headers.replace("x-twice", "two,one")
        #expect(!Self.isVerified(request))
        request = try Self.signed()
        request.body = []
        #expect(!Self.isVerified(request))
    }

    @Test(arguments: UInt64(1)...6)
    func `no input makes the parser or the verifier stop`(seed: UInt64) throws {
        let random = SeededEntropy(seed: seed)
        let words: [String] = [
            "AWS4-HMAC-SHA256", " ", ",", "=", "Credential", "SignedHeaders", "Signature", "/",
            "A/20150830/r/s/aws4_request",
            "host", ";", "X-Amz-Algorithm", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders",
            "X-Amz-Expires", "20150830T123600Z", "9223372036854775807", "-", "%", "%2", "%2F", "%00", "&", "?", "+",
            "é", "\u{0}",
            "UNSIGNED-PAYLOAD", "STREAMING-", "s3", "\t", "..", ".", "0", "604800", "99999999T999999Z",
        ]
        func text() -> String {
            (0..<(random.nextUInt64() % 12)).map { _ in words[Int(random.nextUInt64() % UInt64(words.count))] }.joined()
        }
        for _ in 0..<1500 {
            var headers = HTTPFields()
            headers.add("host", text())
            headers.add("x-amz-date", random.nextUInt64() % 2 == 0 ? Self.time : text())
            headers.add("date", text())
            headers.add("x-amz-content-sha256", random.nextUInt64() % 2 == 0 ? "UNSIGNED-PAYLOAD" : text())
            let authorization: String
            switch random.nextUInt64() % 3 {
            case 0: authorization = text()
            case 1: authorization = "AWS4-HMAC-SHA256 " + text()
            default:
                authorization =
                    "AWS4-HMAC-SHA256 Credential=A/20150830/\(random.nextUInt64() % 2 == 0 ? "r/s3" : "r/s")/aws4_request, SignedHeaders=\(random.nextUInt64() % 2 == 0 ? "host" : text()), Signature=\(text())"
            }
            if random.nextUInt64() % 2 == 0 { headers.add("authorization", authorization) }
            let query: String =
                random.nextUInt64() % 2 == 0
                ? text()
                : "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A/20150830/r/s/aws4_request&X-Amz-Date=\(Self.time)&X-Amz-SignedHeaders=host&X-Amz-Signature=\(text())&X-Amz-Expires=\(text())&\(text())"
            let request = HTTPRequest(method: text(), path: text(), query: query, headers: headers)
            #expect(SigV4Tests.verify(request, secret: Self.secret, at: Self.time) != nil)
        }
    }

    @Test(arguments: [", x=1", ", Credential=a", "  "])
    func `a parameter where the memory looks for the signature is seen a second time, too`(end: String) throws {
        let scope = "AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request"
        let signature = String(repeating: "a", count: 64 - end.utf8.count) + end
        let request = HTTPRequest(
            method: "GET", path: "/",
            headers: HTTPFields([
                "host": "a", "x-amz-date": "20150830T123600Z",
                "authorization": "AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders=host, Signature=\(signature)",
            ]))
        let cache = SignedScopeCache()
        let plain = try? SigV4.parse(request)
        let first = try? SigV4.parse(request, cache: cache)
        let second = try? SigV4.parse(request, cache: cache)
        #expect(first == plain)
        #expect(second == plain)
    }

    @Test func `a signed header list of any length costs little`() {
        let names: String = (0..<20_000).map { String(100_000 + $0) }.joined(separator: ";")
        var headers = HTTPFields()
        for number in 0..<250 { headers.add("x-\(number)", "1") }
        headers.add("host", "h")
        headers.add("x-amz-date", Self.time)
        headers.add(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request, SignedHeaders=\(names);host, Signature=0")
        #expect(
            SigV4Tests.verify(HTTPRequest(method: "GET", path: "/", headers: headers), secret: "s", at: Self.time)
                == .tooManySignedHeaders)
    }
}
