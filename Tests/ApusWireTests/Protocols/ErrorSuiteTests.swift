import ApusBase
import ApusService
import ApusWire
import Testing

/// The errors of botocore's output suites: code, message and members must arrive at a client as the case says.
@Suite(.enabled(if: SuiteFolder.path != nil, "botocore-protocols is not there: set APUS_SUITES"))
struct ErrorSuiteTests {
    private let model = ServiceModel(
        name: "Suite", signingName: "suite", apiVersion: "", protocols: [.json10],
        errors: ErrorDialect(namespace: "aws.protocoltests"), validation: ValidationPolicy(), operations: [])

    private func error(_ item: SuiteCase) -> APIError? {
        guard let code = item.content["errorCode"]?.stringValue, let members = item.content["error"]?.objectValue else {
            return nil
        }
        let key = members.members.first { $0.name.lowercased() == "message" }?.name
        let headers = item.shapes[code]?["members"]
        let fields = members.members.filter { $0.name != key }.map { member in
            let isHeader = headers?[member.name]?["location"]?.stringValue == "header"
            let header = isHeader ? headers?[member.name]?["locationName"]?.stringValue?.lowercased() : nil
            return APIError.Field(
                headers?[member.name]?["locationName"]?.stringValue ?? member.name, member.value, header: header)
        }
        return APIError(
            code, status: Int(item.content["response"]?["status_code"]?.int64Value ?? 400), messageKey: key,
            message: key.flatMap { members[$0]?.stringValue } ?? "", fields: fields)
    }

    @Test(arguments: ["json", "json_1_0", "json_1_0-query-compatible"])
    func `a client of AWS JSON finds code and members`(file: String) throws {
        for item in try SuiteFolder.cases("output/" + file) {
            guard let error = self.error(item) else { continue }
            let response = self.model.render(error, as: .json10, requestID: "r")
            #expect(Int64(response.status) == item.content["response"]?["status_code"]?.int64Value, "\(item.id)")
            let body = try JSONValue(parsing: response.body)
            #expect(body["__type"]?.stringValue == "aws.protocoltests#\(error.code)", "\(item.id)")
            for member in item.content["error"]?.objectValue?.members ?? [] where member.value.stringValue != nil {
                #expect(body[member.name] == member.value, "\(item.id)")
            }
        }
    }

    @Test func `a client of REST-JSON finds code and members`() throws {
        for item in try SuiteFolder.cases("output/rest-json") {
            guard let error = self.error(item) else { continue }
            let response = self.model.render(error, as: .restJSON, requestID: "r")
            #expect(response.headers["x-amzn-errortype"] == error.code, "\(item.id)")
            let body = try JSONValue(parsing: response.body)
            for field in error.fields {
                if let header = field.header {
                    #expect(response.headers[header] == field.value.stringValue, "\(item.id)")
                } else {
                    #expect(body[field.name] == field.value, "\(item.id)")
                }
            }
        }
    }

    @Test func `a client of Query finds code and members`() throws {
        for item in try SuiteFolder.cases("output/query") {
            guard let error = self.error(item) else { continue }
            let ours = XMLTree(self.model.render(error, as: .query, requestID: "foo-id").body).normalised
            let theirs = XMLTree(Array((item.content["response"]?["body"]?.stringValue ?? "").utf8)).normalised
            #expect(ours == theirs, "\(item.id)")
        }
    }
}
