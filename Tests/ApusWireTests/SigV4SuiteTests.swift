import ApusBase
import Glibc
import Testing

@testable import ApusWire

/// AWS's own test vectors (aws-c-auth, tests/aws-signing-test-suite/v4). They lie beside the project, or where `APUS_SUITES`
/// says, and are not part of it.
struct SigV4SuiteTests {
    static let directory: String? = {
        let root: Substring = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(
            separator: "/")[...]
        let suites: String = getenv("APUS_SUITES").map { String(cString: $0) } ?? root + "/../shared/suites"
        let path: String = suites + "/sigv4/v4"
        return access(path, R_OK) == 0 ? path : nil
    }()

    static let cases: [String] = {
        guard let directory, let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name: String = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }()

    static func read(_ name: String, _ file: String) throws -> [UInt8] {
        let path: String = Self.directory! + "/" + name + "/" + file
        let handle: UnsafeMutablePointer<FILE> = try #require(fopen(path, "r"))
        defer { fclose(handle) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count: Int = fread(&bytes, 1, bytes.count, handle)
        return Array(bytes[..<count])
    }

    static func text(_ name: String, _ file: String) throws -> String {
        String(decoding: try Self.read(name, file), as: UTF8.self)
    }

    @Test(.enabled(if: Self.directory != nil, "the suite is absent: set APUS_SUITES to the folder that has sigv4/v4"))
    func `the suite is complete`() {
        #expect(Self.cases.count == 38)
    }

    @Test(
        .enabled(if: Self.directory != nil, "the suite is absent: set APUS_SUITES to the folder that has sigv4/v4"),
        arguments: Self.cases, ["header", "query"])
    func `a request of AWS's suite is verified`(_ name: String, _ form: String) throws {
        let context: JSONValue = try JSONValue(parsing: try Self.read(name, "context.json"))
        let secret: String = try #require(context["credentials"]?["secret_access_key"]?.stringValue)
        let time: String = try #require(context["timestamp"]?.stringValue)
        let now: Timestamp = try #require(Timestamp(iso8601: time))
        let isNormalized: Bool = context["normalize"] != .bool(false)
        let request = try RequestFile.parse(try Self.text(name, "\(form)-signed-request.txt"))

        let signature: RequestSignature = try #require(try SigV4.parse(request))
        #expect(signature.scope.accessKeyID == context["credentials"]?["access_key_id"]?.stringValue)
        #expect(signature.scope.region == context["region"]?.stringValue)
        #expect(signature.scope.service == context["service"]?.stringValue)
        #expect(signature.sessionToken == context["credentials"]?["token"]?.stringValue)
        let key = SigningKey(secret: secret, scope: signature.scope)
        let pathForm: CanonicalRequest.PathForm = isNormalized ? .normalized : .verbatim
        try SigV4.verify(request, signature, key: key, now: now, pathForm: pathForm)

        // What a failure would explain is what the suite says.
        var wrong: HTTPRequest = request
        let given: String = try Self.text(name, "\(form)-signature.txt")
        let other: String = String(repeating: "0", count: 64)
        if form == "header" {
            let value: String = try #require(request.headers["authorization"])
            wrong.headers.replace("authorization", value.replacing(given, with: other))
        } else {
            wrong.query = request.query.replacing(given, with: other)
        }
        let wrongSignature: RequestSignature = try #require(try SigV4.parse(wrong))
        do throws(SignatureFailure) {
            try SigV4.verify(wrong, wrongSignature, key: key, now: now, pathForm: pathForm)
            Issue.record("a wrong signature is verified")
        } catch {
            guard case .mismatch(let explanation) = error else {
                Issue.record("another failure: \(error)")
                return
            }
            // Where the token is added to the query afterwards, we explain the usual way, in which it is signed.
            if form == "query", context["omit_session_token"] == .bool(true) { return }
            #expect(explanation.canonicalRequest == (try Self.text(name, "\(form)-canonical-request.txt")))
            #expect(explanation.stringToSign == (try Self.text(name, "\(form)-string-to-sign.txt")))
            #expect(explanation.signature == other)
        }
    }
}

/// Reads requests as the suite and AWS's documentation write them.
enum RequestFile {
    enum Failure: Error { case malformed }

    static func parse(_ text: String) throws -> HTTPRequest {
        let end: Range<String.Index>? = text.firstRange(of: "\n\n")
        let lines: [Substring] = text[..<(end?.lowerBound ?? text.endIndex)].split(separator: "\n")
        guard let first = lines.first, let space = first.firstIndex(of: " "), let last = first.lastIndex(of: " ") else {
            throw Failure.malformed
        }
        let target: Substring = first[first.index(after: space)..<last]
        let parts: [Substring] = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var fields: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            if line.first == " " || line.first == "\t" {
                guard !fields.isEmpty else { throw Failure.malformed }
                fields[fields.count - 1].value += "\n" + line
            } else {
                guard let colon = line.firstIndex(of: ":") else { throw Failure.malformed }
                let value: Substring = line[line.index(after: colon)...].drop { $0 == " " }
                fields.append((line[..<colon].lowercased(), String(value)))
            }
        }
        var headers = HTTPFields()
        for field in fields { headers.add(field.name, field.value) }
        return HTTPRequest(
            method: String(first[..<space]), path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "",
            headers: headers, body: end.map { Array(text[$0.upperBound...].utf8) } ?? [])
    }
}
