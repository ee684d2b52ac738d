import ApusBase
import ApusSandbox
import ApusService
import Testing

/// Functions in JavaScript under our bootstrap. Expected texts are those of Lambda's own Node.js runtime.
@Suite(.serialized) struct NodeTests {
    private func node(_ bench: Bench, _ source: String, file: String = "index.js") -> EnvironmentSpec {
        bench.function("nodejs20.x", handler: "index.handler", files: [file: source])
    }

    @Test func `async, callback and module handlers answer`() async throws {
        try await Bench.run { bench in
            let sources = [
                ("index.js", "exports.handler = async (event) => ({ got: event.a });"),
                ("index.js", "exports.handler = (event, context, callback) => callback(null, { got: event.a });"),
                ("index.js", "exports.handler = (event, context) => { context.succeed({ got: event.a }); };"),
                ("index.cjs", "module.exports.handler = (event) => Promise.resolve({ got: event.a });"),
                ("index.mjs", "import fs from 'node:fs';\nexport const handler = async (event) => ({ got: event.a });"),
            ]
            for (file, source) in sources {
                let answer = try await bench.answer(self.node(bench, source, file: file), #"{"a":"ü"}"#)
                #expect(answer == #"{"got":"ü"}"#, "\(source)")
            }
            let typed = bench.function(
                "nodejs20.x", handler: "src/app.nested.handler",
                files: [
                    "package.json": #"{"type":"module"}"#,
                    "src/app.js":
                        "export const nested = { handler: async () => { return await Promise.resolve(3); } };",
                ])
            let answer = try await bench.answer(typed)
            #expect(answer == "3")
        }
    }

    @Test func `a callback waits for the event loop to empty unless told otherwise`() async throws {
        try await Bench.run { bench in
            let source = """
                exports.handler = (event, context, callback) => {
                  context.callbackWaitsForEmptyEventLoop = event.wait;
                  let done = false;
                  setTimeout(() => { done = true; console.log('timer'); }, 50);
                  callback(null, context.getRemainingTimeInMillis() > 1000);
                };
                """
            let spec = self.node(bench, source)
            let waited = try await bench.invoke(spec, #"{"wait":true}"#).get()
            #expect(waited.text == "true")
            #expect(waited.tail.contains("\tINFO\ttimer\n"))
            let prompt = try await bench.invoke(spec, #"{"wait":false}"#).get()
            #expect(!prompt.tail.contains("timer"))
            let nothing = try await bench.answer(self.node(bench, "exports.handler = () => {};"))
            #expect(nothing == "null")
        }
    }

    @Test func `errors carry type, message and trace`() async throws {
        try await Bench.run { bench in
            for source in [
                "exports.handler = async () => { throw new TypeError('boom'); };",
                "exports.handler = () => { throw new TypeError('boom'); };",
                "exports.handler = (event, context, callback) => callback(new TypeError('boom'));",
            ] {
                let outcome = try await bench.invoke(self.node(bench, source)).get()
                let answer = try outcome.json
                #expect(outcome.functionError == .unhandled)
                #expect(
                    outcome.text.hasPrefix(
                        #"{"errorType":"TypeError","errorMessage":"boom","trace":["TypeError: boom","    at "#))
                #expect(answer["errorType"] == .string("TypeError"))
                #expect(
                    outcome.tail.contains(
                        "\tERROR\tInvoke Error \t{\"errorType\":\"TypeError\",\"errorMessage\":\"boom\""))
            }
            let text = try await bench.answer(self.node(bench, "exports.handler = async () => { throw 'text'; };"))
            #expect(text == #"{"errorType":"string","errorMessage":"text","trace":[]}"#)
        }
    }

    @Test func `handlers that cannot be loaded fail with Lambda's error types`() async throws {
        let cases: [(source: String, type: String, message: String)] = [
            ("require('nope');", "Runtime.ImportModuleError", "Error: Cannot find module 'nope'\nRequire stack:\n- "),
            ("exports.other = 1;", "Runtime.HandlerNotFound", "index.handler is undefined or not exported"),
            ("exports.handler = 1;", "Runtime.HandlerNotFound", "index.handler is not a function"),
            ("exports.handler = (;", "Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected token ';'"),
            ("throw new RangeError('at load');", "RangeError", "at load"),
        ]
        try await Bench.run { bench in
            for item in cases {
                let outcome = try await bench.invoke(self.node(bench, item.source)).get()
                let answer = try outcome.json
                #expect(outcome.functionError == .unhandled)
                #expect(answer["errorType"] == .string(item.type))
                #expect(answer["errorMessage"]?.stringValue?.hasPrefix(item.message) == true, "\(outcome.text)")
            }
        }
    }

    @Test func `what escapes the handler ends the environment with an error`() async throws {
        try await Bench.run { bench in
            let rejection = self.node(
                bench,
                "exports.handler = async () => { Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 5000)); };"
            )
            let rejected = try await bench.json(rejection)
            #expect(rejected["errorType"] == .string("Runtime.UnhandledPromiseRejection"))
            #expect(rejected["errorMessage"] == .string("Error: lost"))
            let thrown = self.node(
                bench, "exports.handler = (e, c, callback) => { setTimeout(() => { throw new Error('late'); }, 10); };")
            let answer = try await bench.json(thrown)
            #expect(answer["errorMessage"] == .string("late"))
            let exit = try await bench.json(self.node(bench, "exports.handler = async () => process.exit(7);"))
            #expect(exit["errorType"] == .string("Runtime.ExitError"))
            #expect(exit["errorMessage"]?.stringValue?.hasSuffix("exit status 7") == true)
            let never = try await bench.json(self.node(bench, "exports.handler = () => new Promise(() => {});"))
            #expect(never["errorType"] == .string("Runtime.NodeJsExit"))
        }
    }

    @Test func `console lines carry time, request id and level`() async throws {
        let source = """
            console.log('at init');
            exports.handler = async () => {
              console.log('a %s', 'b', { c: 1 }); console.info('i'); console.warn('w'); console.error(new Error('e'));
              console.debug('two\\nlines'); process.stdout.write('raw\\n');
            };
            """
        try await Bench.run { bench in
            _ = try await bench.invoke(self.node(bench, source), requestID: "rid").get()
            let lines = bench.messages.map { $0.split(separator: "\t", maxSplits: 3).map(String.init) }
            func has(_ requestID: String, _ level: String, _ text: String) -> Bool {
                lines.contains {
                    $0.count == 4 && Timestamp(iso8601: $0[0]) != nil && $0[1] == requestID && $0[2] == level
                        && $0[3].hasPrefix(text)
                }
            }
            #expect(has("undefined", "INFO", "at init"))
            #expect(has("rid", "INFO", "a b { c: 1 }"))
            #expect(has("rid", "INFO", "i"))
            #expect(has("rid", "WARN", "w"))
            #expect(has("rid", "ERROR", "Error: e\n    at "))
            #expect(has("rid", "DEBUG", "two\nlines"))
            #expect(bench.messages.contains("raw"))
        }
    }

    @Test func `the context and large bodies come through`() async throws {
        let source = """
            exports.handler = async (event, context) => ({
              names: [context.functionName, context.functionVersion, context.memoryLimitInMB, context.logGroupName,
                      context.invokedFunctionArn, context.awsRequestId],
              client: context.clientContext, identity: context.identity, trace: process.env._X_AMZN_TRACE_ID,
              text: event.text,
            });
            """
        try await Bench.run { bench in
            let text = String(repeating: "ü1234567", count: 200_000)
            let outcome = try await bench.invoke(self.node(bench, source), #"{"text":"\#(text)"}"#, requestID: "rid") {
                request in
                request.clientContext = #"{"custom":{"k":"ü"}}"#
                request.traceID = "Root=1-2-3"
            }.get()
            let answer = try outcome.json
            #expect(answer["text"] == .string(text))
            #expect(answer["trace"] == .string("Root=1-2-3"))
            #expect(outcome.text.contains(#""client":{"custom":{"k":"ü"}}"#))
            #expect(
                outcome.text.contains(
                    #"["sample","$LATEST","256","/aws/lambda/sample","arn:aws:lambda:eu-west-1:000000000000:function:sample","rid"]"#
                ))
        }
    }
}
