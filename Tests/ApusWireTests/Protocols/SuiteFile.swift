import ApusBase
import Glibc

/// One case of botocore's protocol suites, with the shapes it speaks of.
struct SuiteCase: CustomStringConvertible {
    var id: String
    var shapes: JSONObject
    var metadata: JSONValue
    /// The operation as the model has it.
    var given: JSONValue
    var content: JSONValue

    var description: String { self.id }
    var input: String? { self.given["input"]?["shape"]?.stringValue }
    var output: String? { self.given["output"]?["shape"]?.stringValue }
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

    static func cases(_ file: String) throws -> [SuiteCase] {
        guard let path else { return [] }
        let suite = try JSONValue(parsing: try ByteFile("\(path)/\(file).json", .read).readAll())
        return (suite.arrayValue ?? []).flatMap { group in
            (group["cases"]?.arrayValue ?? []).map { content in
                SuiteCase(
                    id: content["id"]?.stringValue ?? "", shapes: group["shapes"]?.objectValue ?? JSONObject(),
                    metadata: group["metadata"] ?? .null, given: content["given"] ?? .null, content: content)
            }
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
