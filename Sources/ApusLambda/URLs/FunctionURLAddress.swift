package import ApusWire

/// Which function URL a request is for: by its host, `<id>.lambda-url.<region>.<anything>`, or by its path,
/// `/_apus/function-url/<id>/…`, for clients that do not resolve `*.localhost`.
package struct FunctionURLAddress: Sendable, Equatable {
    package var id: String
    /// The path after what names the function.
    package var path: String
    /// The request's host without its port; nil for the path form.
    package var domain: String?

    private static let prefix = "/_apus/function-url/"

    package init?(_ request: borrowing HTTPRequest) {
        if request.path.hasPrefix(Self.prefix) {
            let rest = request.path.dropFirst(Self.prefix.count)
            let id = rest.prefix { $0 != "/" }
            guard Self.isID(id) else { return nil }
            self.id = String(id)
            let path = rest[id.endIndex...]
            self.path = path.isEmpty ? "/" : String(path)
            self.domain = nil
            return
        }
        guard let host = request.headers["host"], Self.mayBeginWithID(host) else { return nil }
        let domain = host.prefix { $0 != ":" }
        let labels = domain.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
        guard labels.count == 4, labels[1] == "lambda-url", Self.isID(labels[0]) else { return nil }
        self.id = String(labels[0])
        self.path = request.path
        self.domain = String(domain)
    }

    /// Every request of the server is looked at, and few have a label of that length first.
    private static func mayBeginWithID(_ host: String) -> Bool {
        host.utf8.count > 32 && host.utf8[host.utf8.index(host.utf8.startIndex, offsetBy: 32)] == UInt8(ascii: ".")
    }

    private static func isID(_ text: Substring) -> Bool {
        text.utf8.count == 32 && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    }
}
