import ApusBase
import ApusService
import Testing

@testable import ApusWire

/// Examples of AWS's documentation: "Create a signed AWS API request" (IAM User Guide), "Authenticating Requests" (Amazon S3
/// API Reference).
struct SigV4Tests {
    static let s3Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    static let iamSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

    struct Example: CustomTestStringConvertible {
        var name: String
        var request: String
        var secret: String = SigV4Tests.s3Secret
        var testDescription: String { self.name }
    }

    private static func s3(
        _ name: String, _ line: String, _ headers: String, signed: String, signature: String, body: String = ""
    ) -> Example {
        Example(
            name: name,
            request:
                "\(line) HTTP/1.1\n\(headers)\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=\(signed),Signature=\(signature)\n\n\(body)"
        )
    }
    private static let emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private static let bucketHeaders =
        "Host: examplebucket.s3.amazonaws.com\nx-amz-date: 20130524T000000Z\nx-amz-content-sha256: \(emptyHash)"

    static let iamListUsers = Example(
        name: "IAM ListUsers",
        request:
            "GET /?Action=ListUsers&Version=2010-05-08 HTTP/1.1\nHost: iam.amazonaws.com\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\nX-Amz-Date: 20150830T123600Z\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7\n\n",
        secret: iamSecret)

    static let presigned = Example(
        name: "S3 presigned GET",
        request:
            "GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404 HTTP/1.1\nHost: examplebucket.s3.amazonaws.com\n\n"
    )

    static let put = s3(
        "S3 PUT object", "PUT /test$file.text",
        "Host: examplebucket.s3.amazonaws.com\nDate: Fri, 24 May 2013 00:00:00 GMT\nx-amz-date: 20130524T000000Z\nx-amz-storage-class: REDUCED_REDUNDANCY\nx-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        signed: "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd", body: "Welcome to Amazon S3.")

    static let chunked = s3(
        "S3 chunked upload, seed", "PUT /examplebucket/chunkObject.txt",
        "Host: s3.amazonaws.com\nx-amz-date: 20130524T000000Z\nx-amz-storage-class: REDUCED_REDUNDANCY\nx-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\nContent-Encoding: aws-chunked\nx-amz-decoded-content-length: 66560\nContent-Length: 66824",
        signed:
            "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
        signature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9", body: "10000;chunk-signature=…")

    static let examples: [Example] = [
        iamListUsers, presigned, put, chunked,
        s3(
            "S3 GET object", "GET /test.txt", bucketHeaders + "\nRange: bytes=0-9",
            signed: "host;range;x-amz-content-sha256;x-amz-date",
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        s3(
            "S3 GET bucket lifecycle", "GET /?lifecycle", bucketHeaders, signed: "host;x-amz-content-sha256;x-amz-date",
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        s3(
            "S3 list objects", "GET /?max-keys=2&prefix=J", bucketHeaders,
            signed: "host;x-amz-content-sha256;x-amz-date",
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ]

    /// Parses and verifies `request` as of `time`; nil when it is verified.
    static func verify(_ request: HTTPRequest, secret: String, at time: String) -> SignatureFailure? {
        do throws(SignatureFailure) {
            guard let signature = try SigV4.parse(request) else { return .missingAuthentication }
            let key = SigningKey(secret: secret, scope: signature.scope)
            try SigV4.verify(request, signature, key: key, now: Timestamp(amzDate: time.utf8)!)
            return nil
        } catch {
            return error
        }
    }

    private static let iamTime = "20150830T123600Z"

    private static func iam(changing change: (inout HTTPRequest) -> Void, at time: String = iamTime) throws
        -> SignatureFailure?
    {
        var request: HTTPRequest = try RequestFile.parse(self.iamListUsers.request)
        change(&request)
        return self.verify(request, secret: self.iamSecret, at: time)
    }

    private static func iam(authorization: String, at time: String = iamTime) throws -> SignatureFailure? {
        try self.iam(changing: { $0.headers.replace("authorization", authorization) }, at: time)
    }

    @Test(arguments: Self.examples)
    func `a request of AWS's documentation is verified`(_ example: Example) throws {
        let request: HTTPRequest = try RequestFile.parse(example.request)
        let time: String = example.secret == Self.iamSecret ? Self.iamTime : "20130524T000000Z"
        #expect(Self.verify(request, secret: example.secret, at: time) == nil)
        guard case .mismatch = Self.verify(request, secret: "another", at: time) else {
            Issue.record("verified with another secret")
            return
        }
    }

    @Test func `what is signed says whose it is, for which service, when and how the body is covered`() throws {
        let signature: RequestSignature = try #require(try SigV4.parse(try RequestFile.parse(Self.chunked.request)))
        #expect(
            signature.scope
                == CredentialScope(
                    accessKeyID: "AKIAIOSFODNN7EXAMPLE", date: "20130524", region: "us-east-1", service: "s3"))
        #expect(signature.time == Timestamp(iso8601: "2013-05-24T00:00:00Z"))
        #expect(signature.payload == .streaming(.signed))
        #expect(signature.place == .header)
        #expect(signature.sessionToken == nil)
        #expect(signature.signedHeaders.first == "content-encoding")
        let presigned: RequestSignature = try #require(try SigV4.parse(try RequestFile.parse(Self.presigned.request)))
        #expect(presigned.place == .query(expiresSeconds: 86_400))
        #expect(presigned.payload == .unsigned)
    }

    @Test func `a request without AWS's authorization is anonymous`() throws {
        var request = HTTPRequest(method: "GET", path: "/", query: "a=b&X-Amz-Other=1")
        #expect(try SigV4.parse(request) == nil)
        for value in ["Bearer abc", "Basic dTpw", "", "AWSX y"] {
            request.headers.replace("authorization", value)
            #expect(try SigV4.parse(request) == nil)
        }
    }

    @Test func `a signature holds for fifteen minutes before and after`() throws {
        #expect(try Self.iam(changing: { _ in }, at: "20150830T125100Z") == nil)
        #expect(try Self.iam(changing: { _ in }, at: "20150830T122100Z") == nil)
        let late: SignatureFailure = try #require(try Self.iam(changing: { _ in }, at: "20150830T125101Z"))
        #expect(
            late.apiError(.query).message
                == "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)"
        )
        #expect(late.apiError(.s3).code == "RequestTimeTooSkewed")
        let early: SignatureFailure = try #require(try Self.iam(changing: { _ in }, at: "20150830T122059Z"))
        #expect(
            early.apiError(.query).message
                == "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T122059Z + 15 min.)"
        )
    }

    @Test func `a presigned request holds until it expires`() throws {
        let request: HTTPRequest = try RequestFile.parse(Self.presigned.request)
        #expect(Self.verify(request, secret: Self.s3Secret, at: "20130525T000000Z") == nil)
        let late: SignatureFailure = try #require(Self.verify(request, secret: Self.s3Secret, at: "20130525T000001Z"))
        #expect(late.apiError(.s3).message == "Request has expired")
        #expect(
            late.apiError(.s3).fields.map(\.value)
                == [.string("86400"), .string("2013-05-25T00:00:00Z"), .string("2013-05-25T00:00:01Z")])
        let early: SignatureFailure = try #require(Self.verify(request, secret: Self.s3Secret, at: "20130523T234459Z"))
        #expect(early.apiError(.s3).message == "Request is not valid yet")
    }

    @Test(arguments: [
        (
            "604801",
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds"
        ),
        ("-1", "X-Amz-Expires must be non-negative"), ("soon", "X-Amz-Expires should be a number"),
        ("99999999999999999999", "X-Amz-Expires should be a number"),
    ])
    func `an expiry that cannot be is refused`(_ expires: String, _ message: String) throws {
        var request: HTTPRequest = try RequestFile.parse(Self.presigned.request)
        request.query.replace("X-Amz-Expires=86400", with: "X-Amz-Expires=\(expires)")
        let failure: SignatureFailure = try #require(
            Self.verify(request, secret: Self.s3Secret, at: "20130524T000000Z"))
        #expect(failure.apiError(.s3).code == "AuthorizationQueryParametersError")
        #expect(failure.apiError(.s3).message == message)
    }

    @Test func `what is missing is named`() throws {
        let nothing: SignatureFailure = try #require(
            try Self.iam(changing: {
                $0.headers = HTTPFields(["host": "iam.amazonaws.com", "authorization": "AWS4-HMAC-SHA256 x=y"])
            }))
        #expect(nothing.apiError(.query).queryCode == "IncompleteSignature")
        #expect(nothing.apiError(.query).status == 400)
        #expect(
            nothing.apiError(.query).message
                == "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256 x=y"
        )
        let query = HTTPRequest(method: "GET", path: "/", query: "X-Amz-Algorithm=AWS4-HMAC-SHA256")
        #expect(
            Self.verify(query, secret: "", at: Self.iamTime)?.apiError(.query).message
                == "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters."
        )
    }

    static let refusals: [(String, String, String)] = [
        (
            "Credential=AKIDEXAMPLE/20150830/us-east-1/iam, SignedHeaders=host, Signature=0", "IncompleteSignature",
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/20150830/us-east-1/iam'"
        ),
        (
            "Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_reque, SignedHeaders=host, Signature=0",
            "SignatureDoesNotMatch",
            "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws4_reque'."
        ),
        (
            "Credential=AKIDEXAMPLE/20150829/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0",
            "SignatureDoesNotMatch",
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != '20150830', from '20150830T123600Z'."
        ),
        (
            "Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=x-amz-date, Signature=0",
            "SignatureDoesNotMatch", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
        ),
        (
            "Credential, SignedHeaders=host, Signature=0", "IncompleteSignature",
            "'Credential' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 Credential, SignedHeaders=host, Signature=0'."
        ),
    ]

    @Test(arguments: Self.refusals)
    func `a malformed authorization is explained`(_ parameters: String, _ code: String, _ message: String) throws {
        let failure: SignatureFailure = try #require(try Self.iam(authorization: "AWS4-HMAC-SHA256 " + parameters))
        #expect(failure.apiError(.query).queryCode == code)
        #expect(failure.apiError(.query).message == message)
    }

    @Test func `a date that is none is refused`() throws {
        let failure: SignatureFailure? = try Self.iam(changing: { $0.headers.replace("x-amz-date", "2015-08-30") })
        #expect(
            failure?.apiError(.query).message
                == "Date must be in ISO-8601 'basic format'. Got '2015-08-30'. See http://en.wikipedia.org/wiki/ISO_8601"
        )
    }

    @Test func `an operation's target has to be signed`() throws {
        let failure: SignatureFailure? = try Self.iam(changing: {
            $0.headers.add("x-amz-target", "AmazonSQS.DeleteQueue")
        })
        #expect(failure == .headerNotSigned("X-Amz-Target"))
    }

    @Test func `another algorithm, or two signatures, are refused`() throws {
        let other: SignatureFailure? = try Self.iam(authorization: "AWS4-ECDSA-P256-SHA256 Credential=x")
        #expect(other?.apiError(.query).message == "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.")
        #expect(other?.apiError(.s3).code == "InvalidRequest")
        #expect(try Self.iam(authorization: "AWS AKID:sig") == .unsupportedAlgorithm("AWS"))
        #expect(try Self.iam(changing: { $0.query += "&X-Amz-Signature=0" }) == .severalMechanisms)
    }

    @Test func `a stated payload hash is compared with the body`() throws {
        var request: HTTPRequest = try RequestFile.parse(Self.put.request)
        request.body[0] ^= 1
        let failure: SignatureFailure = try #require(
            Self.verify(request, secret: Self.s3Secret, at: "20130524T000000Z"))
        #expect(failure.apiError(.s3).code == "XAmzContentSHA256Mismatch")
        #expect(failure.apiError(.json).code == "InvalidSignatureException")
        request.headers.replace("x-amz-content-sha256", "UNSIGNED")
        #expect(Self.verify(request, secret: Self.s3Secret, at: "20130524T000000Z") == .invalidPayloadHash)
    }

    @Test func `S3 has all its own headers signed`() throws {
        var request: HTTPRequest = try RequestFile.parse(Self.presigned.request)
        request.headers.add("x-amz-acl", "public-read")
        let failure: SignatureFailure = try #require(
            Self.verify(request, secret: Self.s3Secret, at: "20130524T000000Z"))
        #expect(failure.apiError(.s3).message == "There were headers present in the request which were not signed")
    }

    @Test func `each family of services has its own names for a failure`() {
        let failures: [SignatureFailure] = [
            .missingAuthentication, .incompleteHeader(""), .unknownAccessKey("A"), .expiredToken,
            .notYetCurrent(signed: Timestamp(milliseconds: 0), now: Timestamp(milliseconds: 0)),
        ]
        #expect(
            failures.map { $0.apiError(.json).code } == [
                "MissingAuthenticationTokenException", "IncompleteSignatureException", "UnrecognizedClientException",
                "ExpiredTokenException", "InvalidSignatureException",
            ])
        #expect(failures.allSatisfy { $0.apiError(.json).status == 400 && $0.apiError(.restJSON).status == 403 })
        #expect(
            failures.map { $0.apiError(.query).queryCode } == [
                "MissingAuthenticationToken", "IncompleteSignature", "InvalidClientTokenId", "ExpiredToken",
                "SignatureDoesNotMatch",
            ])
        #expect(failures.map { $0.apiError(.query).status } == [403, 400, 403, 403, 403])
        #expect(
            failures.map { $0.apiError(.s3).code } == [
                "AccessDenied", "AuthorizationHeaderMalformed", "InvalidAccessKeyId", "ExpiredToken",
                "RequestTimeTooSkewed",
            ])
        #expect(SignatureFailure.Family(.restXML, signingName: "s3") == .s3)
        #expect(SignatureFailure.Family(.restXML, signingName: "route53") == .query)
    }
}
