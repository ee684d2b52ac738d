import ApusBase
import ApusWire
import Testing

@testable import ApusServer

@Suite struct AdminResponderTests {
    @Test(arguments: ["/_apus/health", "/_localstack/health"])
    func `health names the services that run, in the form that tools wait for`(_ path: String) throws {
        let response = try #require(self.response(HTTPRequest(method: "GET", path: path)))
        #expect(response.status == 200)
        #expect(response.headers["content-type"] == "application/json")
        let health = try JSONValue(parsing: response.body)
        #expect(health["services"]?["sqs"]?.stringValue == "running")
        #expect(health["services"]?["lambda"]?.stringValue == "running")
        #expect(health["version"]?.stringValue == ApusVersion.current)
        #expect(health["edition"]?.stringValue != nil)
    }

    @Test func `metrics are a page in Prometheus's form`() throws {
        let response = try #require(self.response(HTTPRequest(method: "GET", path: "/_apus/metrics")))
        #expect(response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        _ = try PrometheusParser(String(decoding: response.body, as: UTF8.self))
    }

    @Test func `metrics are for this machine unless the settings open them`() {
        let request = HTTPRequest(method: "GET", path: "/_apus/metrics", remoteAddress: "192.0.2.1")
        #expect(self.response(request)?.status == 403)
        var configuration = Configuration()
        configuration.metricsAccess = .everyone
        #expect(self.response(request, configuration)?.status == 200)
    }

    @Test(arguments: ["/", "/queue", "/apus/health", "/2015-03-31/functions", "/_bucket"])
    func `other paths belong to the services`(_ path: String) {
        #expect(self.answer(HTTPRequest(method: "GET", path: path)) == nil)
    }

    @Test func `under a function's host name every path is the function's`() {
        let headers = HTTPFields(["host": "abc.lambda-url.us-east-1.localhost:4566"])
        #expect(self.answer(HTTPRequest(method: "GET", path: "/_apus/health", headers: headers)) == nil)
    }

    @Test(arguments: ["/_apus/", "/_apus", "/_apus/nothing", "/_localstack/init/now", "/_apus/health/"])
    func `unknown admin paths are not found`(_ path: String) {
        #expect(self.response(HTTPRequest(method: "GET", path: path))?.status == 404)
    }

    @Test func `the state of init scripts has the form that tools wait for`() throws {
        let all = try #require(self.response(HTTPRequest(method: "GET", path: "/_localstack/init")))
        let page = try JSONValue(parsing: all.body)
        #expect(page["completed"]?["READY"]?.boolValue == false && page["scripts"]?.arrayValue?.isEmpty == true)
        let ready = try #require(self.response(HTTPRequest(method: "GET", path: "/_localstack/init/ready")))
        #expect(try JSONValue(parsing: ready.body)["completed"]?.boolValue == false)
        let foreign = HTTPRequest(method: "GET", path: "/_localstack/init", remoteAddress: "192.0.2.1")
        guard case .response(let refusal) = self.answer(foreign, mode: .serve) else {
            Issue.record("no answer")
            return
        }
        #expect(refusal.status == 403)
    }

    @Test func `health and metrics are only read`() {
        #expect(self.response(HTTPRequest(method: "POST", path: "/_apus/health"))?.status == 405)
        #expect(self.response(HTTPRequest(method: "HEAD", path: "/_apus/health"))?.status == 200)
    }

    @Test func `no answer lets a page of another origin in`() throws {
        for path in ["/_apus/health", "/_apus/metrics", "/_apus/reset"] {
            for method in ["GET", "OPTIONS"] {
                let headers = HTTPFields(["origin": "http://example.com", "access-control-request-headers": "x-apus"])
                let response = try #require(self.response(HTTPRequest(method: method, path: path, headers: headers)))
                #expect(!response.headers.fields.contains { $0.name.hasPrefix("access-control-") })
            }
        }
    }

    @Test(arguments: ["localhost:4566", "127.0.0.1:4566", "[::1]:4566", "localhost", "x.localhost"])
    func `dev is reset by a request that carries the header`(_ host: String) {
        #expect(self.isReset(["host": host, "x-apus": "reset"]))
    }

    @Test(arguments: [
        ["host": "localhost:4566"], ["host": "localhost:4566", "x-apus": "yes"], ["x-apus": "reset"],
        ["host": "localhost:4566", "x-apus": "reset", "origin": "http://example.com"],
        ["host": "localhost:4566", "x-apus": "reset", "origin": "null"],
        ["host": "rebound.example.com:4566", "x-apus": "reset"], ["host": "", "x-apus": "reset"],
        ["host": "127.0.0.1.example.com", "x-apus": "reset"],
    ])
    func `dev is not reset by what a web page could send`(_ pairs: [String: String]) {
        #expect(!self.isReset(pairs))
    }

    @Test func `serve is never reset`() {
        #expect(!self.isReset(["host": "localhost", "x-apus": "reset"], .serve))
    }

    @Test func `a reset is a POST`() {
        let headers = HTTPFields(["host": "localhost", "x-apus": "reset"])
        #expect(self.response(HTTPRequest(method: "GET", path: "/_apus/reset", headers: headers))?.status == 405)
    }

    private func isReset(_ pairs: [String: String], _ mode: ServerMode = .dev) -> Bool {
        var headers = HTTPFields()
        for (name, value) in pairs { headers.add(name, value) }
        let request = HTTPRequest(method: "POST", path: "/_apus/reset", headers: headers)
        switch self.answer(request, mode: mode) {
        case .reset: return true
        case .response(let response):
            #expect(response.status == 403)
            return false
        case nil: return false
        }
    }

    private func response(_ request: HTTPRequest, _ configuration: Configuration = Configuration()) -> HTTPResponse? {
        guard case .response(let response) = self.answer(request, configuration) else { return nil }
        return response
    }

    private func answer(
        _ request: HTTPRequest, _ configuration: Configuration = Configuration(), mode: ServerMode = .dev
    ) -> AdminResponder.Answer? {
        AdminResponder(configuration: configuration, mode: mode, services: ["sqs", "lambda"], metrics: Metrics())
            .answer(request)
    }
}
