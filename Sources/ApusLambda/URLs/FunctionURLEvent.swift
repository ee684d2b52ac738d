package import ApusBase
package import ApusService
package import ApusWire

/// The event that a function gets for a request to its URL: payload format 2.0.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload. Members that are null
/// there in every event (`pathParameters`, `stageVariables`, `authentication`) are left out, as the source allows.
package struct FunctionURLEvent {
    package var request: HTTPRequest
    package var address: FunctionURLAddress
    package var region: String
    package var requestID: String
    package var now: Timestamp
    /// Who signed, at a URL with `AWS_IAM`; nil at one with `NONE`.
    package var caller: Principal?
    package var accessKeyID: String?

    package init(
        request: HTTPRequest, address: FunctionURLAddress, region: String, requestID: String, now: Timestamp,
        caller: Principal? = nil, accessKeyID: String? = nil
    ) {
        self.request = request
        self.address = address
        self.region = region
        self.requestID = requestID
        self.now = now
        self.caller = caller
        self.accessKeyID = accessKeyID
    }

    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("version")
        writer.string("2.0")
        writer.key("routeKey")
        writer.string("$default")
        writer.key("rawPath")
        writer.string(self.address.path)
        writer.key("rawQueryString")
        writer.string(self.request.query)
        self.writeCookies(to: &writer)
        self.writeMap("headers", self.headers, to: &writer)
        let query = self.query
        if !query.isEmpty { self.writeMap("queryStringParameters", query, to: &writer) }
        self.writeContext(to: &writer)
        self.writeBody(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    /// Cookies have a member of their own.
    private func writeCookies(to writer: inout JSONWriter) {
        var cookies: [String] = []
        for field in self.request.headers.fields where field.name == "cookie" {
            for cookie in field.value.split(separator: ";") { cookies.append(String(cookie.drop { $0 == " " })) }
        }
        if cookies.isEmpty { return }
        writer.key("cookies")
        writer.beginArray()
        for cookie in cookies { writer.string(cookie) }
        writer.endArray()
    }

    /// Values of one name are joined by commas.
    private var headers: [(name: String, value: String)] {
        var fields = self.request.headers.fields.filter { $0.name != "cookie" }.map { (name: $0.name, value: $0.value) }
        fields.append((name: "x-forwarded-for", value: self.request.remoteAddress))
        fields.append((name: "x-forwarded-proto", value: self.request.isSecure ? "https" : "http"))
        if let host = self.request.headers["host"], let colon = host.lastIndex(of: ":") {
            fields.append((name: "x-forwarded-port", value: String(host[colon...].dropFirst())))
        }
        return Self.joined(fields)
    }

    private var query: [(name: String, value: String)] {
        let pairs = self.request.query.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count == 2 ? parts[1] : ""
            return (name: Self.decoded(parts[0]), value: Self.decoded(value))
        }
        return Self.joined(pairs)
    }

    private static func decoded(_ text: Substring) -> String {
        PercentEncoding.decode(text, plus: .space) ?? String(text)
    }

    private static func joined(_ pairs: [(name: String, value: String)]) -> [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        var places: [String: Int] = [:]
        for pair in pairs {
            if let place = places[pair.name] {
                result[place].value += "," + pair.value
            } else {
                places[pair.name] = result.count
                result.append(pair)
            }
        }
        return result
    }

    private func writeMap(_ name: StaticString, _ map: [(name: String, value: String)], to writer: inout JSONWriter) {
        writer.key(name)
        writer.beginObject()
        for (name, value) in map {
            writer.key(name)
            writer.string(value)
        }
        writer.endObject()
    }

    private func writeContext(to writer: inout JSONWriter) {
        let domain = self.address.domain ?? "\(self.address.id).lambda-url.\(self.region).localhost"
        writer.key("requestContext")
        writer.beginObject()
        self.write("accountId", self.caller == nil ? "anonymous" : self.caller?.account, to: &writer)
        self.write("apiId", self.address.id, to: &writer)
        self.writeAuthorizer(to: &writer)
        self.write("domainName", domain, to: &writer)
        self.write("domainPrefix", self.address.id, to: &writer)
        writer.key("http")
        writer.beginObject()
        self.write("method", self.request.method, to: &writer)
        self.write("path", self.address.path, to: &writer)
        self.write("protocol", "HTTP/1.1", to: &writer)
        self.write("sourceIp", self.request.remoteAddress, to: &writer)
        self.write("userAgent", self.request.headers["user-agent"] ?? "", to: &writer)
        writer.endObject()
        self.write("requestId", self.requestID, to: &writer)
        self.write("routeKey", "$default", to: &writer)
        self.write("stage", "$default", to: &writer)
        self.write("time", Self.logDate(self.now), to: &writer)
        writer.key("timeEpoch")
        writer.int(self.now.milliseconds)
        writer.endObject()
    }

    private func writeAuthorizer(to writer: inout JSONWriter) {
        guard let caller = self.caller else { return }
        writer.key("authorizer")
        writer.beginObject()
        writer.key("iam")
        writer.beginObject()
        self.write("accessKey", self.accessKeyID, to: &writer)
        self.write("accountId", caller.account, to: &writer)
        self.write("callerId", caller.userID, to: &writer)
        self.write("cognitoIdentity", nil, to: &writer)
        self.write("principalOrgId", nil, to: &writer)
        self.write("userArn", caller.arn, to: &writer)
        self.write("userId", caller.userID, to: &writer)
        writer.endObject()
        writer.endObject()
    }

    private func write(_ name: StaticString, _ value: String?, to writer: inout JSONWriter) {
        writer.key(name)
        if let value { writer.string(value) } else { writer.null() }
    }

    /// Text as it is, everything else in Base64.
    private func writeBody(to writer: inout JSONWriter) {
        var isBase64 = false
        if !self.request.body.isEmpty {
            writer.key("body")
            if Self.isText(self.request.headers["content-type"]), let text = String(utf8: self.request.body) {
                writer.string(text)
            } else {
                isBase64 = true
                writer.string(Base64.encode(self.request.body))
            }
        }
        writer.key("isBase64Encoded")
        writer.bool(isBase64)
    }

    private static func isText(_ contentType: String?) -> Bool {
        let type = contentType?.prefix { $0 != ";" && $0 != " " }.lowercased() ?? ""
        return type.hasPrefix("text/")
            || ["application/json", "application/xml", "application/javascript"].contains(type)
    }

    /// `12/Mar/2020:19:03:58 +0000`
    static func logDate(_ time: Timestamp) -> String {
        let parts = time.httpDate.split(separator: " ")
        return "\(parts[1])/\(parts[2])/\(parts[3]):\(parts[4]) +0000"
    }
}
