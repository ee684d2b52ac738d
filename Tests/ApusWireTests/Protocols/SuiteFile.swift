import ApusBase
import ApusWire
import Glibc
import Testing

/// One case of botocore's protocol suites, with the shapes it speaks of.
struct SuiteCase: CustomStringConvertible {
    /// The file without folder and ending.
    var file: String
    var id: String
    var shapes: JSONObject
    var metadata: JSONValue
    /// The operation as the model has it.
    var given: JSONValue
    var content: JSONValue

    var description: String { "\(self.file)/\(self.id)" }
    /// The shape of the input; an empty structure where the operation has none.
    var input: String { self.given["input"]?["shape"]?.stringValue ?? Self.nothing }
    /// The shape of the output; an empty structure where the operation has none.
    var output: String { self.given["output"]?["shape"]?.stringValue ?? Self.nothing }
    fileprivate static let nothing = "nothing"
    var operation: String { self.given["name"]?.stringValue ?? "" }

    /// What the client sends. Bodies of CBOR are in Base64.
    var request: HTTPRequest {
        let sent = self.content["serialized"]
        var headers = HTTPFields()
        for header in sent?["headers"]?.objectValue?.members ?? [] {
            headers.add(header.name.lowercased(), header.value.stringValue ?? "")
        }
        // What stands before the path comes from the endpoint that the client was given; no server of AWS has it.
        let base = (sent?["host"]?.stringValue ?? "").drop { $0 != "/" }
        let target = (sent?["uri"]?.stringValue ?? "/").split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return HTTPRequest(
            method: sent?["method"]?.stringValue ?? "", path: String(target[0].dropFirst(base.count)),
            query: target.count > 1 ? String(target[1]) : "", headers: headers,
            body: self.isCompressed ? self.compressedBody : self.body(sent))
    }

    /// What the client reads.
    var response: HTTPResponse {
        let received = self.content["response"]
        var headers = HTTPFields()
        for header in received?["headers"]?.objectValue?.members ?? [] {
            headers.add(header.name.lowercased(), header.value.stringValue ?? "")
        }
        return HTTPResponse(
            status: Int(received?["status_code"]?.int64Value ?? 0), headers: headers, body: self.body(received))
    }

    /// What a server is to read: the parameters, but where the wire cannot say the same.
    var reading: JSONValue {
        var reading = SuiteReadings.input["\(self)"] ?? self.content["params"] ?? .object(JSONObject())
        // A member bound to `Content-Encoding` has what the client added to it.
        if self.isCompressed, self.file.hasPrefix("rest"), case .object(var object) = reading {
            object["encoding"] = self.content["serialized"]?["headers"]?["Content-Encoding"]
            reading = .object(object)
        }
        return reading
    }

    private var isCompressed: Bool { self.given["requestcompression"] != nil }

    /// The body that the case leaves out, since what a client's compressor makes is its own affair: the parameters as the
    /// protocol writes them, packed without being compressed.
    private var compressedBody: [UInt8] {
        let params = self.content["params"]?.objectValue?.members ?? []
        let isREST = self.file.hasPrefix("rest")
        let members = params.filter { !isREST || $0.name != "encoding" }
        let plain: [UInt8]
        switch self.file {
        case "query":
            let pairs = [("Action", self.operation)] + members.map { ($0.name, $0.value.stringValue ?? "") }
            plain = Array(pairs.map { "\($0.0)=\(Self.percentEncoded($0.1))" }.joined(separator: "&").utf8)
        case "rest-xml":
            let elements = members.map { "<\($0.name)>\($0.value.stringValue ?? "")</\($0.name)>" }.joined()
            plain = Array("<PutWithContentEncodingRequest>\(elements)</PutWithContentEncodingRequest>".utf8)
        default: plain = JSONValue.object(JSONObject(members.map { ($0.name, $0.value) })).bytes
        }
        return Self.stored(plain)
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
            return isPlain ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte])
        }.joined()
    }

    /// A gzip file (RFC 1952) of one stored block.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        func little(_ number: UInt32, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(number >> (8 * $0) & 0xFF) } }
        let count = UInt32(bytes.count)
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(count, 2) + little(~count & 0xFFFF, 2) + bytes
            + little(Digest.crc32(bytes), 4) + little(count, 4)
    }

    private func body(_ message: JSONValue?) -> [UInt8] {
        let text = message?["body"]?.stringValue ?? ""
        return self.file.contains("cbor") ? Base64.decode(text) ?? [] : Array(text.utf8)
    }
}

/// The folder of botocore's protocol suites: in `APUS_SUITES`, or beside the project. Where there is none, the tests
/// that need it say that they were skipped.
enum SuiteFolder {
    static let path: String? = {
        var candidates: [String] = []
        if let named = getenv("APUS_SUITES") { candidates.append(String(cString: named)) }
        var folder = #filePath.split(separator: "/").dropLast(4)
        for _ in 0..<3 {
            folder = folder.dropLast()
            candidates.append("/" + folder.joined(separator: "/") + "/shared/suites")
        }
        return candidates.map { $0 + "/botocore-protocols" }.first { access($0 + "/input/json.json", R_OK) == 0 }
    }()

    /// The files of each folder that we speak, and how many cases each has.
    static let inputs: KeyValuePairs<String, Int> = [
        "json": 54, "json_1_0": 21, "json_1_0-query-compatible": 1, "query": 38, "rest-json": 113, "rest-xml": 94,
        "smithy-rpc-v2-cbor": 15, "smithy-rpc-v2-cbor-query-compatible": 1,
        "smithy-rpc-v2-cbor-non-query-compatible": 1,
    ]
    static let outputs: KeyValuePairs<String, Int> = [
        "json": 58, "json_1_0": 32, "json_1_0-query-compatible": 2, "query": 38, "rest-json": 91, "rest-xml": 78,
        "smithy-rpc-v2-cbor": 35, "smithy-rpc-v2-cbor-query-compatible": 2,
        "smithy-rpc-v2-cbor-non-query-compatible": 0,
    ]
    static let cborFiles = [
        "smithy-rpc-v2-cbor", "smithy-rpc-v2-cbor-query-compatible", "smithy-rpc-v2-cbor-non-query-compatible",
    ]

    static func cases(_ file: String) throws -> [SuiteCase] {
        guard let path else { return [] }
        let suite = try JSONValue(parsing: try ByteFile("\(path)/\(file).json", .read).readAll())
        return (suite.arrayValue ?? []).flatMap { group in
            (group["cases"]?.arrayValue ?? []).map { content in
                var shapes = group["shapes"]?.objectValue ?? JSONObject()
                shapes[SuiteCase.nothing] = ["type": "structure", "members": [:]]
                return SuiteCase(
                    file: String(file.split(separator: "/").last ?? ""), id: content["id"]?.stringValue ?? "",
                    shapes: shapes, metadata: group["metadata"] ?? .null,
                    given: content["given"] ?? .null, content: content)
            }
        }
    }

    /// Tries a case, and records all that is wrong with it.
    static func attempt(_ item: SuiteCase, _ body: () throws -> [String]) {
        var findings: [String]
        do { findings = try body() } catch { findings = ["\(error)"] }
        for finding in findings { Issue.record("\(item): \(finding)") }
    }
}

extension String {
    /// A date-time that is given with an offset, in UTC: clients read either, and a server writes the latter.
    var withoutOffset: String {
        let digits = self.dropFirst(self.utf8.count == 25 ? 19 : self.utf8.count)
        guard digits.first == "+" || digits.first == "-", let time = Timestamp(iso8601: self) else { return self }
        return time.iso8601Seconds
    }
}

extension JSONValue {
    /// The same with members sorted, nulls left out, and numbers and date-times in one form, to compare by.
    var normalised: JSONValue {
        switch self {
        case .object(let object):
            let members = object.members.filter { !$0.value.isNull }.sorted { $0.name < $1.name }
            return .object(JSONObject(members.map { ($0.name, $0.value.normalised) }))
        case .array(let elements): return .array(elements.map(\.normalised))
        case .string(let text): return .string(text.withoutOffset)
        case .number(let number): return .number(JSONNumber(number.doubleValue))
        default: return self
        }
    }
}
