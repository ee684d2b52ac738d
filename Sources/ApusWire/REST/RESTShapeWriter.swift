package import ApusBase

/// Writes shapes as REST-JSON or REST-XML answers: status, headers and body.
package struct RESTShapeWriter: ShapeWriter, ~Copyable {
    /// Where the next value goes.
    private enum Target: Equatable {
        /// The structured body.
        case body
        case header(String)
        /// A list in one header, and what it has so far.
        case headerList(String, [String])
        /// A map in headers, and the key whose value comes next.
        case prefixHeaders(String, key: String)
        case status
        /// The whole body.
        case payload
    }

    private var response: HTTPResponse
    private var body: RESTBodyWriter
    private let xmlRoot: XMLRoot?
    private let xmlNamespace: XMLNamespace?
    private var target: Target = .body
    private var timestampFormat: TimestampFormat = .protocolDefault
    /// Structures that were begun and not ended; 1 within the outermost.
    private var depth = 0
    /// Whether the outermost structure is itself the body.
    private var isBody = false
    private var isStructuredBody = false
    private var contentType: String?
    private var isBase64 = false
    /// The root element of a structure that is the whole body.
    private var payloadRoot: XMLRoot?

    /// Whether a structure without members in the body is written as an empty one, as services do that speak JSON.
    private let writesEmptyBody: Bool

    /// The content type of a body that is a blob.
    private let payloadType: String

    package init(status: Int, payloadType: String? = nil) {
        self.response = HTTPResponse(status: status)
        self.payloadType = payloadType ?? "application/octet-stream"
        self.body = RESTBodyWriter(.json)
        self.writesEmptyBody = true
        self.xmlRoot = nil
        self.xmlNamespace = nil
    }

    /// Writes REST-XML.
    /// - Parameters:
    ///   - root: the element around the members; a member that is the whole body names its own.
    ///   - namespace: what a root element declares that has no namespace of its own.
    package init(status: Int, payloadType: String? = nil, xmlRoot root: XMLRoot?, namespace: XMLNamespace?) {
        self.response = HTTPResponse(status: status)
        self.payloadType = payloadType ?? "application/octet-stream"
        self.body = RESTBodyWriter(.xml)
        self.writesEmptyBody = false
        self.xmlRoot = root
        self.xmlNamespace = namespace
    }

    /// The answer. A member bound to the header `content-type` goes before what the body's kind would say.
    package consuming func finish() -> HTTPResponse {
        // "No Content": there is neither a body nor a type of one.
        if self.response.status == 204 { return self.response }
        if self.isStructuredBody { self.response.body = self.body.finish() }
        if let contentType, self.response.headers["content-type"] == nil {
            self.response.headers.add("content-type", contentType)
        }
        return self.response
    }

    package mutating func beginStructure(_ table: MemberTable) {
        self.depth += 1
        if self.depth == 1 {
            // An operation that answers nothing has no body at all.
            let isWritten = table.hasAnswerMembers || self.writesEmptyBody && table !== NoShape.members
            self.isBody = isWritten && table.payload == nil
            if self.isBody { self.beginBody(self.xmlRoot) }
        } else {
            if self.target == .payload { self.beginBody(self.payloadRoot) }
        }
        if self.depth > 1 || self.isBody { self.body.beginStructure(table) }
    }

    private mutating func beginBody(_ root: XMLRoot?) {
        self.target = .body
        self.isStructuredBody = true
        self.contentType = self.body.contentType
        self.body.begin(root, defaultNamespace: self.xmlNamespace)
    }

    package mutating func member(_ table: MemberTable, _ index: Int) {
        if self.depth == 1 {
            let member = table.members[index]
            self.timestampFormat = member.timestampFormat
            self.isBase64 = member.isBase64
            self.target = Self.target(of: member)
            if self.target == .payload { self.payloadRoot = XMLRoot(member.queryName, namespace: member.xmlNamespace) }
        }
        if self.target == .body { self.body.member(table, index) }
    }

    private static func target(of member: Member) -> Target {
        switch member.location {
        case .body, .uri, .query, .queryMap: .body
        case .header(let name): .header(name)
        case .prefixHeaders(let prefix): .prefixHeaders(prefix, key: "")
        case .payload: .payload
        case .statusCode: .status
        }
    }

    package mutating func endStructure() {
        self.depth -= 1
        if self.depth > 0 || self.isBody { self.body.endStructure() }
    }

    package mutating func beginList() {
        if case .header(let name) = self.target { return self.target = .headerList(name, []) }
        if self.target == .payload { self.beginBody(self.payloadRoot) }
        self.body.beginList()
    }

    package mutating func element() {
        if self.target == .body { self.body.element() }
    }

    package mutating func endList() {
        guard case .headerList(let name, let values) = self.target else { return self.body.endList() }
        self.add(name, values.joined(separator: ", "))
    }

    package mutating func beginMap() {
        if case .prefixHeaders = self.target { return }
        if self.target == .payload { self.beginBody(self.payloadRoot) }
        self.body.beginMap()
    }

    package mutating func key(_ key: String) {
        guard case .prefixHeaders(let prefix, _) = self.target else { return self.body.key(key) }
        self.target = .prefixHeaders(prefix, key: key)
    }

    package mutating func endMap() {
        if case .prefixHeaders = self.target { return }
        self.body.endMap()
    }

    // MARK: Values

    /// Puts the text of a value that is not in the JSON body where it belongs; whether it did.
    private mutating func place(_ text: String) -> Bool {
        switch self.target {
        case .body: return false
        case .header(let name): self.add(name, text)
        case .headerList(let name, let values): self.target = .headerList(name, values + [text])
        case .prefixHeaders(let prefix, let key): self.add(prefix + key.lowercased(), text)
        case .status: if let status = Int(text) { self.response.status = status }
        case .payload:
            self.response.body = Array(text.utf8)
            self.contentType = "text/plain"
        }
        return true
    }

    /// A line break would end the header: it becomes a space, as do other control characters.
    private mutating func add(_ name: String, _ value: String) {
        if value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) { return self.response.headers.add(name, value) }
        var text = ""
        for scalar in value.unicodeScalars {
            text.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7f ? " " : scalar)
        }
        self.response.headers.add(name, text)
    }

    package mutating func write(_ value: String) {
        if self.target == .body { return self.body.write(value) }
        let text = self.isBase64 ? Base64.encode(Array(value.utf8)) : value
        if case .headerList = self.target { _ = self.place(HeaderList.quoted(text)) } else { _ = self.place(text) }
    }

    package mutating func write(_ value: Bool) {
        if !self.place(value ? "true" : "false") { self.body.write(value) }
    }

    package mutating func write(_ value: Int) {
        if !self.place(String(value)) { self.body.write(value) }
    }

    package mutating func write(_ value: Double) {
        if !self.place(ScalarText.text(value)) { self.body.write(value) }
    }

    package mutating func write(blob value: [UInt8]) {
        if self.target == .payload {
            self.response.body = value
            self.contentType = self.payloadType
        } else if !self.place(Base64.encode(value)) {
            self.body.write(blob: value)
        }
    }

    package mutating func write(document value: JSONValue) {
        if self.target == .payload { self.beginBody(self.payloadRoot) }
        if !self.place(value.text) { self.body.write(document: value) }
    }

    package mutating func write(_ value: Timestamp) {
        if self.target == .body { return self.body.write(value) }
        let format = self.timestampFormat == .protocolDefault ? TimestampFormat.httpDate : self.timestampFormat
        _ = self.place(TimestampText.text(value, format))
    }
}
