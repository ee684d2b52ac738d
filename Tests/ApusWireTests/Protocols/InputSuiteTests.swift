import ApusBase
import ApusService
import ApusTestSupport
import ApusWire
import Testing

/// botocore's input suites: what a client sends for given parameters, we must read as those parameters; and write again as
/// it was sent, where the protocol's requests and answers are alike.
@Suite(.enabled(if: SuiteFolder.path != nil, "botocore-protocols is not there: set APUS_SUITES"))
struct InputSuiteTests {
    @Test(arguments: ["json", "json_1_0", "json_1_0-query-compatible"])
    func `reads what a client of AWS JSON sends`(file: String) throws {
        for item in try SuiteFolder.cases("input/" + file) {
            if item.request.headers["x-amz-target"] != nil { self.checkRoute(item, file == "json" ? .json11 : .json10) }
            self.check(item, .json11) { model, name in
                let body = try Self.unpackedBody(item.request)
                var reader = JSONShapeReader(body)
                let value = try model.read(name, from: &reader)
                try reader.finish()
                if body.isEmpty { return (value, []) }
                var writer = JSONShapeWriter()
                model.write(value, as: name, to: &writer)
                return (value, try Self.differencesOfJSON(writer.bytes, body))
            }
        }
    }

    @Test func `reads what a client of Query sends`() throws {
        for item in try SuiteFolder.cases("input/query") {
            self.check(item, .query) { model, name in
                let form = try QueryForm(try Self.unpackedBody(item.request))
                let isCalledSo = item.request.body.isEmpty || form["Action"] == item.operation
                var reader = QueryShapeReader(form)
                return (try model.read(name, from: &reader), isCalledSo ? [] : ["another action"])
            }
        }
    }

    @Test func `reads what a client of REST-JSON sends`() throws {
        for item in try SuiteFolder.cases("input/rest-json") { self.checkREST(item, .restJSON, .json) }
    }

    @Test func `reads what a client of REST-XML sends`() throws {
        for item in try SuiteFolder.cases("input/rest-xml") { self.checkREST(item, .restXML, .xml) }
    }

    @Test(arguments: SuiteFolder.cborFiles)
    func `reads what a client of RPC-v2-CBOR sends`(file: String) throws {
        for item in try SuiteFolder.cases("input/" + file) {
            self.checkRoute(item, .cbor)
            self.check(item, .cbor) { model, name in
                var reader = CBORShapeReader(item.request.body)
                let value = try model.read(name, from: &reader)
                try reader.finish()
                var writer = CBORShapeWriter()
                model.write(value, as: name, to: &writer)
                var again = CBORShapeReader(writer.bytes)
                let second = try model.read(name, from: &again)
                return (value, second.normalised == value.normalised ? [] : ["written as \(second.text)"])
            }
        }
    }

    /// The service of the case has no code for its operations: whoever finds one says that it is not implemented.
    private func checkRoute(_ item: SuiteCase, _ wire: WireProtocol) {
        let model = ServiceModel(
            name: "Suite", signingName: "suite", apiVersion: "", protocols: [wire],
            targetPrefix: item.metadata["targetPrefix"]?.stringValue ?? "", errors: ErrorDialect(),
            validation: ValidationPolicy(), operations: [OperationBinding(item.operation)])
        let router = RequestRouter([ServiceDefinition(model: model, operations: [])])
        do throws(RequestRouter.Refusal) {
            _ = try router.route(item.request, scope: nil)
            Issue.record("\(item) is routed to nobody")
        } catch {
            #expect(error.wireProtocol == wire && error.error.answer.status == 501, "\(item)")
            let message = "Apus does not implement the operation \(item.operation) of Suite."
            #expect(error.error.answer.message == message, "\(item)")
        }
    }

    private func checkREST(_ item: SuiteCase, _ wire: WireProtocol, _ format: RESTFormat) {
        let http = item.given["http"]
        let table = RouteTable([
            OperationBinding(
                item.operation, method: http?["method"]?.stringValue ?? "",
                uri: http?["requestUri"]?.stringValue ?? "")
        ])
        var request = item.request
        let match = table.match(method: request.method, path: request.path, query: request.query)
        guard case .operation(_, let labels) = match else {
            return SuiteFolder.attempt(item) { ["no route for \(request.path)"] }
        }
        do { request.body = try Self.unpackedBody(request) } catch { Issue.record("\(item): \(error)") }
        let unpacked = request
        self.check(item, wire) { model, name in
            var reader = try RESTShapeReader(unpacked, labels, format)
            let value = try model.read(name, from: &reader)
            try reader.finish()
            return (value, try Self.rewritten(value, as: name, item, unpacked, model))
        }
    }

    /// How the answer with these members differs from the request, of which it is a mirror where nothing is in the path.
    private static func rewritten(
        _ value: JSONValue, as name: String, _ item: SuiteCase, _ request: HTTPRequest, _ model: DynamicModel
    ) throws -> [String] {
        let isMirrored = model.table(name).members.allSatisfy {
            switch $0.location {
            case .uri, .query, .queryMap: false
            default: true
            }
        }
        guard isMirrored, !request.body.isEmpty else { return [] }
        var writer =
            model.wire == .restXML
            ? RESTShapeWriter(status: 200, xmlRoot: model.root(name, item.given["input"]), namespace: nil)
            : RESTShapeWriter(status: 200)
        model.write(value, as: name, to: &writer)
        let response = writer.finish()
        var differences: [String] = []
        for header in response.headers.fields where header.name != "content-type" {
            if request.headers[header.name] != header.value {
                differences.append("\(header.name): \(header.value)")
            }
        }
        switch response.headers["content-type"] {
        case "application/json": return differences + (try Self.differencesOfJSON(response.body, request.body))
        case "application/xml": return differences + Self.differencesOfXML(response.body, request.body)
        default: return differences + (response.body == request.body ? [] : ["another body"])
        }
    }

    /// The body as it was before the client packed it.
    private static func unpackedBody(_ request: HTTPRequest) throws -> [UInt8] {
        guard case .json(let body) = try WireInput.json(request.body).unpacked(request.headers) else { return [] }
        return body
    }

    private static func differencesOfJSON(_ ours: [UInt8], _ theirs: [UInt8]) throws -> [String] {
        let written = try JSONValue(parsing: ours).normalised
        return written == (try JSONValue(parsing: theirs).normalised) ? [] : ["written as \(written.text)"]
    }

    private static func differencesOfXML(_ ours: [UInt8], _ theirs: [UInt8]) -> [String] {
        XMLTree(ours).normalised == XMLTree(theirs).normalised
            ? [] : ["written as \(String(decoding: ours, as: UTF8.self))"]
    }

    /// A map of the query's parameters has all of them when a server reads it, as Smithy says, but need not have those that
    /// other members are bound to when a client is given it.
    private static func withoutBoundParameters(_ value: JSONValue, _ name: String, _ model: DynamicModel) -> JSONValue {
        let members = model.table(name).members
        var object = value.objectValue ?? JSONObject()
        for (index, member) in members.enumerated() where member.location == .queryMap {
            let key = model.members(name)[index].name
            guard let map = object[key]?.objectValue else { continue }
            let rest = map.members.filter { entry in !members.contains { $0.location == .query(entry.name) } }
            object[key] = rest.isEmpty ? nil : .object(JSONObject(rest.map { ($0.name, $0.value) }))
        }
        return JSONValue.object(object).normalised
    }

    /// `read` answers the value and what else is wrong.
    private func check(
        _ item: SuiteCase, _ wire: WireProtocol, _ read: (DynamicModel, String) throws -> (JSONValue, [String])
    ) {
        SuiteFolder.attempt(item) {
            let (name, model) = (item.input, DynamicModel(item.shapes, wire))
            let (value, findings) = try read(model, name)
            let expected = item.reading
            let isSame =
                value.normalised == expected.normalised
                || Self.withoutBoundParameters(value, name, model) == Self.withoutBoundParameters(expected, name, model)
            return findings + (isSame ? [] : ["read as \(value.text)"])
        }
    }
}
