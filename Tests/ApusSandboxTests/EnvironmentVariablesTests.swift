import ApusBase
import ApusSandbox
import ApusService
import Testing

@Suite struct EnvironmentVariablesTests {
    private func variables(
        _ runtime: String, own: [String: String] = [:], endpoint: String? = "http://localhost:4566",
        layers: [String] = [], logging: FunctionLogging = FunctionLogging()
    ) -> [String: String] {
        let spec = EnvironmentSpec(
            revision: "r", functionName: "f", version: "7", account: "000000000000", region: "us-west-2",
            runtime: runtime,
            handler: "a.b", codeDirectory: "/code", memoryMiB: 512, timeoutSeconds: 3, variables: own,
            logGroup: "/aws/lambda/f", roleARN: "arn:aws:iam::000000000000:role/f", maximumEnvironments: 1,
            layerDirectories: layers, logging: logging, credentials: { preconditionFailure("not asked for") })
        let instance = EnvironmentVariables.Instance(
            runtimeAPI: "127.0.0.1:9001", logStream: "2026/01/02/[7]0123", temporaryDirectory: "/data/tmp",
            runtimeDirectory: "/data/runtime", endpoint: endpoint,
            credentials: EnvironmentCredentials(
                accessKeyID: "ASIA", secretAccessKey: "s", sessionToken: "t", expires: Timestamp(milliseconds: 0)))
        guard case .supported(let identifier) = RuntimeIdentifier.recognise(runtime) else {
            preconditionFailure(runtime)
        }
        var result: [String: String] = [:]
        for text in EnvironmentVariables.make(spec, runtime: identifier, instance: instance) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            #expect(result.updateValue(String(parts[1]), forKey: String(parts[0])) == nil)
        }
        return result
    }

    // "Defined runtime environment variables", Lambda developer guide.
    @Test func `reserved variables are as Lambda documents them`() {
        let variables = self.variables("python3.11")
        let expected = [
            "_HANDLER": "a.b", "AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-west-2",
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.11", "AWS_LAMBDA_FUNCTION_NAME": "f",
            "AWS_LAMBDA_FUNCTION_VERSION": "7",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_FORMAT": "Text",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f", "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/02/[7]0123",
            "AWS_ACCESS_KEY_ID": "ASIA", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
            "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001", "LAMBDA_TASK_ROOT": "/code",
            "LAMBDA_RUNTIME_DIR": "/data/runtime",
            "LANG": "en_US.UTF-8", "TZ": ":UTC", "AWS_ENDPOINT_URL": "http://localhost:4566", "TMPDIR": "/data/tmp",
            "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        ]
        for (name, value) in expected { #expect(variables[name] == value, "\(name)") }
    }

    @Test func `the application's log level is told where the log is in JSON`() {
        #expect(self.variables("python3.11")["AWS_LAMBDA_LOG_LEVEL"] == nil)
        let json = self.variables("python3.11", logging: FunctionLogging(format: .json, applicationLevel: .warn))
        #expect(json["AWS_LAMBDA_LOG_FORMAT"] == "JSON" && json["AWS_LAMBDA_LOG_LEVEL"] == "WARN")
    }

    @Test func `AWS_EXECUTION_ENV is not defined for provided runtimes`() {
        #expect(self.variables("provided.al2023")["AWS_EXECUTION_ENV"] == nil)
    }

    @Test func `a function's own variables override defaults but not reserved ones`() {
        let variables = self.variables(
            "nodejs20.x",
            own: [
                "TZ": "Europe/Berlin", "MINE": "a=b", "AWS_REGION": "mars", "_HANDLER": "x.y", "BAD\u{0}": "x", "": "y",
            ])
        #expect(variables["TZ"] == "Europe/Berlin")
        #expect(variables["MINE"] == "a=b")
        #expect(variables["AWS_REGION"] == "us-west-2")
        #expect(variables["_HANDLER"] == "a.b")
        #expect(variables.count { $0.key.contains("BAD") || $0.key.isEmpty } == 0)
    }

    @Test func `without an endpoint AWS_ENDPOINT_URL is left to the function`() {
        #expect(self.variables("python3.11", endpoint: nil)["AWS_ENDPOINT_URL"] == nil)
        #expect(self.variables("python3.11", own: ["AWS_ENDPOINT_URL": "http://x"])["AWS_ENDPOINT_URL"] == "http://x")
    }

    // "Layer paths for each Lambda runtime", and: a later layer's files hide an earlier one's.
    @Test func `the last layer is looked into first`() {
        let python = self.variables("python3.11", layers: ["/one", "/two"])
        #expect(
            python["PYTHONPATH"]
                == "/two/python/lib/python3.11/site-packages:/two/python:/one/python/lib/python3.11/site-packages:"
                + "/one/python:/data/runtime")
        #expect(python["PATH"] == "/usr/local/bin:/usr/bin/:/bin:/two/bin:/one/bin:/opt/bin")
        #expect(python["LD_LIBRARY_PATH"]?.hasSuffix(":/code/lib:/two/lib:/one/lib:/opt/lib") == true)
        let node = self.variables("nodejs20.x", layers: ["/one"])
        #expect(node["NODE_PATH"]?.hasPrefix("/one/nodejs/node20/node_modules:/one/nodejs/node_modules:/opt/") == true)
    }

    @Test func `a function's own PYTHONPATH comes after its layers`() {
        let variables = self.variables("python3.11", own: ["PYTHONPATH": "/mine"], layers: ["/one"])
        #expect(variables["PYTHONPATH"] == "/one/python/lib/python3.11/site-packages:/one/python:/mine")
    }
}
