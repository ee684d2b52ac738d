/// `POST /path?query HTTP/1.1`
struct RequestLine {
    let method: String
    /// As it came, in origin form (`/path?query`) or absolute form (`http://host/path?query`).
    let target: String
    let version: AnswerForm.Version

    /// The methods that any API or function of AWS's answers to.
    private static let methods: [String] = ["GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS"]
    static let longestMethod = 7

    init(_ line: UnsafeRawBufferPointer) throws(Refusal) {
        guard let methodEnd = line.firstIndex(of: LineBytes.space) else { throw .malformed("unknown method") }
        self.method = try Self.method(UnsafeRawBufferPointer(rebasing: line[..<methodEnd]))
        let rest = UnsafeRawBufferPointer(rebasing: line[(methodEnd + 1)...])
        guard let targetEnd = rest.firstIndex(of: LineBytes.space) else { throw .unsupportedVersion }
        let target = UnsafeRawBufferPointer(rebasing: rest[..<targetEnd])
        // RFC 3986 has none of these; bytes past ASCII come from sloppy clients and hurt nobody.
        guard target.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw .malformed("invalid request target") }
        self.target = String(decoding: target, as: UTF8.self)
        self.version = try Self.version(UnsafeRawBufferPointer(rebasing: rest[(targetEnd + 1)...]))
    }

    /// What HTTP/2 has in place of a line; `path` is checked already.
    init(http2Method method: String, path: String) throws(Refusal) {
        guard let method = Self.methods.first(where: { $0 == method }) else { throw .malformed("unknown method") }
        self.method = method
        self.target = path
        self.version = .http11
    }

    private static func method(_ bytes: UnsafeRawBufferPointer) throws(Refusal) -> String {
        for method in self.methods where bytes.elementsEqual(method.utf8) { return method }
        throw .malformed("unknown method")
    }

    private static func version(_ bytes: UnsafeRawBufferPointer) throws(Refusal) -> AnswerForm.Version {
        guard bytes.count == 8, bytes[7] == 0x30 || bytes[7] == 0x31,
            bytes.prefix(7).elementsEqual("HTTP/1.".utf8)
        else {
            if bytes.contains(LineBytes.space) { throw .malformed("a space in the request target") }
            throw .unsupportedVersion
        }
        return bytes[7] == 0x30 ? .http10 : .http11
    }
}
