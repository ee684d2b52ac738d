package import ApusBase

/// Reads shapes from a REST-JSON or REST-XML request: first the members bound to path, query, headers or the whole body,
/// then those of the structured body.
package struct RESTShapeReader: ShapeReader, ~Copyable {
    /// Where the next value comes from.
    private enum Source {
        case body
        case text(String)
        case list([String], next: Int)
        case map([BoundEntry], next: Int)
        case payload
    }

    /// An entry of a map in the query or in headers; in the query a key may have several values.
    private struct BoundEntry {
        var key: String
        var values: [String]
    }

    private let request: HTTPRequest
    private let labels: URILabels
    private let query: [FormReader.Field]
    private var body: RESTBodyReader
    private var source: Source = .body
    /// The map whose value is the list that is being read.
    private var suspendedMap: Source?
    private var timestampFormat: TimestampFormat = .protocolDefault
    private var isBase64 = false
    /// Structures that were begun and not ended; 1 within the outermost.
    private var depth = 0
    /// The number of the bound member to look for next.
    private var next = 0
    private var hasBegunBody = false

    package init(_ request: HTTPRequest, _ labels: URILabels, _ format: RESTFormat = .json) throws(WireError) {
        self.request = request
        self.labels = labels
        do throws(FormError) {
            self.query = request.query.isEmpty ? [] : try FormReader.fields(of: Array(request.query.utf8))
        } catch {
            throw .serialization("")
        }
        self.body = RESTBodyReader(request.body, format)
    }

    var trail: Trail { self.body.trail }

    package mutating func finish() throws(WireError) {
        if self.hasBegunBody { try self.body.finish() }
    }

    package mutating func beginStructure(_ table: MemberTable) throws(WireError) {
        self.depth += 1
        if self.depth == 1 { return }
        if case .payload = self.source { self.hasBegunBody = true }
        self.source = .body
        try self.body.beginStructure(table)
    }

    package mutating func nextMember(_ table: MemberTable) throws(WireError) -> Int? {
        if self.depth > 1 {
            let index = try self.body.nextMember(table)
            if index == nil { self.depth -= 1 }
            return index
        }
        while self.next < table.members.count {
            let index = self.next
            self.next += 1
            guard table.members[index].location != .body, let source = self.source(of: index, in: table) else {
                continue
            }
            self.source = source
            return index
        }
        self.source = .body
        if let index = try self.nextBodyMember(table) { return index }
        self.depth -= 1
        return nil
    }

    /// Names in the body that belong elsewhere are unknown there.
    private mutating func nextBodyMember(_ table: MemberTable) throws(WireError) -> Int? {
        guard table.hasBodyMembers, table.payload == nil, !self.request.body.isEmpty else { return nil }
        if !self.hasBegunBody {
            self.hasBegunBody = true
            try self.body.beginStructure(table)
        }
        while let index = try self.body.nextMember(table) {
            if table.members[index].location == .body { return index }
            try self.body.skipValue()
        }
        return nil
    }

    private mutating func source(of index: Int, in table: MemberTable) -> Source? {
        let member = table.members[index]
        self.timestampFormat = member.timestampFormat
        self.isBase64 = member.isBase64
        switch member.location {
        case .body, .statusCode: return nil
        case .uri(let name): return self.labels[name].map { .text($0) }
        case .query(let name):
            let values = self.query.filter { $0.name == name }.map(\.value)
            return values.isEmpty ? nil : .list(values, next: 0)
        case .queryMap:
            return self.query.isEmpty ? nil : .map(self.queryEntries(), next: 0)
        case .header(let name):
            return self.request.headers[name].map { .text($0) }
        case .prefixHeaders(let prefix):
            let entries = self.request.headers.fields.filter { $0.name.hasPrefix(prefix) }.map {
                BoundEntry(key: String($0.name.dropFirst(prefix.count)), values: [$0.value])
            }
            return entries.isEmpty ? nil : .map(entries, next: 0)
        case .payload:
            if self.request.body.isEmpty { return nil }
            self.body.enterPayload(table, index)
            return .payload
        }
    }

    /// All parameters of the query, bound elsewhere or not, as Smithy has it.
    private func queryEntries() -> [BoundEntry] {
        var positions: [String: Int] = [:]
        var entries: [BoundEntry] = []
        for field in self.query {
            if let position = positions[field.name] {
                entries[position].values.append(field.value)
            } else {
                positions[field.name] = entries.count
                entries.append(BoundEntry(key: field.name, values: [field.value]))
            }
        }
        return entries
    }

    package mutating func beginList() throws(WireError) {
        switch self.source {
        case .text(let text):
            let values = self.timestampFormat == .httpDate ? HeaderList.splitDates(text) : HeaderList.split(text)
            self.source = .list(values, next: 0)
        case .list: break
        case .map(let entries, let next):
            self.suspendedMap = .map(entries, next: next)
            self.source = .list(entries[max(0, next - 1)].values, next: 0)
        case .body, .payload: try self.body.beginList()
        }
    }

    package mutating func nextElement() throws(WireError) -> Bool {
        guard case .list(let values, let next) = self.source else { return try self.body.nextElement() }
        if next == values.count {
            self.source = self.suspendedMap ?? self.source
            self.suspendedMap = nil
            return false
        }
        self.source = .list(values, next: next + 1)
        return true
    }

    package mutating func beginMap() throws(WireError) {
        if case .map = self.source { return }
        try self.body.beginMap()
    }

    package mutating func nextKey() throws(WireError) -> String? {
        guard case .map(let entries, let next) = self.source else { return try self.body.nextKey() }
        if next == entries.count { return nil }
        self.source = .map(entries, next: next + 1)
        return entries[next].key
    }

    package mutating func recordMissing(_ table: MemberTable, _ index: Int) { self.body.recordMissing(table, index) }

    // MARK: Values

    /// The text of a bound value; nil when the value is in the structured body.
    private var text: String? {
        switch self.source {
        case .body, .payload: nil
        case .text(let text): text
        case .list(let values, let next): values[max(0, next - 1)]
        case .map(let entries, let next): entries[max(0, next - 1)].values.first ?? ""
        }
    }

    package mutating func readString() throws(WireError) -> String {
        if case .payload = self.source {
            guard let text = String(validating: self.request.body, as: UTF8.self) else { throw .serialization("") }
            return text
        }
        guard let text else { return try self.body.readString() }
        guard self.isBase64 else { return text }
        guard let decoded = Base64.decode(text).flatMap({ String(utf8: $0) }) else { throw .serialization("") }
        return decoded
    }

    package mutating func readBool() throws(WireError) -> Bool {
        if let text { return try ScalarText.bool(text) }
        return try self.body.readBool()
    }

    package mutating func readInteger() throws(WireError) -> Int {
        if let text { return try ScalarText.integer(text) }
        return try self.body.readInteger()
    }

    package mutating func readLong() throws(WireError) -> Int {
        if let text { return try ScalarText.long(text) }
        return try self.body.readLong()
    }

    package mutating func readDouble() throws(WireError) -> Double {
        if let text { return try ScalarText.double(text) }
        return try self.body.readDouble()
    }

    package mutating func readBlob() throws(WireError) -> [UInt8] {
        if case .payload = self.source { return self.request.body }
        guard let text else { return try self.body.readBlob() }
        guard let bytes = Base64.decode(text) else { throw .serialization("") }
        return bytes
    }

    package mutating func readDocument() throws(WireError) -> JSONValue {
        if case .payload = self.source { self.hasBegunBody = true }
        return try self.body.readDocument()
    }

    package mutating func readTimestamp() throws(WireError) -> Timestamp {
        if let text { return try TimestampText.parse(text, self.timestampFormat) }
        return try self.body.readTimestamp()
    }
}
