internal import ApusBase
package import ApusService
package import ApusWire

/// What a client of a function URL gets for what the function returned.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
package enum FunctionURLResponse {
    /// The answer; nil for a return value that says `statusCode` and is not a response.
    package static func infer(_ payload: [UInt8]) -> HTTPResponse? {
        guard let value = try? JSONValue(parsing: payload) else { return nil }
        guard let status = value["statusCode"] else {
            return HTTPResponse(status: 200, headers: HTTPFields(["content-type": "application/json"]), body: payload)
        }
        guard let status = self.status(status), let headers = self.headers(value), let body = self.body(value) else {
            return nil
        }
        return HTTPResponse(status: status, headers: headers, body: body)
    }

    /// `{"Message": …}` with that status, as Lambda itself answers.
    package static func refusal(_ status: Int, _ message: String) -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("Message")
        writer.string(message)
        writer.endObject()
        return HTTPResponse(
            status: status, headers: HTTPFields(["content-type": "application/json"]), body: writer.bytes)
    }

    /// The same for what was streamed into a URL that does not stream: collected, it means what it would have meant.
    package static func infer(_ outcome: InvocationOutcome) -> HTTPResponse? {
        guard let type = outcome.contentType else { return self.infer(outcome.payload) }
        guard type == StreamedPrelude.contentType else {
            return HTTPResponse(status: 200, headers: HTTPFields(["content-type": type]), body: outcome.payload)
        }
        var prelude = StreamedPrelude()
        guard let rest = prelude.take(outcome.payload), var response = self.streamed(prelude.json) else { return nil }
        response.body = rest
        return response
    }

    /// The beginning of an answer that a function streams, by the prelude that it has sent; nil where that is malformed.
    package static func streamed(_ prelude: [UInt8]) -> HTTPResponse? {
        guard let value = try? JSONValue(parsing: prelude), value.objectValue != nil,
            let status = value["statusCode"].map({ self.status($0) }) ?? 200,
            var headers = self.headers(value)
        else { return nil }
        if value["headers"]?["content-type"] == nil, value["headers"]?["Content-Type"] == nil {
            headers.replace("content-type", "application/octet-stream")
        }
        return HTTPResponse(status: status, headers: headers, body: [])
    }

    private static func status(_ value: JSONValue) -> Int? {
        let number = value.int64Value ?? value.stringValue.flatMap { Int64($0) }
        guard let number, (100...599).contains(number) else { return nil }
        return Int(number)
    }

    /// The front door's own to say.
    private static let dropped: Set<String> = [
        "connection", "content-length", "keep-alive", "transfer-encoding", "upgrade",
    ]

    private static func headers(_ value: JSONValue) -> HTTPFields? {
        var fields = HTTPFields()
        if let given = value["headers"], !given.isNull {
            guard let object = given.objectValue else { return nil }
            for member in object.members {
                let name = member.name.lowercased()
                guard let text = self.text(member.value), self.isHeader(name, text) else { return nil }
                if !self.dropped.contains(name) { fields.add(name, text) }
            }
        }
        if fields["content-type"] == nil { fields.add("content-type", "application/json") }
        if let given = value["cookies"], !given.isNull {
            guard let cookies = given.arrayValue else { return nil }
            for cookie in cookies {
                guard let text = cookie.stringValue, self.isHeader("set-cookie", text) else { return nil }
                fields.add("set-cookie", text)
            }
        }
        return fields
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .bool, .number: value.text
        case .null, .array, .object: nil
        }
    }

    /// Whether it can travel as a header and nothing else with it.
    private static func isHeader(_ name: String, _ value: String) -> Bool {
        let isToken = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "!#$%&'*+-.^_`|~".utf8.contains($0)
        }
        return isToken && !name.isEmpty && value.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
    }

    private static func body(_ value: JSONValue) -> [UInt8]? {
        guard let body = value["body"], !body.isNull else { return [] }
        guard let text = body.stringValue else { return nil }
        if value["isBase64Encoded"]?.boolValue == true { return Base64.decode(text) }
        return Array(text.utf8)
    }
}
