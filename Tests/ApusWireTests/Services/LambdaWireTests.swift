import ApusBase
import ApusLambda
import ApusService
import ApusWire
import Testing

@Suite struct LambdaWireTests {
    private let model = LambdaAPI.model
    private let routes = RouteTable(LambdaAPI.model.operations)

    /// Routes and reads a request as the pipeline does.
    private func decode<Input: Shape>(_ type: Input.Type, _ request: HTTPRequest) throws -> Input {
        let match = self.routes.match(method: request.method, path: request.path, query: request.query)
        guard case .operation(let operation, let labels) = match else {
            Issue.record("no operation for \(request.path)")
            throw WireError.serialization("")
        }
        #expect("\(type)" == operation.name + "Input")
        return try self.model.decode(type, from: .rest(request, labels))
    }

    @Test func `an Invoke is read from path, query, headers and body`() throws {
        let request = HTTPRequest(
            method: "POST", path: "/2015-03-31/functions/my%2Dfunction/invocations", query: "Qualifier=1",
            headers: HTTPFields(["x-amz-invocation-type": "Event", "x-amz-log-type": "Tail"]),
            body: Array("not JSON".utf8))
        let input = try self.decode(InvokeInput.self, request)
        #expect(
            input
                == InvokeInput(
                    functionName: "my-function", invocationType: "Event", logType: "Tail",
                    payload: Array("not JSON".utf8), qualifier: "1"))
    }

    @Test func `an Invoke without a body has no payload`() throws {
        let request = HTTPRequest(method: "POST", path: "/2015-03-31/functions/f/invocations")
        #expect(try self.decode(InvokeInput.self, request) == InvokeInput(functionName: "f"))
    }

    @Test func `an Invoke answer has status, headers and the payload as it is`() throws {
        let output = InvokeOutput(
            statusCode: 202, functionError: "Unhandled", logResult: "TG9n", payload: Array("[1]".utf8),
            executedVersion: "$LATEST")
        let operation = try #require(self.model.operation("Invoke"))
        let response = self.model.encode(output, of: operation, as: .restJSON, requestID: "r")
        #expect(response.status == 202)
        #expect(response.headers["x-amz-function-error"] == "Unhandled")
        #expect(response.headers["x-amz-log-result"] == "TG9n")
        #expect(response.headers["x-amz-executed-version"] == "$LATEST")
        #expect(response.headers["content-type"] == "application/json")
        #expect(response.headers["x-amzn-requestid"] == "r")
        #expect(response.body == Array("[1]".utf8))
    }

    @Test func `a CreateFunction is read with its zip`() throws {
        let body = """
            {"FunctionName": "f", "Role": "arn:aws:iam::123456789012:role/r", "Runtime": "python3.11", "Timeout": 3,
             "Handler": "index.handler", "Code": {"ZipFile": "UEsDBA=="}, "Environment": {"Variables": {"KEY": "b"}},
             "Architectures": ["x86_64"], "Publish": true}
            """
        let request = HTTPRequest(method: "POST", path: "/2015-03-31/functions", body: Array(body.utf8))
        let input = try self.decode(CreateFunctionInput.self, request)
        #expect(input.functionName == "f")
        #expect(input.code.zipFile == [0x50, 0x4b, 0x03, 0x04])
        #expect(input.environment?.variables == ["KEY": "b"])
        #expect(input.architectures == ["x86_64"])
        #expect(input.publish == true)
    }

    @Test func `a name in the body is not taken for the one in the path`() throws {
        let request = HTTPRequest(
            method: "PUT", path: "/2015-03-31/functions/real/configuration",
            body: Array(#"{"FunctionName":"other","Timeout":4}"#.utf8))
        let input = try self.decode(UpdateFunctionConfigurationInput.self, request)
        #expect(input.functionName == "real")
        #expect(input.timeout == 4)
    }

    @Test func `repeated query parameters are a list`() throws {
        let request = HTTPRequest(
            method: "DELETE", path: "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af",
            query: "tagKeys=a&tagKeys=b%20c")
        let input = try self.decode(UntagResourceInput.self, request)
        #expect(input.resource == "arn:aws:lambda:us-east-1:123456789012:function:f")
        #expect(input.tagKeys == ["a", "b c"])
    }

    @Test func `a configuration is written as the JSON body with the operation's status`() throws {
        let output = FunctionConfiguration(functionName: "f", codeSize: 5, timeout: 3)
        let operation = try #require(self.model.operation("CreateFunction"))
        let response = self.model.encode(output, of: operation, as: .restJSON, requestID: "r")
        #expect(response.status == 201)
        #expect(response.headers["content-type"] == "application/json")
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"FunctionName":"f","CodeSize":5,"Timeout":3}"#)
    }

    @Test func `an operation without output answers its status and nothing else`() throws {
        let operation = try #require(self.model.operation("RemovePermission"))
        let response = self.model.encode(NoShape(), of: operation, as: .restJSON, requestID: "r")
        #expect(response.status == 204)
        #expect(response.body.isEmpty)
        #expect(response.headers["content-type"] == nil)
    }

    @Test func `errors have Lambda's form`() throws {
        let error = try #require(LambdaError.resourceNotFound("Function not found: arn").apiError)
        let response = self.model.render(error, as: .restJSON, requestID: "r")
        #expect(response.status == 404)
        #expect(response.headers["x-amzn-errortype"] == "ResourceNotFoundException")
        #expect(
            String(decoding: response.body, as: UTF8.self) == #"{"Type":"User","Message":"Function not found: arn"}"#)
    }

    @Test func `a throttling error has its header`() throws {
        let error = try #require(
            LambdaError.tooManyRequests("Rate Exceeded.", retryAfterSeconds: "1", reason: "CallerRateLimitExceeded")
                .apiError)
        let response = self.model.render(error, as: .restJSON, requestID: "r")
        #expect(response.status == 429)
        #expect(response.headers["retry-after"] == "1")
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"Type":"User","Reason":"CallerRateLimitExceeded","message":"Rate Exceeded."}"#)
    }

    @Test func `all that is wrong with a request is reported at once`() throws {
        let request = HTTPRequest(
            method: "POST", path: "/2015-03-31/functions",
            body: Array(#"{"FunctionName":"","Timeout":0,"Code":{"S3Key":""},"PackageType":"Tar"}"#.utf8))
        #expect(throws: WireError.self) { try self.decode(CreateFunctionInput.self, request) }
        do {
            _ = try self.decode(CreateFunctionInput.self, request)
        } catch WireError.validation(let message) {
            #expect(message.hasPrefix("6 validation errors detected: Value '' at 'functionName' failed"))
            for part in [
                "Value '' at 'functionName' failed to satisfy constraint: Member must have length greater than or equal to 1",
                "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1",
                "Value '' at 'code.s3Key' failed to satisfy constraint: Member must have length greater than or equal to 1",
                "Value 'Tar' at 'packageType' failed to satisfy constraint: Member must satisfy enum value set: [Zip, Image]",
                "Value null at 'role' failed to satisfy constraint: Member must not be null",
            ] { #expect(message.contains(part), "\(message)") }
        }
    }

    /// The form of a message recorded in aws-cli issue 8426.
    @Test func `elements of a list are reported with the list`() throws {
        let request = HTTPRequest(
            method: "PUT", path: "/2015-03-31/functions/f/configuration", body: Array(#"{"Layers":["a","b"]}"#.utf8))
        #expect(
            throws: WireError.validation(
                """
                1 validation error detected: Value '[a, b]' at 'layers' failed to satisfy constraint: Member must satisfy \
                constraint: [Member must have length less than or equal to 140, Member must have length greater than or \
                equal to 1, Member must satisfy regular expression pattern: \
                arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+, Member must not be null]
                """)
        ) { try self.decode(UpdateFunctionConfigurationInput.self, request) }
    }

    @Test func `an unimplemented route is known by name`() throws {
        let match = self.routes.match(method: "GET", path: "/2025-11-30/capacity-providers", query: "")
        guard case .operation(let operation, _) = match else {
            Issue.record("no route")
            return
        }
        #expect(operation.name == "ListCapacityProviders")
        #expect(!operation.isOnAllowList)
    }
}
