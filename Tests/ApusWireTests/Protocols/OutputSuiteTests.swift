import ApusBase
import ApusService
import ApusWire
import Testing

/// botocore's output suites: what a client must understand as a given result, we must write for that result.
@Suite(.enabled(if: SuiteFolder.path != nil, "botocore-protocols is not there: set APUS_SUITES"))
struct OutputSuiteTests {
    /// Cases whose answer a client accepts but we write in another way, each with the reason.
    private static let different: [String: String] = [
        "RestJsonDateTimeWithNegativeOffset": "we write Z", "RestJsonDateTimeWithPositiveOffset": "we write Z",
        "AwsJson11DateTimeWithNegativeOffset": "we write Z", "AwsJson11DateTimeWithPositiveOffset": "we write Z",
        "AwsQueryDateTimeWithNegativeOffset": "we write Z", "AwsQueryDateTimeWithPositiveOffset": "we write Z",
        "RestJsonEmptyInputAndEmptyOutput": "no members, no body: the case after it",
        "RestJsonGreetingWithErrors": "no members in the body, no body",
        "RestJsonHttpResponseCode": "no members, no body: the case after it",
        "RestJsonIgnoreQueryParamsInResponse": "no members, no body: the case after it",
        "RestJsonNoInputAndOutputWithJson": "no members, no body: the case after it",
        "AwsJson10DeserializeIgnoreType": "unions have no __type",
        "AwsJson11DeserializeIgnoreType": "unions have no __type",
        "RestJsonDeserializeIgnoreType": "unions have no __type",
        "MediaTypeHeaderOutputBase64": "jsonvalue headers are in Base64, which is left to whoever has such a member",
    ]

    @Test(arguments: ["json", "json_1_0"])
    func `writes what a client of AWS JSON understands`(file: String) throws {
        for item in try SuiteFolder.cases("output/" + file) {
            guard let (name, result, expected) = Self.parts(item) else { continue }
            let model = DynamicModel(item.shapes, speaksQuery: false)
            var writer = JSONShapeWriter()
            model.write(result, as: name, to: &writer)
            try self.compareJSON(writer.bytes, expected, item)
        }
    }

    @Test func `writes what a client of Query understands`() throws {
        for item in try SuiteFolder.cases("output/query") {
            guard let (name, result, expected) = Self.parts(item) else { continue }
            let operation = item.given["name"]?.stringValue ?? ""
            let wrapper = item.given["output"]?["resultWrapper"]?.stringValue ?? operation + "Result"
            let model = DynamicModel(item.shapes, speaksQuery: true)
            var xml = XMLWriter()
            xml.begin(wrapper)
            var writer = QueryXMLShapeWriter(xml)
            model.write(result, as: name, to: &writer)
            xml = writer.finish()
            xml.end()
            let body = expected["body"]?.stringValue ?? ""
            if body.isEmpty {
                #expect(XMLTree(xml.bytes).children.isEmpty, "\(item.id)")
            } else {
                let theirs = XMLTree(Array(body.utf8))[wrapper]
                #expect(XMLTree(xml.bytes).normalised == theirs?.normalised, "\(item.id)")
            }
        }
    }

    @Test func `writes what a client of REST-JSON understands`() throws {
        for item in try SuiteFolder.cases("output/rest-json") {
            guard let (name, result, expected) = Self.parts(item) else { continue }
            let model = DynamicModel(item.shapes, speaksQuery: false)
            var writer = RESTShapeWriter(status: Int(item.given["http"]?["responseCode"]?.int64Value ?? 200))
            model.write(result, as: name, to: &writer)
            let response = writer.finish()
            #expect(Int64(response.status) == expected["status_code"]?.int64Value, "\(item.id)")
            for header in expected["headers"]?.objectValue?.members ?? [] where header.name != "Content-Length" {
                #expect(response.headers[header.name.lowercased()] == header.value.stringValue, "\(item.id)")
            }
            if response.headers["content-type"] == "application/json" {
                try self.compareJSON(response.body, expected, item)
            } else {
                #expect(
                    String(decoding: response.body, as: UTF8.self) == expected["body"]?.stringValue ?? "", "\(item.id)")
            }
        }
    }

    /// The output's shape, the result that a client sees, and the answer; nil for errors and for cases left out.
    private static func parts(_ item: SuiteCase) -> (name: String, result: JSONValue, response: JSONValue)? {
        guard let name = item.output, item.content["error"] == nil, Self.different[item.id] == nil else { return nil }
        return (name, item.content["result"] ?? .object(JSONObject()), item.content["response"] ?? .null)
    }

    private func compareJSON(_ bytes: [UInt8], _ expected: JSONValue, _ item: SuiteCase) throws {
        let body = expected["body"]?.stringValue ?? ""
        let theirs = body.isEmpty ? "{}" : body
        #expect(try JSONValue(parsing: bytes).normalised == JSONValue(parsing: theirs).normalised, "\(item.id)")
    }
}
