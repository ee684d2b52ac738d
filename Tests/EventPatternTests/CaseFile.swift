import ApusBase

/// A file of cases beside the tests.
enum CaseFile {
    static func read(_ name: String) -> [JSONValue] {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        do {
            let bytes = try ByteFile("/\(folder)/Cases/\(name).json", .read).readAll()
            guard let cases = try JSONValue(parsing: bytes).arrayValue else {
                preconditionFailure("\(name) is no list")
            }
            return cases
        } catch {
            preconditionFailure("cases of \(name): \(error)")
        }
    }
}

extension JSONValue {
    func text(_ name: String) -> String { self[name]?.stringValue ?? "" }
    func texts(_ name: String) -> [String] { (self[name]?.arrayValue ?? []).compactMap(\.stringValue) }
}
