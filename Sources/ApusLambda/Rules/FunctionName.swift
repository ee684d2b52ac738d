package import ApusService

/// A function as requests name it: by name, by partial ARN (`us-west-2:123456789012:function:name` or an end of that), or by
/// ARN, each with a qualifier or without.
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
        } else {
            // Each part may be there, in this order; what follows the last of them is the name.
            if parts.count >= 2, Self.isRegion(parts[0]) { self.region = parts.removeFirst() }
            if parts.count >= 2, parts[0].utf8.count == 12, Self.isNumber(parts[0]) {
                self.account = parts.removeFirst()
            }
            if parts.count >= 2, parts[0] == "function" { parts.removeFirst() }
        }
        guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
        self.name = parts[0]
        self.qualifier = parts.count == 2 ? parts[1] : nil
    }

    /// Whether it looks like `us-west-2`, `us-gov-east-1` or `us-iso-west-1`.
    private static func isRegion(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (3...4).contains(parts.count), parts[0].utf8.count == 2, parts[parts.count - 1].utf8.count == 1 else {
            return false
        }
        if parts.count == 4, parts[1] != "gov", !parts[1].hasPrefix("iso") { return false }
        let isWords = parts.dropLast().allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { (0x61...0x7A).contains($0) }
        }
        return isWords && Self.isNumber(String(parts[parts.count - 1]))
    }

    package static func arn(_ name: String, account: String, region: String) -> ARN {
        ARN(service: "lambda", region: region, account: account, resource: "function:\(name)")
    }

    /// Whether a qualifier is a version's number; aliases are never numbers.
    package static func isNumber(_ qualifier: String) -> Bool {
        !qualifier.isEmpty && qualifier.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
