import ApusBase
import Testing

@testable import ApusWire

/// The rules of "Create a canonical request" (IAM User Guide), one by one.
struct SigV4CanonicalTests {
    private static func normalized(_ path: String) -> String {
        var bytes: [UInt8] = []
        CanonicalPath.appendNormalized(path, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
    private static func verbatim(_ path: String) -> String {
        var bytes: [UInt8] = []
        CanonicalPath.appendVerbatim(path, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
    private static func query(_ query: String, _ omitted: String...) -> String {
        var bytes: [UInt8] = []
        CanonicalQuery.append(query, leavingOut: omitted, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a path is resolved and escaped twice`() {
        #expect(Self.normalized("") == "/")
        #expect(Self.normalized("/") == "/")
        #expect(Self.normalized("//a///b//") == "/a/b/")
        #expect(Self.normalized("/a/./b/../c") == "/a/c")
        #expect(Self.normalized("/../../a") == "/a")
        #expect(Self.normalized("/documents%20and%20settings/") == "/documents%2520and%2520settings/")
        #expect(
            Self.normalized("/2015-03-31/functions/arn%3Aaws%3Alambda/...")
                == "/2015-03-31/functions/arn%253Aaws%253Alambda/...")
        #expect(Self.normalized("/a:b") == "/a%3Ab")
        #expect(Self.normalized("/000000000000/my-queue_1.fifo~/") == "/000000000000/my-queue_1.fifo~/")
        #expect(Self.normalized("/.a/..b/c") == "/.a/..b/c")
        #expect(Self.normalized("a//b") == "/a/b")
    }

    @Test func `a path of S3 stays and is escaped once`() {
        #expect(Self.verbatim("") == "/")
        #expect(Self.verbatim("/my//key/../.") == "/my//key/../.")
        #expect(Self.verbatim("/a%20b%2fc%7E(d)+%") == "/a%20b%2Fc~%28d%29%2B%25")
    }

    @Test func `a query is escaped once and sorted by name, then by value`() {
        #expect(Self.query("") == "")
        #expect(Self.query("b=2&a=1&b=1&a") == "a=&a=1&b=1&b=2")
        #expect(Self.query("foo=Zoo&foo=aha") == "foo=Zoo&foo=aha")
        #expect(Self.query("a-b=1&a=2&A=3") == "A=3&a=2&a-b=1")
        #expect(Self.query("p=/a b+c%2fd=e&&=x&%zz=1") == "=x&%25zz=1&p=%2Fa%20b%20c%2Fd%3De")
        #expect(
            Self.query("a=1&X-Amz-Signature=2&X-Amz-Security-Token=3", "X-Amz-Signature")
                == "X-Amz-Security-Token=3&a=1")
        #expect(
            Self.query("a=1&X-Amz-Signature=2&X-Amz-Security-Token=3", "X-Amz-Signature", "X-Amz-Security-Token")
                == "a=1")
    }

    @Test func `header values are trimmed, folded and joined`() throws {
        let headers = HTTPFields([
            "host": "h", "x": "  a   b \t c  ", "x": "", "x": "d", "y": "plain", "z": "   ",
        ])
        let signature = RequestSignature(
            place: .header, scope: CredentialScope(accessKeyID: "A", date: "20150830", region: "r", service: "s"),
            time: Timestamp(milliseconds: 0), timeText: "", signedHeaders: ["host", "missing", "x", "y", "z"],
            payload: .unsigned,
            sessionToken: nil, signature: [])
        let canonical = CanonicalRequest(
            HTTPRequest(method: "GET", path: "/", headers: headers), signature, pathForm: .normalized,
            tokenInQuery: .signed,
            payloadHash: Array("H".utf8))
        #expect(
            String(decoding: canonical.bytes, as: UTF8.self)
                == "GET\n/\n\nhost:h\nmissing:\nx:a b c,,d\ny:plain\nz:\n\nhost;missing;x;y;z\nH")
    }
}
