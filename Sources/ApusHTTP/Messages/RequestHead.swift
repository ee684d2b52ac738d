internal import ApusWire

/// What of a request the form of its answer depends on.
struct AnswerForm: Equatable {
    enum Version { case http10, http11 }
    enum Persistence {
        case keepAlive, close
        /// After this request the connection may become a WebSocket.
        case handOver
    }

    /// A HEAD request's answer has no body.
    var hasBody = true
    var version: Version = .http11
    /// Whether the client asked for compressed answers.
    var acceptsGzip = false
    /// Whether the client asked to keep the connection; the machine may still decide to close it.
    var persistence: Persistence = .keepAlive
}

/// A request's header, checked: what is left to do is to read the body it announces.
struct RequestHead {
    /// Without its body yet.
    var request: HTTPRequest
    var form: AnswerForm
    /// Nil for a chunked body; 0 where there is none.
    var contentLength: Int?
    /// The client waits for `100 Continue` before it sends the body.
    var expectsContinue: Bool
    /// `Connection: upgrade`.
    var asksToUpgrade: Bool
}

/// Takes in header fields one by one, lowers their names and checks what decides where a message ends, since a disagreement
/// about that between two servers is how requests are smuggled (RFC 9112 §6, §11.2).
struct RequestHeadBuilder {
    private(set) var fields = HTTPFields()
    private var contentLength: Int?
    private var isChunked = false
    private var hostFields = 0
    private var expectsContinue = false
    private var persistence: AnswerForm.Persistence
    private var asksToClose = false
    private var acceptsGzip = false
    private var asksToUpgrade = false
    private var problem: Refusal?
    private let line: RequestLine

    init(_ line: RequestLine) {
        self.line = line
        self.persistence = line.version == .http10 ? .close : .keepAlive
        self.fields.reserve(12)
    }

    mutating func add(_ line: FieldLine) {
        let (name, value) = (line.name, line.value)
        switch name.utf8.count {
        case 4 where name == "host": self.hostFields += 1
        case 6 where name == "expect": self.readExpectation(value)
        case 10 where name == "connection": self.readConnection(value)
        case 14 where name == "content-length": self.readContentLength(value)
        case 15 where name == "accept-encoding":
            self.acceptsGzip = self.acceptsGzip || AnswerCompression.isGzipAccepted(by: value)
        case 17 where name == "transfer-encoding": self.readTransferCoding(value)
        default: break
        }
        self.fields.add(name, value)
    }

    private mutating func readContentLength(_ value: String) {
        guard self.contentLength == nil else {
            self.problem = .malformed("more than one Content-Length")
            return
        }
        var length = 0
        for byte in value.utf8 {
            let (tenfold, overflow) = length.multipliedReportingOverflow(by: 10)
            guard !overflow, tenfold <= Int.max - 9, byte >= 0x30, byte <= 0x39 else {
                self.problem = .malformed("Content-Length is not a number")
                return
            }
            length = tenfold + Int(byte & 15)
        }
        guard !value.isEmpty else {
            self.problem = .malformed("Content-Length is not a number")
            return
        }
        self.contentLength = length
    }

    /// RFC 9112 §6.3: where the last coding is not `chunked`, nobody knows where the message ends.
    private mutating func readTransferCoding(_ value: String) {
        let codings = Self.tokens(value)
        if self.isChunked {
            self.problem = .malformed("more than one Transfer-Encoding")
        } else if codings.last != "chunked" {
            self.problem = .malformed("the last Transfer-Encoding is not chunked")
        } else if codings.count > 1 {
            self.problem = self.problem ?? .unsupportedTransferCoding
        }
        self.isChunked = true
    }

    /// `close` wins over `keep-alive`. Offers to upgrade are taken by WebSockets only, where somebody claims the request.
    private mutating func readConnection(_ value: String) {
        for option in Self.tokens(value) {
            if option == "close" {
                self.asksToClose = true
            } else if option == "keep-alive" {
                self.persistence = .keepAlive
            } else if option == "upgrade" {
                self.asksToUpgrade = true
            }
        }
    }

    /// The elements of a list, in lower case.
    static func tokens(_ value: String) -> [String] {
        value.utf8.split(separator: UInt8(ascii: ",")).map { element in
            let word = element.drop(while: LineBytes.isSpace)
            let end = word.lastIndex { !LineBytes.isSpace($0) }.map { word.index(after: $0) } ?? word.startIndex
            return FieldName.lowercased(String(Substring(word[..<end])))
        }
    }

    private mutating func readExpectation(_ value: String) {
        if FieldName.lowercased(value) == "100-continue" {
            self.expectsContinue = true
        } else {
            self.problem = .unsupportedExpectation
        }
    }

    /// The header as a whole, or why the request is refused.
    consuming func finish(limits: HTTPLimits) throws(Refusal) -> RequestHead {
        let (target, version) = (self.line.target, self.line.version)
        if target.utf8.count > limits.targetBytes { throw .targetTooLong(limit: limits.targetBytes) }
        if let problem { throw problem }
        if self.isChunked, self.contentLength != nil {
            throw .malformed("both Content-Length and Transfer-Encoding")
        }
        if self.isChunked, version == .http10 { throw .malformed("Transfer-Encoding in HTTP/1.0") }
        if self.hostFields > 1 { throw .malformed("more than one Host") }
        if self.hostFields == 0, version == .http11 { throw .malformed("no Host") }
        if let length = self.contentLength, length > limits.bodyBytes { throw .bodyTooLarge(limit: limits.bodyBytes) }
        let (path, query) = try RequestTarget.split(target)
        let form = AnswerForm(
            hasBody: self.line.method != "HEAD", version: version, acceptsGzip: self.acceptsGzip,
            persistence: self.asksToClose ? .close : self.persistence)
        return RequestHead(
            request: HTTPRequest(method: self.line.method, path: path, query: query, headers: self.fields), form: form,
            contentLength: self.isChunked ? nil : self.contentLength ?? 0,
            expectsContinue: self.expectsContinue && version == .http11,
            asksToUpgrade: self.asksToUpgrade && version == .http11)
    }
}
