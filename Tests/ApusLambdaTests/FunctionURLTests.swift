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

    @Test func `the mode of invocation is kept, and BUFFERED without one`() throws {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        #expect(try self.create(bench).invokeMode == "BUFFERED")
        let update = UpdateFunctionUrlConfigInput(functionName: "f", invokeMode: "RESPONSE_STREAM")
        #expect(try bench.run(UpdateFunctionUrlConfig.self, update).invokeMode == "RESPONSE_STREAM")
        let get = GetFunctionUrlConfigInput(functionName: "f")
        #expect(try bench.run(GetFunctionUrlConfig.self, get).invokeMode == "RESPONSE_STREAM")
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

    // MARK: Streams

    private func streamed(
        _ answer: (contentType: String?, parts: [String], isWhole: Bool)?,
        _ outcome: ScriptedInvoker.Answer = .success("")
    ) async throws -> (response: HTTPResponse, body: String, isWhole: Bool) {
        let bench = TestBench.lambda()
        try bench.makeFunction()
        let id = self.id(try self.create(bench).functionUrl)
        _ = try bench.run(
            UpdateFunctionUrlConfig.self,
            UpdateFunctionUrlConfigInput(functionName: "f", invokeMode: "RESPONSE_STREAM"))
        let request = HTTPRequest(method: "GET", path: "/_apus/function-url/\(id)/")
        let response = await self.ask(bench, ScriptedInvoker(streamed: answer) { _, _ in outcome }, request)
        guard let source = response.source else { return (response, self.text(response), true) }
        var body: [UInt8] = []
        while true {
            let part: BodyPart = await withCheckedContinuation { next in source.next { next.resume(returning: $0) } }
            switch part {
            case .bytes(let bytes): body += bytes
            case .end: return (response, String(decoding: body, as: UTF8.self), true)
            case .failure: return (response, String(decoding: body, as: UTF8.self), false)
            }
        }
    }

    @Test func `what a function streams is the body, of its own type or of bytes`() async throws {
        let plain = try await self.streamed(("text/html", ["<p>", "x"], true))
        #expect(plain.response.status == 200 && plain.response.headers["content-type"] == "text/html")
        #expect(plain.body == "<p>x" && plain.isWhole)
        let bytes = try await self.streamed((nil, [], true))
        #expect(bytes.response.headers["content-type"] == "application/octet-stream")
        #expect(bytes.body == "" && bytes.isWhole)
    }

    @Test func `a prelude chooses status, headers and cookies, wherever it is cut`() async throws {
        let zeros = String(repeating: "\0", count: 8)
        let prelude = #"{"statusCode":201,"headers":{"Content-Type":"text/css","x-a":"b"},"cookies":["c=d"]}"#
        for parts in [
            [prelude + zeros + "body"], [prelude, zeros, "bo", "dy"], [prelude + "\0\0\0", "\0\0\0\0\0body"],
        ] {
            let got = try await self.streamed((StreamedPrelude.contentType, parts, true))
            #expect(got.response.status == 201 && got.response.headers["x-a"] == "b")
            #expect(got.response.headers["content-type"] == "text/css")
            #expect(got.response.headers["set-cookie"] == "c=d")
            #expect(got.body == "body" && got.isWhole)
        }
        for parts in [["{}"], ["no" + zeros], [#"{"statusCode":7}"# + zeros]] {
            #expect(try await self.streamed((StreamedPrelude.contentType, parts, true)).response.status == 502)
        }
    }

    @Test func `an error after the beginning cuts the answer off, one before it is 502`() async throws {
        let error = ScriptedInvoker.Answer.functionError(#"{"errorType":"E"}"#)
        let late = try await self.streamed(("text/plain", ["some"], false), error)
        #expect(late.response.status == 200 && late.body == "some" && !late.isWhole)
        #expect(try await self.streamed(nil, error).response.status == 502)
        let throttled = ScriptedInvoker.Answer.failure(LambdaError.tooManyRequests("Rate Exceeded."))
        #expect(try await self.streamed(nil, throttled).response.status == 429)
        let whole = try await self.streamed(nil, .success(#"{"statusCode":201}"#))
        #expect(whole.response.status == 200 && whole.body == #"{"statusCode":201}"#)
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
