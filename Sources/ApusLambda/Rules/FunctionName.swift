package import ApusService

/// A function as requests name it: by name, by partial ARN (`123456789012:function:name`, `function:name`), or by ARN, each
/// with a qualifier or without.
package struct FunctionName: Hashable, Sendable {
    package var name: String
    /// The account in an ARN or partial ARN; nil: the caller's.
    package var account: String?
    /// The region in an ARN; nil: the request's.
    package var region: String?
    package var qualifier: String?

    /// Reads a name that has passed the model's pattern. nil when it names nothing after all.
    package init?(_ text: String) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if parts.first == "arn" {
            guard parts.count >= 7, parts[2] == "lambda", parts[5] == "function" else { return nil }
            self.region = parts[3]
            self.account = parts[4]
            parts.removeFirst(6)
        } else if parts.count >= 2, parts[0] == "function" {
            parts.removeFirst()
        } else if parts.count >= 3, parts[1] == "function" {
            self.account = parts[0]
            parts.removeFirst(2)
        }
        guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
        self.name = parts[0]
        self.qualifier = parts.count == 2 ? parts[1] : nil
    }

    package static func arn(_ name: String, account: String, region: String) -> ARN {
        ARN(service: "lambda", region: region, account: account, resource: "function:\(name)")
    }

    /// Whether a qualifier is a version's number; aliases are never numbers.
    package static func isNumber(_ qualifier: String) -> Bool {
        !qualifier.isEmpty && qualifier.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
