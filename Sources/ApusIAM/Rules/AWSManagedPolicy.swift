internal import ApusBase
internal import ApusService

/// A managed policy that every account has from the start, under the account `aws`.
struct AWSManagedPolicy: Sendable {
    let name: String
    /// Begins and ends with a slash.
    let path: String
    let document: String

    var arn: String { "arn:aws:iam::aws:policy\(self.path)\(self.name)" }

    /// `ANPA…`, made from the name: the same on every server.
    var id: String {
        let alphabet = Array(CredentialAlphabet.id.utf8)
        let digest = Digest.sha256(Array(self.name.utf8)).prefix(17)
        return "ANPA" + String(decoding: digest.map { alphabet[Int($0) % alphabet.count] }, as: UTF8.self)
    }

    /// The time when AWS created the first of them, in 2015; the others' differ.
    static let created = Timestamp(milliseconds: 1_423_247_986_000)

    /// In the order of their names.
    static let all: [AWSManagedPolicy] = Self.read(Self.table).sorted { $0.name.lowercased() < $1.name.lowercased() }

    static let byARN: [String: AWSManagedPolicy] = Dictionary(uniqueKeysWithValues: Self.all.map { ($0.arn, $0) })

    /// Reads the table. A line that begins at the margin is a policy's path and name; each further line one of its
    /// statements: `allow` or `allow-except`, actions, `on`, resources, and perhaps `if`, operator, key and value.
    private static func read(_ table: String) -> [AWSManagedPolicy] {
        var policies: [AWSManagedPolicy] = []
        var header: Substring?
        var statements: [JSONValue] = []
        func close() {
            guard let header, let slash = header.lastIndex(of: "/") else { return }
            let document: JSONValue = ["Version": "2012-10-17", "Statement": .array(statements)]
            policies.append(
                AWSManagedPolicy(
                    name: String(header[header.index(after: slash)...]), path: String(header[...slash]),
                    document: document.text))
            statements = []
        }
        for line in table.split(separator: "\n") {
            if line.hasPrefix(" ") {
                statements.append(self.statement(line.split(separator: " ").map(String.init)))
            } else {
                close()
                header = line
            }
        }
        close()
        return policies
    }

    private static func statement(_ words: [String]) -> JSONValue {
        let parts = words.dropFirst().split(separator: "if", maxSplits: 1)
        let scope = parts[parts.startIndex].split(separator: "on", maxSplits: 1)
        func list(_ words: ArraySlice<String>) -> JSONValue {
            words.count == 1 ? .string(words.first!) : .array(words.map { .string($0) })
        }
        var statement: JSONObject = ["Effect": "Allow"]
        statement[words[0] == "allow-except" ? "NotAction" : "Action"] = list(scope[0])
        statement["Resource"] = list(scope[1])
        if parts.count == 2 {
            let condition = Array(parts[1])
            statement["Condition"] = .object([condition[0]: .object([condition[1]: .string(condition[2])])])
        }
        return .object(statement)
    }
}
