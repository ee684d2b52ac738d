import ApusBase
import ApusLambda
import ApusWire
import Testing

/// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
@Suite struct FunctionURLRuleTests {
    private let address = FunctionURLAddress(
        HTTPRequest(method: "GET", path: "/_apus/function-url/\(String(repeating: "a", count: 32))/"))

    private func event(_ headers: KeyValuePairs<String, String>, body: [UInt8] = []) throws -> JSONValue {
        let request = HTTPRequest(method: "POST", path: "/", headers: HTTPFields(headers), body: body)
        let event = FunctionURLEvent(
            request: request, address: try #require(self.address), region: "us-east-1", requestID: "r",
            now: Timestamp(milliseconds: 1_583_348_638_390))
        return try JSONValue(parsing: event.json)
    }

    private func infer(_ payload: String) -> HTTPResponse? { FunctionURLResponse.infer(Array(payload.utf8)) }

    @Test func `cookies have a member of their own and headers are joined`() throws {
        let event = try self.event(["cookie": "k=v; l=w", "header2": "value1", "header2": "value2"])
        #expect(event["cookies"] == ["k=v", "l=w"])
        #expect(event["headers"]?["header2"] == "value1,value2")
        #expect(event["headers"]?["cookie"] == nil)
    }

    @Test func `text is handed on as it is, the rest in Base64`() throws {
        let text = try self.event(["content-type": "text/plain; charset=utf-8"], body: Array("hello".utf8))
        #expect(text["body"] == "hello" && text["isBase64Encoded"] == false)
        let json = try self.event(["content-type": "application/json"], body: Array("{}".utf8))
        #expect(json["body"] == "{}")
        let binary = try self.event(["content-type": "application/octet-stream"], body: [0, 1, 2])
        #expect(binary["body"] == "AAEC" && binary["isBase64Encoded"] == true)
        let broken = try self.event(["content-type": "text/plain"], body: [0xFF])
        #expect(broken["isBase64Encoded"] == true)
    }

    @Test func `the time is the log's`() throws {
        let context = try self.event([:])["requestContext"]
        #expect(context?["time"] == "04/Mar/2020:19:03:58 +0000")
        #expect(context?["timeEpoch"] == 1_583_348_638_390)
        #expect(context?["routeKey"] == "$default")
        #expect(context?["stage"] == "$default")
    }

    @Test func `any value without a status code is the body as it is`() {
        for payload in [#""Hello, world!""#, #"{"message":"Hello"}"#, "null", "[1]"] {
            let response = self.infer(payload)
            #expect(response?.status == 200)
            #expect(response?.headers["content-type"] == "application/json")
            #expect(response.map { String(decoding: $0.body, as: UTF8.self) } == payload)
        }
    }

    @Test func `a response says status, headers, cookies and body`() {
        let response = self.infer(
            #"{"statusCode":201,"headers":{"Content-Type":"text/html","X-N":5},"cookies":["a=1","b=2"],"body":"AAEC","isBase64Encoded":true}"#
        )
        #expect(response?.status == 201)
        #expect(response?.headers["content-type"] == "text/html")
        #expect(response?.headers["x-n"] == "5")
        #expect(response?.headers.fields.filter { $0.name == "set-cookie" }.map(\.value) == ["a=1", "b=2"])
        #expect(response?.body == [0, 1, 2])
    }

    @Test(arguments: [
        "not json", #"{"statusCode":99}"#, #"{"statusCode":200,"body":{"a":1}}"#, #"{"statusCode":200,"headers":[]}"#,
        #"{"statusCode":200,"headers":{"x":"a\r\nb: c"}}"#, #"{"statusCode":200,"headers":{"a b":"c"}}"#,
        #"{"statusCode":200,"body":"!","isBase64Encoded":true}"#,
    ]) func `what is no response is none`(payload: String) {
        #expect(self.infer(payload) == nil)
    }

    @Test func `an origin that is not allowed gets no headers`() {
        let rules = CORSRules(CORSSettings(allowOrigins: ["https://a.example"]))
        var response = HTTPResponse(status: 200, headers: HTTPFields(["access-control-allow-origin": "*"]))
        rules.apply(
            to: &response,
            for: HTTPRequest(method: "GET", path: "/", headers: HTTPFields(["origin": "https://b.example"])))
        #expect(response.headers["access-control-allow-origin"] == nil)
    }

    @Test func `hosts of function URLs are told from others`() {
        func address(_ host: String) -> FunctionURLAddress? {
            FunctionURLAddress(HTTPRequest(method: "GET", path: "/x", headers: HTTPFields(["host": host])))
        }
        let id = String(repeating: "a", count: 32)
        #expect(address("\(id).lambda-url.us-east-1.localhost:4566")?.id == id)
        #expect(address("\(id).lambda-url.us-east-1.on.aws")?.path == "/x")
        #expect(address("localhost:4566") == nil)
        #expect(address("short.lambda-url.us-east-1.localhost") == nil)
        #expect(address("\(id).s3.us-east-1.localhost") == nil)
    }
}
