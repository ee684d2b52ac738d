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
        let target = (sent?["uri"]?.stringValue ?? "/").split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return HTTPRequest(
            method: sent?["method"]?.stringValue ?? "", path: String(target[0]),
            query: target.count > 1 ? String(target[1]) : "", headers: headers, body: self.body(sent))
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

    /// Tries a case. One that is excepted must go wrong, or the exception is for nothing.
    static func attempt(_ item: SuiteCase, excepted: [String: String], _ body: () throws -> [String]) {
        var findings: [String]
        do { findings = try body() } catch { findings = ["\(error)"] }
        if excepted["\(item)"] != nil {
            #expect(!findings.isEmpty, "\(item) passes and is excepted")
        } else {
            for finding in findings { Issue.record("\(item): \(finding)") }
        }
    }
}

extension JSONValue {
    /// The same with members sorted, nulls left out and numbers in one form, to compare by.
    var normalised: JSONValue {
        switch self {
        case .object(let object):
            let members = object.members.filter { !$0.value.isNull }.sorted { $0.name < $1.name }
            return .object(JSONObject(members.map { ($0.name, $0.value.normalised) }))
        case .array(let elements): return .array(elements.map(\.normalised))
        case .number(let number): return .number(JSONNumber(number.doubleValue))
        default: return self
        }
    }
}
