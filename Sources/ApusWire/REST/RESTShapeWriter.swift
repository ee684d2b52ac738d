package import ApusBase

/// Writes shapes as REST-JSON answers: status, headers and body.
package struct RESTShapeWriter: ShapeWriter, ~Copyable {
    /// Where the next value goes.
    private enum Target: Equatable {
        case json
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
    private var json = JSONShapeWriter()
    private var target: Target = .json
    private var timestampFormat: TimestampFormat = .protocolDefault
    /// Structures that were begun and not ended; 1 within the outermost.
    private var depth = 0
    /// Whether the outermost structure is itself the body.
    private var isBody = false
    private var isJSONBody = false
    private var contentType: String?

    /// The content type of a body that is a blob.
    private let payloadType: String

    package init(status: Int, payloadType: String? = nil) {
        self.response = HTTPResponse(status: status)
        self.payloadType = payloadType ?? "application/octet-stream"
    }

    /// The answer. A member bound to the header `content-type` goes before what the body's kind would say.
    package consuming func finish() -> HTTPResponse {
        if self.isJSONBody { self.response.body = self.json.bytes }
        if let contentType, self.response.headers["content-type"] == nil {
            self.response.headers.add("content-type", contentType)
        }
        return self.response
    }

    package mutating func beginStructure(_ table: MemberTable) {
        self.depth += 1
        if self.depth == 1 {
            self.isBody = table.hasBodyMembers && table.payload == nil
            if self.isBody { self.beginJSONBody() }
        } else {
            if self.target == .payload { self.beginJSONBody() }
        }
        if self.depth > 1 || self.isBody { self.json.beginStructure(table) }
    }

    private mutating func beginJSONBody() {
        self.target = .json
        self.isJSONBody = true
        self.contentType = "application/json"
    }

    package mutating func member(_ table: MemberTable, _ index: Int) {
        if self.depth == 1 {
            self.timestampFormat = table.timestampFormats[index]
            self.target = Self.target(of: table.members[index])
        }
        if self.target == .json { self.json.member(table, index) }
    }

    private static func target(of member: Member) -> Target {
        switch member.location {
        case .body, .uri, .query, .queryMap: .json
        case .header(let name): .header(name)
        case .prefixHeaders(let prefix): .prefixHeaders(prefix, key: "")
        case .payload: .payload
        case .statusCode: .status
        }
    }

    package mutating func endStructure() {
        self.depth -= 1
        if self.depth > 0 || self.isBody { self.json.endStructure() }
    }

    package mutating func beginList() {
        if case .header(let name) = self.target { return self.target = .headerList(name, []) }
        if self.target == .payload { self.beginJSONBody() }
        self.json.beginList()
    }

    package mutating func element() {
        if self.target == .json { self.json.element() }
    }

    package mutating func endList() {
        guard case .headerList(let name, let values) = self.target else { return self.json.endList() }
        self.add(name, values.joined(separator: ", "))
    }

    package mutating func beginMap() {
        if case .prefixHeaders = self.target { return }
        if self.target == .payload { self.beginJSONBody() }
        self.json.beginMap()
    }

    package mutating func key(_ key: String) {
        guard case .prefixHeaders(let prefix, _) = self.target else { return self.json.key(key) }
        self.target = .prefixHeaders(prefix, key: key)
    }

    package mutating func endMap() {
        if case .prefixHeaders = self.target { return }
        self.json.endMap()
    }

    // MARK: Values

    /// Puts the text of a value that is not in the JSON body where it belongs; whether it did.
    private mutating func place(_ text: String) -> Bool {
        switch self.target {
        case .json: return false
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
        if self.target == .json { return self.json.write(value) }
        if case .headerList = self.target { _ = self.place(HeaderList.quoted(value)) } else { _ = self.place(value) }
    }

    package mutating func write(_ value: Bool) {
        if !self.place(value ? "true" : "false") { self.json.write(value) }
    }

    package mutating func write(_ value: Int) {
        if !self.place(String(value)) { self.json.write(value) }
    }

    package mutating func write(_ value: Double) {
        if !self.place(ScalarText.text(value)) { self.json.write(value) }
    }

    package mutating func write(blob value: [UInt8]) {
        if self.target == .payload {
            self.response.body = value
            self.contentType = self.payloadType
        } else if !self.place(Base64.encode(value)) {
            self.json.write(blob: value)
        }
    }

    package mutating func write(document value: JSONValue) {
        if self.target == .payload { self.beginJSONBody() }
        if !self.place(value.text) { self.json.write(document: value) }
    }

    package mutating func write(_ value: Timestamp) {
        if self.target == .json { return self.json.write(value) }
        let format = self.timestampFormat == .protocolDefault ? TimestampFormat.httpDate : self.timestampFormat
        _ = self.place(TimestampText.text(value, format))
    }
}
