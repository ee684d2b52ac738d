import ApusBase
import ApusSandbox
import ApusService
import Testing

/// Functions in Python under our bootstrap. Expected texts are those of Lambda's own Python runtime.
@Suite(.serialized) struct PythonTests {
    @Test func `an event comes back from an echo handler`() async throws {
        try await Bench.run { bench in
            let echo = bench.python("def handler(event, context):\n    return event\n")
            for (event, answer) in [
                (#"{"a": [1, 2.5, null, true, "ü\n"]}"#, #"{"a": [1, 2.5, null, true, "\u00fc\n"]}"#), ("[]", "[]"),
                (#" "text" "#, #""text""#), ("7", "7"),
            ] {
                let outcome = try await bench.invoke(echo, event).get()
                #expect(outcome.text == answer)
                #expect(outcome.functionError == nil)
            }
            #expect(bench.runner.statistics.coldStarts == 1)
            #expect(bench.runner.statistics.invocations == 4)
        }
    }

    @Test func `the context object has everything that is documented`() async throws {
        let source = """
            def handler(event, context):
                return {
                    "names": [context.function_name, context.function_version, context.memory_limit_in_mb,
                              context.log_group_name, context.invoked_function_arn, context.aws_request_id],
                    "stream": context.log_stream_name,
                    "left": context.get_remaining_time_in_millis(),
                    "identity": [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id],
                    "client": [context.client_context.custom, context.client_context.env,
                               context.client_context.client.app_title],
                    "trace": __import__("os").environ["_X_AMZN_TRACE_ID"],
                }
            """
        try await Bench.run { bench in
            let spec = bench.python(source)
            let outcome = try await bench.invoke(spec, requestID: "8476a536-e9f4-11e8-9739-2dfe598c3fcd") { request in
                request.traceID = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1"
                request.clientContext = "{\"custom\":{\"k\":\"ü\"},\n\"env\":{},\"client\":{\"app_title\":\"t\"}}"
                request.cognitoIdentity = #"{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}"#
            }.get()
            let answer = try outcome.json
            #expect(
                answer["names"]
                    == .array(
                        [
                            "sample", "$LATEST", "256", "/aws/lambda/sample",
                            "arn:aws:lambda:eu-west-1:000000000000:function:sample",
                            "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
                        ].map { .string($0) }))
            let stream = try #require(answer["stream"]?.stringValue)
            #expect(bench.logEvents.allSatisfy { $0.stream == stream })
            #expect(answer["identity"] == .array([.string("i"), .string("p")]))
            #expect(
                answer["trace"] == .string("Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1")
            )
            #expect(outcome.text.contains(#""client": [{"k": "\u00fc"}, {}, "t"]"#))
            let left = try #require(outcome.text.split(separator: "\"left\": ").last?.prefix { $0.isNumber })
            #expect((19_000...20_000).contains(try #require(Int(left))))
        }
    }

    @Test(arguments: ["/var/task", "/opt"])
    func `a wrapper script starts the interpreter, wherever its folder lies`(folder: String) async throws {
        try await Bench.run { bench in
            let script = "#!/bin/sh\nexport WRAPPED=$#\nexec \"$@\"\n"
            let source = "import os\ndef handler(event, context):\n    return os.environ['WRAPPED']\n"
            var spec = bench.function(
                files: ["app.py": source, "wrap-bootstrap": script],
                variables: ["AWS_LAMBDA_EXEC_WRAPPER": "\(folder)/wrap-bootstrap"])
            spec.layerDirectories = [bench.function(files: ["wrap-bootstrap": script]).codeDirectory]
            let answer = try await bench.answer(spec)
            // The interpreter, an option and the bootstrap.
            #expect(answer == #""3""#)
        }
    }

    @Test func `an exception is reported with type, message and stack`() async throws {
        try await Bench.run { bench in
            let spec = bench.python("def handler(event, context):\n    raise ValueError(\"boom at invoke\")\n")
            let outcome = try await bench.invoke(spec, requestID: "ff313550").get()
            #expect(outcome.functionError == .unhandled)
            #expect(
                outcome.text
                    == #"{"errorMessage": "boom at invoke", "errorType": "ValueError", "requestId": "ff313550", "stackTrace": ["  File \"\#(spec.codeDirectory)/app.py\", line 2, in handler\n    raise ValueError(\"boom at invoke\")\n"]}"#
            )
            #expect(
                bench.messages.contains { message in
                    message.hasPrefix("[ERROR] ValueError: boom at invoke\nTraceback (most recent call last):\n  File ")
                })
            let again = try await bench.invoke(spec).get()
            #expect(again.functionError == .unhandled)
            #expect(bench.runner.statistics.coldStarts == 1)
        }
    }

    @Test func `handlers that cannot be loaded fail with Lambda's error types`() async throws {
        let cases: [(files: [String: String], handler: String, type: String, message: String)] = [
            (
                ["app.py": "import nope\n"], "app.handler", "Runtime.ImportModuleError",
                "Unable to import module 'app': No module named 'nope'"
            ),
            (
                ["x.py": ""], "app.handler", "Runtime.ImportModuleError",
                "Unable to import module 'app': No module named 'app'"
            ),
            (
                ["app.py": "x = 1\n"], "app.handler", "Runtime.HandlerNotFound",
                "Handler 'handler' missing on module 'app'"
            ),
            (
                ["app.py": "def handler(:\n"], "app.handler", "Runtime.UserCodeSyntaxError",
                "Syntax error in module 'app': invalid syntax (app.py, line 1)"
            ),
            (
                ["app.py": ""], "app", "Runtime.MalformedHandlerName",
                "Bad handler 'app': not enough values to unpack (expected 2, got 1)"
            ),
            (["app.py": "raise KeyError('at import')\n"], "app.handler", "KeyError", "'at import'"),
        ]
        try await Bench.run { bench in
            for item in cases {
                let outcome = try await bench.invoke(bench.function(handler: item.handler, files: item.files)).get()
                let answer = try outcome.json
                #expect(outcome.functionError == .unhandled)
                #expect(answer["errorType"] == .string(item.type))
                #expect(answer["errorMessage"] == .string(item.message))
                #expect(answer["requestId"] == .string(""))
                #expect(bench.messages.contains { $0.hasPrefix("[ERROR] \(item.type): \(item.message)") })
                #expect(
                    bench.messages.contains {
                        $0.hasPrefix("INIT_REPORT") && $0.hasSuffix("Status: error\tError Type: \(item.type)")
                    })
            }
            #expect(bench.runner.statistics.initFailures == cases.count)
        }
    }

    @Test func `what JSON cannot carry is Lambda's marshal or unmarshal error`() async throws {
        try await Bench.run { bench in
            let set = bench.python("def handler(event, context):\n    return {1}\n")
            let marshal = try await bench.invoke(set, requestID: "33c8cb25").get()
            #expect(
                marshal.text
                    == #"{"errorMessage": "Unable to marshal response: Object of type set is not JSON serializable", "errorType": "Runtime.MarshalError", "requestId": "33c8cb25", "stackTrace": []}"#
            )
            let unmarshal = try await bench.json(set, "{not json")
            #expect(unmarshal["errorType"] == .string("Runtime.UnmarshalError"))
            #expect(
                unmarshal["errorMessage"]?.stringValue?.hasPrefix("Unable to unmarshal input: Expecting property name")
                    == true)
            let decimal = bench.python(
                "from decimal import Decimal\ndef handler(event, context):\n    return {'d': Decimal('1.5')}\n")
            let answer = try await bench.answer(decimal)
            #expect(answer == #"{"d": 1.5}"#)
        }
    }

    @Test func `print and the root logger are set up as in Lambda`() async throws {
        let source = """
            import logging
            logger = logging.getLogger()
            logger.setLevel("INFO")
            def handler(event, context):
                print("printed\\nin two lines")
                logger.info("logged %d\\nin two lines", 7)
                logging.getLogger("x").warning("warned")
                print("no end", end="")
            """
        try await Bench.run { bench in
            let outcome = try await bench.invoke(bench.python(source), requestID: "abc").get()
            let messages = bench.messages
            let start = try #require(messages.firstIndex(of: "START RequestId: abc Version: $LATEST"))
            let arn = try #require(bench.runner.runtimeVersion(of: "python3.11", region: "eu-west-1"))
            #expect(messages[0] == "INIT_START Runtime Version: python3.11\tRuntime Version ARN: \(arn)")
            #expect(messages[start + 1] == "printed")
            #expect(messages[start + 2] == "in two lines")
            let logged = messages[start + 3].split(separator: "\t", omittingEmptySubsequences: false)
            #expect(
                logged.count == 4 && logged[0] == "[INFO]" && logged[2] == "abc"
                    && logged[3] == "logged 7\nin two lines")
            // 2026-01-02T03:04:05.678Z
            #expect(logged[1].utf8.count == 24 && Timestamp(iso8601: String(logged[1])) != nil)
            #expect(messages[start + 4].hasPrefix("[WARNING]\t") && messages[start + 4].hasSuffix("\tabc\twarned"))
            #expect(messages[start + 5] == "no end")
            #expect(messages[start + 6] == "END RequestId: abc")
            #expect(messages[start + 7].hasPrefix("REPORT RequestId: abc\tDuration: "))
            #expect(messages[start + 7].contains("\tMemory Size: 256 MB\tMax Memory Used: "))
            #expect(messages[start + 7].contains("\tInit Duration: "))
            #expect(outcome.tail.hasPrefix("START RequestId: abc"))
            #expect(outcome.tail.contains("no end\nEND RequestId: abc\nREPORT "))
        }
    }

    @Test func `sys.exit ends the environment and the next invocation starts anew`() async throws {
        let source =
            "import sys\ncount = 0\ndef handler(event, context):\n    global count\n    count += 1\n    if 'exit' in event: sys.exit(event['exit'])\n    return count\n"
        try await Bench.run { bench in
            let spec = bench.python(source)
            let first = try await bench.answer(spec)
            let second = try await bench.answer(spec)
            #expect([first, second] == ["1", "2"])
            let failed = try await bench.invoke(spec, #"{"exit": 1}"#, requestID: "59f8af4e").get()
            #expect(failed.functionError == .unhandled)
            #expect(
                failed.text
                    == #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 59f8af4e Error: Runtime exited with error: exit status 1"}"#
            )
            #expect(bench.messages.contains { $0.hasSuffix("\tStatus: error\tError Type: Runtime.ExitError") })
            let third = try await bench.answer(spec)
            #expect(third == "1")
            let silent = try await bench.invoke(spec, #"{"exit": 0}"#).get()
            #expect(silent.text.contains("Runtime exited without providing a reason"))
        }
    }

    @Test func `modules beside the handler, in folders, and PYTHONPATH are importable`() async throws {
        try await Bench.run { bench in
            let spec = bench.function(
                handler: "src/api/app.handler",
                files: [
                    "src/api/app.py":
                        "import helper, json, sys\ndef handler(event, context):\n    return [helper.VALUE, sys.path[0]]\n",
                    "helper.py": "VALUE = 5\n",
                ])
            let answer = try await bench.answer(spec)
            #expect(answer == "[5, \"\(spec.codeDirectory)\"]")
        }
    }
}
