import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import ApusWire
import Synchronization
import Testing

/// Asks the endpoint as the front door does.
final class URLExchange: Exchange {
    private let answer = Mutex<CheckedContinuation<HTTPResponse, Never>?>(nil)
    private let given = Mutex<HTTPResponse?>(nil)
    let executor: any TaskExecutor = globalConcurrentExecutor

    func reply(_ response: HTTPResponse) {
        let waiting = self.answer.withLock { waiting in
            self.given.withLock { $0 = response }
            return waiting.take()
        }
        waiting?.resume(returning: response)
    }

    func onDisconnect(_ action: @escaping @Sendable () -> Void) {}

    var response: HTTPResponse {
        get async {
            await withCheckedContinuation { continuation in
                let given = self.answer.withLock { waiting in
                    let given = self.given.withLock { $0 }
                    if given == nil { waiting = continuation }
                    return given
                }
                if let given { continuation.resume(returning: given) }
            }
        }
    }
}

@Suite struct FunctionURLTests {
    private func create(
        _ bench: TestBench, authType: String = "NONE", cors: Cors? = nil
    ) throws(ServiceError) -> CreateFunctionUrlConfigOutput {
        try bench.run(
            CreateFunctionUrlConfig.self,
            CreateFunctionUrlConfigInput(functionName: "f", authType: authType, cors: cors))
    }

    private func id(_ url: String) -> String { String(url.dropFirst("http://".count).prefix(32)) }

    private func ask(
        _ bench: TestBench, _ invoker: ScriptedInvoker, _ request: HTTPRequest,
        signer: Result<Principal, ServiceError> = .success(.anonymous)
    ) async -> HTTPResponse {
        let exchange = URLExchange()
        let context = bench.context()
        FunctionURLEndpoint(invoker: invoker).handle(
            request, requestID: "req-1", host: bench.host,
            authenticate: { () throws(ServiceError) in
                var context = context
                context.principal = try signer.get()
                return context
            }, exchange: exchange)
        return await exchange.response
    }

    private func text(_ response: HTTPResponse) -> String { String(decoding: response.body, as: UTF8.self) }

    // MARK: Operations

    @Test func `a URL has the endpoint's port and the region`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let made = try self.create(bench)
        let suffix = ".lambda-url.eu-west-1.localhost:4566/"
        #expect(made.functionUrl.hasPrefix("http://") && made.functionUrl.hasSuffix(suffix))
        #expect(made.functionUrl.utf8.count == 7 + 32 + suffix.utf8.count)
        #expect(made.invokeMode == "BUFFERED")
        let got = try bench.run(GetFunctionUrlConfig.self, GetFunctionUrlConfigInput(functionName: "f"))
        #expect(got.functionUrl == made.functionUrl)
        let list = try bench.run(ListFunctionUrlConfigs.self, ListFunctionUrlConfigsInput(functionName: "f"))
        #expect(list.functionUrlConfigs.map(\.functionUrl) == [made.functionUrl])
    }

    @Test func `a function has one URL, and none once it is deleted`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        _ = try self.create(bench)
        let twice = #expect(throws: ServiceError.self) { try self.create(bench) }
        #expect(code(twice) == "ResourceConflictException")
        _ = try bench.run(DeleteFunctionUrlConfig.self, DeleteFunctionUrlConfigInput(functionName: "f"))
        let gone = #expect(throws: ServiceError.self) {
            try bench.run(GetFunctionUrlConfig.self, GetFunctionUrlConfigInput(functionName: "f"))
        }
        #expect(code(gone) == "ResourceNotFoundException")
    }

    @Test func `an update keeps the URL and what is not given`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let made = try self.create(bench, cors: Cors(allowOrigins: ["*"]))
        let update = UpdateFunctionUrlConfigInput(functionName: "f", authType: "AWS_IAM")
        let updated = try bench.run(UpdateFunctionUrlConfig.self, update)
        #expect(updated.functionUrl == made.functionUrl)
        #expect(updated.authType == "AWS_IAM")
        #expect(updated.cors?.allowOrigins == ["*"])
    }

    @Test func `streaming is refused by name`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let error = #expect(throws: ServiceError.self) {
            try bench.run(
                CreateFunctionUrlConfig.self,
                CreateFunctionUrlConfigInput(functionName: "f", authType: "NONE", invokeMode: "RESPONSE_STREAM"))
        }
        #expect(code(error) == "NotImplemented")
    }

    // MARK: Requests

    @Test func `a request by host reaches the function, and its value the client`() async throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let id = self.id(try self.create(bench).functionUrl)
        let invoker = ScriptedInvoker { _, _ in .success(#"{"hello":1}"#) }
        let host = "\(id).lambda-url.eu-west-1.localhost:4566"
        let response = await self.ask(
            bench, invoker,
            HTTPRequest(method: "GET", path: "/a%20b", query: "x=1&x=2&y=", headers: HTTPFields(["host": host])))
        #expect(response.status == 200)
        #expect(response.headers["content-type"] == "application/json")
        #expect(self.text(response) == #"{"hello":1}"#)
        let event = try JSONValue(parsing: try #require(invoker.invocations.first).payload)
        #expect(event["version"] == "2.0")
        #expect(event["rawPath"] == "/a%20b")
        #expect(event["rawQueryString"] == "x=1&x=2&y=")
        #expect(event["queryStringParameters"] == ["x": "1,2", "y": ""])
        #expect(event["requestContext"]?["domainName"]?.stringValue == "\(id).lambda-url.eu-west-1.localhost")
        #expect(event["requestContext"]?["accountId"] == "anonymous")
        #expect(event["requestContext"]?["requestId"] == "req-1")
        #expect(event["isBase64Encoded"] == false)
        #expect(event["body"] == nil)
    }

    @Test func `the path form hides its prefix`() async throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let id = self.id(try self.create(bench).functionUrl)
        let invoker = ScriptedInvoker()
        _ = await self.ask(bench, invoker, HTTPRequest(method: "GET", path: "/_apus/function-url/\(id)/deep/path"))
        _ = await self.ask(bench, invoker, HTTPRequest(method: "GET", path: "/_apus/function-url/\(id)"))
        let paths = try invoker.invocations.map { try JSONValue(parsing: $0.payload)["rawPath"]?.stringValue }
        #expect(paths == ["/deep/path", "/"])
    }

    @Test func `an unknown URL is forbidden`() async throws {
        let path = "/_apus/function-url/\(String(repeating: "a", count: 32))/"
        let response = await self.ask(TestBench.lambda(), ScriptedInvoker(), HTTPRequest(method: "GET", path: path))
        #expect(response.status == 403)
        #expect(self.text(response) == #"{"Message":"Forbidden"}"#)
    }

    @Test func `without the resource policy's leave nobody gets in`() async throws {
        let authorizer = RecordingAuthorizer(refusing: ["lambda:InvokeFunctionUrl"])
        let bench = TestBench.lambda(authorizer: authorizer)
        try bench.makeFunction()
        let id = self.id(try self.create(bench).functionUrl)
        let response = await self.ask(
            bench, ScriptedInvoker(), HTTPRequest(method: "GET", path: "/_apus/function-url/\(id)/"))
        #expect(response.status == 403)
        let demand = try #require(authorizer.demands.last)
        #expect(demand.action == "lambda:InvokeFunctionUrl")
        #expect(demand.conditions.map(\.key) == ["lambda:FunctionUrlAuthType"])
        #expect(demand.conditions.first?.values == ["NONE"])
    }

    @Test func `a URL with AWS_IAM wants a signature for Lambda`() async throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let id = self.id(try self.create(bench, authType: "AWS_IAM").functionUrl)
        let invoker = ScriptedInvoker()
        func ask(_ service: String?, _ signer: Result<Principal, ServiceError>) async -> HTTPResponse {
            var request = HTTPRequest(method: "GET", path: "/_apus/function-url/\(id)/")
            if let service {
                let credential = "Credential=AKIDEXAMPLE/20260101/eu-west-1/\(service)/aws4_request"
                request.headers.add("authorization", "AWS4-HMAC-SHA256 \(credential), SignedHeaders=host, Signature=0")
            }
            return await self.ask(bench, invoker, request, signer: signer)
        }
        let root = Principal.root(account: TestBench.account)
        #expect(await ask(nil, .success(.anonymous)).status == 403)
        #expect(await ask("lambda", .failure(CommonError.accessDenied("no"))).status == 403)
        #expect(await ask("sqs", .success(root)).status == 403)
        #expect(await ask("lambda", .success(root)).status == 200)
        let event = try JSONValue(parsing: try #require(invoker.invocations.first).payload)
        let iam = event["requestContext"]?["authorizer"]?["iam"]
        #expect(iam?["accessKey"] == "AKIDEXAMPLE")
        #expect(iam?["userArn"] == "arn:aws:iam::123456789012:root")
        #expect(event["requestContext"]?["accountId"] == "123456789012")
    }

    @Test func `function errors and bad answers are 502, throttling is 429`() async throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let id = self.id(try self.create(bench).functionUrl)
        func status(_ answer: ScriptedInvoker.Answer) async -> Int {
            let request = HTTPRequest(method: "GET", path: "/_apus/function-url/\(id)/")
            return await self.ask(bench, ScriptedInvoker { _, _ in answer }, request).status
        }
        #expect(await status(.functionError("{}")) == 502)
        #expect(await status(.success(#"{"statusCode":"abc"}"#)) == 502)
        #expect(await status(.failure(LambdaError.tooManyRequests("Rate Exceeded."))) == 429)
        #expect(await status(.failure(LambdaError.service("no"))) == 502)
    }

    @Test func `a request that makes too large an event is 413`() async throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let id = self.id(try self.create(bench).functionUrl)
        let body = Array(repeating: UInt8(0), count: 5 << 20)
        let request = HTTPRequest(method: "POST", path: "/_apus/function-url/\(id)/", body: body)
        #expect(await self.ask(bench, ScriptedInvoker(), request).status == 413)
    }

    @Test func `a preflight is answered without the function`() async throws {
        let bench = TestBench.lambda(authorizer: RecordingAuthorizer(refusing: ["lambda:InvokeFunctionUrl"]))
        try bench.makeFunction()
        let cors = Cors(
            allowCredentials: true, allowHeaders: ["x-one", "x-two"], allowMethods: ["GET", "POST"],
            allowOrigins: ["https://a.example"], maxAge: 60)
        let id = self.id(try self.create(bench, cors: cors).functionUrl)
        let request = HTTPRequest(
            method: "OPTIONS", path: "/_apus/function-url/\(id)/",
            headers: HTTPFields(["origin": "https://a.example", "access-control-request-method": "POST"]))
        let response = await self.ask(bench, ScriptedInvoker(), request)
        #expect(response.status == 200)
        #expect(response.headers["access-control-allow-origin"] == "https://a.example")
        #expect(response.headers["access-control-allow-methods"] == "GET,POST")
        #expect(response.headers["access-control-allow-headers"] == "x-one,x-two")
        #expect(response.headers["access-control-allow-credentials"] == "true")
        #expect(response.headers["access-control-max-age"] == "60")
    }

    @Test func `a URL of a deleted function leads nowhere, also where another has its name`() async throws {
        let bench = TestBench.lambda()
        try bench.makeFunction(id: 7)
        let id = self.id(try self.create(bench).functionUrl)
        try bench.makeFunction(id: 8)
        let request = HTTPRequest(method: "GET", path: "/_apus/function-url/\(id)/")
        #expect(await self.ask(bench, ScriptedInvoker(), request).status == 403)
    }
}
