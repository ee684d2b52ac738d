import ApusBase
import ApusService
import ApusWire
import Testing

/// The errors of botocore's output suites: code, message and members must arrive at a client as the case says.
@Suite(.enabled(if: SuiteFolder.path != nil, "botocore-protocols is not there: set APUS_SUITES"))
struct ErrorSuiteTests {
    private func model(_ item: SuiteCase) -> ServiceModel {
        ServiceModel(
            name: "Suite", signingName: "suite", apiVersion: "", protocols: [.json10],
            errors: ErrorDialect(
                namespace: "aws.protocoltests", isQueryCompatible: item.metadata["awsQueryCompatible"] != nil),
            validation: ValidationPolicy(), operations: [])
    }

    /// The error that a service would make; nil for a case of a success. In `errorCode` is what Query calls it.
    private func error(_ item: SuiteCase) -> APIError? {
        guard let code = item.content["errorCode"]?.stringValue, let members = item.content["error"]?.objectValue else {
            return nil
        }
        let shape = item.given["errors"]?[0]?["shape"]?.stringValue ?? code
        let isCompatible = item.metadata["awsQueryCompatible"] != nil
        let key = members.members.first { $0.name.lowercased() == "message" }?.name
        let traits = item.shapes[shape]?["members"]
        let fields = members.members.filter { $0.name != key }.map { member in
            let isHeader = traits?[member.name]?["location"]?.stringValue == "header"
            let header = isHeader ? traits?[member.name]?["locationName"]?.stringValue?.lowercased() : nil
            return APIError.Field(
                traits?[member.name]?["locationName"]?.stringValue ?? member.name, member.value, header: header)
        }
        return APIError(
            isCompatible ? shape : code, queryCode: isCompatible && code != shape ? code : nil,
            status: item.response.status, messageKey: key, message: key.flatMap { members[$0]?.stringValue } ?? "",
            fields: fields)
    }

    private func errors(_ file: String) throws -> [(item: SuiteCase, error: APIError)] {
        try SuiteFolder.cases("output/" + file).compactMap { item in self.error(item).map { (item, $0) } }
    }

    @Test(arguments: ["json", "json_1_0", "json_1_0-query-compatible"])
    func `a client of AWS JSON finds code and members`(file: String) throws {
        for (item, error) in try self.errors(file) {
            let response = self.model(item).render(error, as: .json10, requestID: "r")
            #expect(response.status == item.response.status, "\(item)")
            self.checkQueryError(response, item)
            let body = try JSONValue(parsing: response.body)
            #expect(body["__type"]?.stringValue == "aws.protocoltests#\(error.code)", "\(item)")
            for member in item.content["error"]?.objectValue?.members ?? [] where member.value.stringValue != nil {
                #expect(body[member.name] == member.value, "\(item)")
            }
        }
    }

    @Test func `a client of REST-JSON finds code and members`() throws {
        for (item, error) in try self.errors("rest-json") {
            let response = self.model(item).render(error, as: .restJSON, requestID: "r")
            #expect(response.headers["x-amzn-errortype"] == error.code, "\(item)")
            let body = try JSONValue(parsing: response.body)
            for field in error.fields {
                if let header = field.header {
                    #expect(response.headers[header] == field.value.stringValue, "\(item)")
                } else {
                    #expect(body[field.name] == field.value, "\(item)")
                }
            }
        }
    }

    @Test func `a client of Query finds code and members`() throws {
        for (item, error) in try self.errors("query") {
            let ours = XMLTree(self.model(item).render(error, as: .query, requestID: "foo-id").body).normalised
            #expect(ours == XMLTree(item.response.body).normalised, "\(item)")
        }
    }

    /// What the case has beside the error's members, of the message or of settings, a client passes over.
    @Test func `a client of REST-XML finds code and members`() throws {
        for (item, error) in try self.errors("rest-xml") {
            let response = self.model(item).render(error, as: .restXML, requestID: "foo-id")
            #expect(response.status == item.response.status, "\(item)")
            let ours = XMLTree(response.body).normalised
            let theirs = XMLTree(item.response.body).normalised
            #expect(ours.name == theirs.name && ours["RequestId"] == theirs["RequestId"], "\(item)")
            let elements = ours["Error"]?.children ?? []
            #expect(elements.contains { $0.name == "Code" && $0.text == error.code }, "\(item)")
            for element in elements { #expect(theirs["Error"]?[element.name] == element, "\(item)") }
            for field in error.fields {
                guard let header = field.header else {
                    #expect(elements.contains { $0.name == field.name }, "\(item)")
                    continue
                }
                #expect(response.headers[header] == field.value.stringValue, "\(item)")
            }
        }
    }

    @Test(arguments: SuiteFolder.cborFiles)
    func `a client of RPC-v2-CBOR finds code and members`(file: String) throws {
        for (item, error) in try self.errors(file) {
            let response = self.model(item).render(error, as: .cbor, requestID: "r")
            #expect(response.status == item.response.status, "\(item)")
            #expect(response.headers["content-type"] == "application/cbor", "\(item)")
            #expect(response.headers["smithy-protocol"] == "rpc-v2-cbor", "\(item)")
            self.checkQueryError(response, item)
            let (ours, theirs) = (try CBORTree.read(response.body), try CBORTree.read(item.response.body))
            let name = theirs["__type"]?.stringValue?.split(separator: "#").last
            #expect(ours["__type"]?.stringValue?.split(separator: "#").last == name, "\(item)")
            let members = (theirs.objectValue?.members ?? []).filter { $0.name != "__type" }
            #expect(ours.objectValue?.count == members.count + 1, "\(item)")
            for member in members { #expect(ours[member.name] == member.value, "\(item)") }
        }
    }

    /// The header says what the body would say, where the case has none.
    private func checkQueryError(_ response: HTTPResponse, _ item: SuiteCase) {
        guard item.metadata["awsQueryCompatible"] != nil else {
            #expect(response.headers["x-amzn-query-error"] == nil, "\(item)")
            return
        }
        let code = item.content["errorCode"]?.stringValue ?? ""
        #expect(response.headers["x-amzn-query-error"] == "\(code);Sender", "\(item)")
        if let given = item.response.headers["x-amzn-query-error"] {
            #expect(response.headers["x-amzn-query-error"] == given, "\(item)")
        }
    }
}

/// Any CBOR of texts and maps as a tree.
enum CBORTree {
    static func read(_ bytes: [UInt8]) throws(CBORError) -> JSONValue {
        var reader = CBORReader(bytes)
        let value = try Self.value(&reader)
        try reader.finish()
        return value
    }

    private static func value(_ reader: inout CBORReader) throws(CBORError) -> JSONValue {
        guard try reader.peek() == .map else { return .string(try reader.readString()) }
        var object = JSONObject()
        try reader.beginMap()
        while let key = try reader.nextKey() { object[key] = try Self.value(&reader) }
        return .object(object)
    }
}
