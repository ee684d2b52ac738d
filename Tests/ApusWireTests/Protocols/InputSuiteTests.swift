import ApusBase
import ApusWire
import Testing

/// botocore's input suites: what a client sends for given parameters, we must read as those parameters.
@Suite(.enabled(if: SuiteFolder.path != nil, "botocore-protocols is not there: set APUS_SUITES"))
struct InputSuiteTests {
    /// Cases in which what was sent is not what was given, each with the reason.
    private static let different: [String: String] = [
        "SDKAppliedContentEncoding_awsJson1_0": "no body in the case",
        "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0": "no body in the case",
        "SDKAppliedContentEncoding_awsJson1_1": "no body in the case",
        "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1": "no body in the case",
        "SDKAppliedContentEncoding_awsQuery": "no body in the case",
        "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery": "no body in the case",
        "SDKAppliedContentEncoding_restJson1": "no body in the case",
        "SDKAppendedGzipAfterProvidedEncoding_restJson1": "no body in the case",
        "QueryProtocolIdempotencyTokenAutoFill": "the client makes the token",
        "RestJsonQueryIdempotencyTokenAutoFill": "the client makes the token",
        "RestJsonHostWithPath": "the path has a part of the endpoint",
        "RestJsonHttpPrefixHeadersAreNotPresent": "an empty map is not sent",
        "RestJsonOmitsEmptyListQueryValues": "empty lists are not sent",
        "QueryEmptyQueryMaps": "an empty map is not sent",
        "RestJsonQueryParamsStringListMap": "we put all parameters into the map, as Smithy tells servers to",
        "RestJsonQueryPrecedence": "the map given has a key that a member takes",
        "RestJsonHttpWithEmptyStructurePayload": "a payload that is absent is sent as {}",
        "RestJsonHttpWithHeadersButNoPayload": "a payload that is absent is sent as {}",
        "MediaTypeHeaderInputBase64": "jsonvalue headers are in Base64, which is left to whoever has such a member",
    ]

    @Test(arguments: ["json", "json_1_0", "json_1_0-query-compatible"])
    func `reads what a client of AWS JSON sends`(file: String) throws {
        for item in try SuiteFolder.cases("input/" + file) {
            let body = Array((item.content["serialized"]?["body"]?.stringValue ?? "").utf8)
            let model = DynamicModel(item.shapes, speaksQuery: false)
            var reader = JSONShapeReader(body)
            try self.check(item) { name in
                let value = try model.read(name, from: &reader)
                try reader.finish()
                return value
            }
        }
    }

    @Test func `reads what a client of Query sends`() throws {
        for item in try SuiteFolder.cases("input/query") {
            let body = Array((item.content["serialized"]?["body"]?.stringValue ?? "").utf8)
            let form = try QueryForm(body)
            #expect(body.isEmpty || form["Action"] == item.given["name"]?.stringValue)
            let model = DynamicModel(item.shapes, speaksQuery: true)
            var reader = QueryShapeReader(form)
            try self.check(item) { name in try model.read(name, from: &reader) }
        }
    }

    @Test func `reads what a client of REST-JSON sends`() throws {
        for item in try SuiteFolder.cases("input/rest-json") {
            if Self.different[item.id] != nil { continue }
            let request = Self.request(item)
            let http = item.given["http"]
            let table = RouteTable([
                OperationBinding(
                    item.given["name"]?.stringValue ?? "", method: http?["method"]?.stringValue ?? "",
                    uri: http?["requestUri"]?.stringValue ?? "")
            ])
            let match = table.match(method: request.method, path: request.path, query: request.query)
            guard case .operation(_, let labels) = match else {
                Issue.record("\(item.id): no route for \(request.path)")
                continue
            }
            let model = DynamicModel(item.shapes, speaksQuery: false)
            var reader = try RESTShapeReader(request, labels)
            try self.check(item) { name in
                let value = try model.read(name, from: &reader)
                try reader.finish()
                return value
            }
        }
    }

    private func check(_ item: SuiteCase, _ read: (String) throws -> JSONValue) throws {
        guard let name = item.input, Self.different[item.id] == nil else { return }
        do {
            let value = try read(name)
            let expected = item.content["params"] ?? .object(JSONObject())
            #expect(value.normalised == expected.normalised, "\(item.id)")
        } catch {
            Issue.record("\(item.id): \(error)")
        }
    }

    private static func request(_ item: SuiteCase) -> HTTPRequest {
        let sent = item.content["serialized"]
        var headers = HTTPFields()
        for header in sent?["headers"]?.objectValue?.members ?? [] {
            headers.add(header.name.lowercased(), header.value.stringValue ?? "")
        }
        let target = (sent?["uri"]?.stringValue ?? "/").split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return HTTPRequest(
            method: sent?["method"]?.stringValue ?? "", path: String(target[0]),
            query: target.count > 1 ? String(target[1]) : "", headers: headers,
            body: Array((sent?["body"]?.stringValue ?? "").utf8))
    }
}
