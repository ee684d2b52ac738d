/// The request target of RFC 9112 §3.2.
enum RequestTarget {
    /// Path and query of `target`, both exactly as sent. The query lacks its `?`.
    static func split(_ target: String) throws(Refusal) -> (path: String, query: String) {
        let bytes = target.utf8
        guard let first = bytes.first else { throw .malformed("no request target") }
        if first == UInt8(ascii: "/") { return try self.splitOrigin(target[...]) }
        guard let scheme = self.schemeLength(of: target) else {
            throw .malformed("the request target is neither a path nor an absolute URI")
        }
        let authority = target[bytes.index(bytes.startIndex, offsetBy: scheme)...]
        guard let end = authority.utf8.firstIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }) else {
            return ("/", "")
        }
        let rest = authority[end...]
        if rest.utf8.first == UInt8(ascii: "?") {
            let (_, query) = try self.splitOrigin(rest)
            return ("/", query)
        }
        return try self.splitOrigin(rest)
    }

    private static func schemeLength(of target: String) -> Int? {
        for scheme in ["http://", "https://"] {
            if target.utf8.count > scheme.utf8.count,
                FieldName.lowercased(String(target.prefix(scheme.utf8.count))) == scheme
            {
                return scheme.utf8.count
            }
        }
        return nil
    }

    private static func splitOrigin(_ target: Substring) throws(Refusal) -> (path: String, query: String) {
        if target.utf8.contains(UInt8(ascii: "#")) { throw .malformed("a fragment in the request target") }
        guard let question = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (String(target), "") }
        return (String(target[..<question]), String(target[target.utf8.index(after: question)...]))
    }
}
