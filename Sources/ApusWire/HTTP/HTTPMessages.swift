/// A whole HTTP request as the pipeline sees it: parsed, size-limited, free of any network library's types.
package struct HTTPRequest: Sendable {
    /// Upper-case method, e.g. `POST`.
    package var method: String
    /// The path exactly as it came on the wire: percent-encoded, beginning with `/`, without the query.
    package var path: String
    /// The query exactly as it came, without `?`; empty where there was none.
    package var query: String
    package var headers: HTTPFields
    package var body: [UInt8]
    /// The peer's IP address, without port.
    package var remoteAddress: String
    /// Whether the connection is encrypted (`aws:SecureTransport`).
    package var isSecure: Bool

    package init(
        method: String, path: String, query: String = "", headers: HTTPFields = HTTPFields(), body: [UInt8] = [],
        remoteAddress: String = "127.0.0.1", isSecure: Bool = false
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.isSecure = isSecure
    }
}

/// A whole HTTP response, but for a body that comes in parts. `content-length`, `date`, `connection` and `server` are the front
/// door's to add.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: HTTPFields
    package var body: [UInt8]
    /// Where the body comes from when it is sent in parts; `body` is empty then.
    package var source: (any BodySource)?
    package var compression: Compression = .never

    /// Whether the front door may compress the body for a client that asks for it.
    package enum Compression: Sendable {
        /// It leaves as it is: what a user's function or object says is theirs.
        case never
        case whereAccepted
    }

    package init(
        status: Int, headers: HTTPFields = HTTPFields(), body: [UInt8] = [], source: (any BodySource)? = nil
    ) {
        precondition(source == nil || body.isEmpty, "A body is either here or comes in parts.")
        self.status = status
        self.headers = headers
        self.body = body
        self.source = source
    }
}

/// Header fields in their order, names in lower case.
package struct HTTPFields: Sendable, Equatable {
    package struct Field: Sendable, Equatable {
        package var name: String
        package var value: String
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
    package private(set) var fields: [Field] = []

    package init() {}
    package init(_ pairs: KeyValuePairs<String, String>) {
        // What names the request, and a checksum, are added to most answers.
        self.reserve(pairs.count + 2)
        for (name, value) in pairs { self.add(name, value) }
    }

    /// The first value of the field `name`, which must be in lower case. O(fields).
    package subscript(name: String) -> String? {
        // Lengths tell nearly all names apart; comparing texts that differ is a call each.
        let count = name.utf8.count
        for index in self.fields.indices
        where self.fields[index].name.utf8.count == count && self.fields[index].name == name {
            return self.fields[index].value
        }
        return nil
    }

    /// Appends a field; `name` must be in lower case already.
    package mutating func add(_ name: String, _ value: String) {
        self.fields.append(Field(name: name, value: value))
    }

    package mutating func reserve(_ count: Int) { self.fields.reserveCapacity(count) }

    package mutating func replace(_ name: String, _ value: String) {
        self.fields.removeAll { $0.name == name }
        self.add(name, value)
    }
}
