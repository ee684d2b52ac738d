import ApusBase
import ApusService
import ApusTestSupport
import ApusWire
import Testing

/// botocore's output suites: what a client must understand as a given result, we must write for that result.
@Suite(.enabled(if: SuiteFolder.path != nil, "botocore-protocols is not there: set APUS_SUITES"))
struct OutputSuiteTests {
    @Test(arguments: ["json", "json_1_0", "json_1_0-query-compatible"])
    func `writes what a client of AWS JSON understands`(file: String) throws {
        for item in try SuiteFolder.cases("output/" + file) {
            self.check(item, .json11) { model, name, result in
                var writer = JSONShapeWriter()
                model.write(result, as: name, to: &writer)
                return try Self.differencesOfJSON(writer.bytes, item, model)
            }
        }
    }

    @Test func `writes what a client of Query understands`() throws {
        for item in try SuiteFolder.cases("output/query") {
            self.check(item, .query) { model, name, result in
                let wrapper = item.given["output"]?["resultWrapper"]?.stringValue ?? item.operation + "Result"
                var xml = XMLWriter()
                xml.begin(wrapper)
                var writer = XMLShapeWriter(xml)
                model.write(result, as: name, to: &writer)
                xml = writer.finish()
                xml.end()
                let ours = XMLTree(xml.bytes)
                if item.response.body.isEmpty { return ours.children.isEmpty ? [] : ["\(ours)"] }
                let theirs = XMLTree(item.response.body)[wrapper]
                return ours.normalised == theirs?.normalised ? [] : ["written as \(ours)"]
            }
        }
    }

    @Test func `writes what a client of REST-JSON understands`() throws {
        for item in try SuiteFolder.cases("output/rest-json") {
            self.check(item, .restJSON) { model, name, result in
                var writer = RESTShapeWriter(status: Self.status(item))
                model.write(result, as: name, to: &writer)
                return try Self.differences(writer.finish(), item, model)
            }
        }
    }

    @Test func `writes what a client of REST-XML understands`() throws {
        for item in try SuiteFolder.cases("output/rest-xml") {
            self.check(item, .restXML) { model, name, result in
                var writer = RESTShapeWriter(
                    status: Self.status(item), xmlRoot: model.root(name, item.given["output"]), namespace: nil)
                model.write(result, as: name, to: &writer)
                return try Self.differences(writer.finish(), item, model)
            }
        }
    }

    /// Clients and we write floats, and maps of known length, in more than one way: the bytes are compared by what they
    /// are read as. That their bytes are read as the result says the reader, of which this test makes use, is right.
    @Test(arguments: SuiteFolder.cborFiles)
    func `writes what a client of RPC-v2-CBOR understands`(file: String) throws {
        for item in try SuiteFolder.cases("output/" + file) {
            self.check(item, .cbor) { model, name, result in
                var writer = CBORShapeWriter()
                model.write(result, as: name, to: &writer)
                var ours = CBORShapeReader(writer.bytes)
                var theirs = CBORShapeReader(item.response.body)
                let expected = result.normalised
                let written = try model.read(name, from: &ours).normalised
                let read = try model.read(name, from: &theirs).normalised
                return (written == expected ? [] : ["written as \(written.text)"])
                    + (read == expected ? [] : ["read as \(read.text)"])
            }
        }
    }

    private static func status(_ item: SuiteCase) -> Int {
        Int(item.given["http"]?["responseCode"]?.int64Value ?? 200)
    }

    /// Errors are in `ErrorSuiteTests`.
    private func check(
        _ item: SuiteCase, _ wire: WireProtocol, _ differences: (DynamicModel, String, JSONValue) throws -> [String]
    ) {
        guard item.content["error"] == nil else { return }
        SuiteFolder.attempt(item) {
            let result = item.content["result"] ?? .object(JSONObject())
            return try differences(DynamicModel(item.shapes, wire), item.output, result)
        }
    }

    private static func differences(
        _ response: HTTPResponse, _ item: SuiteCase, _ model: DynamicModel
    ) throws -> [String] {
        var findings: [String] = []
        if response.status != item.response.status { findings.append("status \(response.status)") }
        let expected = item.response.headers.fields
        let isEmpty = item.response.body.isEmpty
        for header in expected where header.name != "content-length" && (header.name != "content-type" || !isEmpty) {
            if response.headers[header.name] != header.value { findings.append("header \(header.name)") }
        }
        switch response.headers["content-type"] {
        case "application/json": return findings + (try Self.differencesOfJSON(response.body, item, model))
        case "application/xml":
            let ours = XMLTree(response.body)
            if isEmpty { return findings + (ours.children.isEmpty ? [] : ["written as \(ours)"]) }
            return findings
                + (ours.normalised == XMLTree(item.response.body).normalised ? [] : ["written as \(ours)"])
        default: return findings + (response.body == item.response.body ? [] : ["another body"])
        }
    }

    /// What clients must pass over, since the model lacks it, no server writes: that is left out of what they are given.
    private static func differencesOfJSON(
        _ bytes: [UInt8], _ item: SuiteCase, _ model: DynamicModel
    ) throws -> [String] {
        let body = item.response.body
        let theirs = model.known(try JSONValue(parsing: body.isEmpty ? Array("{}".utf8) : body), of: item.output)
        let ours = try JSONValue(parsing: bytes)
        return ours.normalised == theirs.normalised ? [] : ["written as \(ours.text)"]
    }
}
