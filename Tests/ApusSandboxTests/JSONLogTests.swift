import ApusBase
import ApusSandbox
import ApusService
import Testing

/// Logs in JSON. Source of their forms and levels:
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html and …-log-level.html
@Suite(.serialized) struct JSONLogTests {
    private func json(
        _ spec: EnvironmentSpec, application: FunctionLogging.Level = .info, system: FunctionLogging.Level = .info
    ) -> EnvironmentSpec {
        var spec = spec
        spec.logging = FunctionLogging(format: .json, applicationLevel: application, systemLevel: system)
        return spec
    }

    private func objects(_ bench: Bench) throws -> [JSONValue] {
        try bench.messages.map { try JSONValue(parsing: Array($0.utf8)) }
    }

    private func types(_ bench: Bench) throws -> [String] {
        try self.objects(bench).compactMap { $0["type"]?.stringValue }
    }

    @Test func `the platform's events are objects, as many as the system's level takes`() async throws {
        try await Bench.run { bench in
            let spec = self.json(bench.python("def handler(event, context): return 'abc'"), system: .debug)
            let outcome = try await bench.invoke(spec, requestID: "r1").get()
            let events = try self.objects(bench)
            #expect(
                events.compactMap { $0["type"]?.stringValue } == [
                    "platform.initStart", "platform.initRuntimeDone", "platform.initReport", "platform.start",
                    "platform.runtimeDone", "platform.report",
                ])
            let start = try #require(events.first)
            #expect(start["time"]?.stringValue?.hasSuffix("Z") == true)
            #expect(start["record"]?["initializationType"] == "on-demand")
            #expect(start["record"]?["functionName"] == "sample")
            #expect(start["record"]?["runtimeVersion"] == "python3.11")
            let arn = try #require(start["record"]?["runtimeVersionArn"]?.stringValue)
            #expect(arn == bench.runner.runtimeVersion(of: "python3.11", region: "eu-west-1"))
            #expect(arn.hasPrefix("arn:aws:lambda:eu-west-1::runtime:") && arn.count == 34 + 64)
            #expect(events[3]["record"] == ["requestId": "r1", "version": "$LATEST"])
            #expect(events[4]["record"]?["status"] == "success")
            #expect(events[4]["record"]?["metrics"]?["producedBytes"]?.int64Value == 5)
            let report = try #require(events[5]["record"])
            #expect(report["requestId"] == "r1" && report["status"] == "success")
            for name in ["durationMs", "billedDurationMs", "memorySizeMB", "maxMemoryUsedMB", "initDurationMs"] {
                #expect(report["metrics"]?[name] != nil, "\(name)")
            }
            #expect(outcome.tail.contains(#""type":"platform.report""#))
        }
        for (level, expected) in [
            (FunctionLogging.Level.info, ["platform.initStart", "platform.start", "platform.report"]), (.warn, []),
        ] {
            try await Bench.run { bench in
                _ = try await bench.answer(
                    self.json(bench.python("def handler(event, context): return 1"), system: level))
                #expect(try self.types(bench) == expected)
            }
        }
    }

    @Test func `what fails is told at the level WARN`() async throws {
        try await Bench.run { bench in
            let spec = self.json(
                bench.python("import time\ndef handler(event, context): time.sleep(9)", timeoutSeconds: 1),
                system: .warn)
            _ = try await bench.invoke(spec).get()
            #expect(try self.types(bench) == ["platform.runtimeDone", "platform.report"])
            let report = try #require(try self.objects(bench).last?["record"])
            #expect(report["status"] == "timeout" && report["errorType"] == nil)
        }
        try await Bench.run { bench in
            _ = try await bench.invoke(self.json(bench.python("import os\nos._exit(3)"), system: .warn)).get()
            let types = try self.types(bench)
            #expect(types.prefix(2) == ["platform.initRuntimeDone", "platform.initReport"])
            #expect(types.last == "platform.report")
            #expect(try self.objects(bench).last?["record"]?["errorType"] == "Runtime.ExitError")
        }
    }

    @Test func `Python's loggers write objects from the application's level on`() async throws {
        let source = """
            import logging, os
            log = logging.getLogger("mine")
            def handler(event, context):
                log.debug("no")
                log.info("hello %s", "you", extra={"order": 7, "odd": {1}})
                try:
                    raise ValueError("bad")
                except ValueError:
                    log.exception("caught")
                print("plain")
                return [os.environ["AWS_LAMBDA_LOG_FORMAT"], os.environ["AWS_LAMBDA_LOG_LEVEL"]]
            """
        try await Bench.run { bench in
            let spec = self.json(bench.python(source), system: .warn)
            let outcome = try await bench.invoke(spec, requestID: "r1").get()
            #expect(outcome.text == #"["JSON", "INFO"]"#)
            #expect(bench.messages.last == "plain")
            let records = try bench.messages.dropLast().map { try JSONValue(parsing: Array($0.utf8)) }
            #expect(records.count == 2)
            let hello = try #require(records.first)
            #expect(hello["level"] == "INFO" && hello["message"] == "hello you" && hello["logger"] == "mine")
            #expect(hello["requestId"] == "r1" && hello["order"]?.int64Value == 7)
            #expect(hello["timestamp"]?.stringValue?.count == "2026-01-02T03:04:05.678Z".count)
            let caught = try #require(records.last)
            #expect(
                caught["level"] == "ERROR" && caught["errorType"] == "ValueError" && caught["errorMessage"] == "bad")
            #expect(caught["location"]?.stringValue?.hasSuffix("app.py:handler:9") == true)
            #expect(caught["stackTrace"]?.arrayValue?.isEmpty == false)
        }
        try await Bench.run { bench in
            // A print has no level, and so INFO.
            _ = try await bench.answer(self.json(bench.python(source), application: .error, system: .warn))
            #expect(try self.objects(bench).map { $0["message"]?.stringValue } == ["caught"])
        }
    }

    @Test func `an error that Python's handler raises is an object`() async throws {
        try await Bench.run { bench in
            let spec = self.json(
                bench.python("def handler(event, context): raise KeyError('k')"), application: .error, system: .warn)
            _ = try await bench.invoke(spec, requestID: "r1").get()
            let record = try #require(try self.objects(bench).first)
            #expect(record["log_level"] == "ERROR" && record["errorType"] == "KeyError" && record["requestId"] == "r1")
        }
    }

    @Test func `Node's console writes objects from the application's level on`() async throws {
        let source = """
            exports.handler = async (event) => {
              console.debug('no');
              console.info({ a: [1] });
              console.log('two', 2);
              console.warn('careful');
              console.error('went wrong', new RangeError('far'));
              console.error(new RangeError('alone'));
              if (event.fail) throw new TypeError('thrown');
            };
            """
        try await Bench.run { bench in
            let function = bench.function("nodejs20.x", handler: "index.handler", files: ["index.js": source])
            let spec = self.json(function, system: .warn)
            _ = try await bench.invoke(spec, #"{"fail":1}"#, requestID: "r1").get()
            let records = try self.objects(bench)
            #expect(records.map { $0["level"]?.stringValue } == ["INFO", "INFO", "WARN", "ERROR", "ERROR", "ERROR"])
            #expect(records.allSatisfy { $0["requestId"] == "r1" && $0["timestamp"]?.stringValue != nil })
            #expect(records[0]["message"]?["a"]?.arrayValue?.count == 1)
            #expect(records[1]["message"] == "two 2" && records[2]["message"] == "careful")
            #expect(records[3]["errorType"] == "RangeError" && records[3]["errorMessage"] == "far")
            #expect(records[3]["message"]?.stringValue?.hasPrefix("went wrong RangeError: far") == true)
            #expect(records[4]["message"]?["errorMessage"] == "alone")
            #expect(records[5]["errorType"] == "TypeError")
            #expect(records[5]["stackTrace"]?.arrayValue?.isEmpty == false)
        }
    }

    @Test func `other output is filtered by the level that it names`() {
        let time = #""timestamp":"2024-11-02T16:51:31.587199Z""#
        let cases: [(String, FunctionLogging.Level)] = [
            (#"{"level":"debug",\#(time)}"#, .debug), (#"{"level":"Warning",\#(time)}"#, .warn),
            (#"{"log_level":"ERROR",\#(time)}"#, .error),
            (#"{"level":"CRITICAL","time":"2024-11-02T16:51:31Z"}"#, .fatal),
            (#"{"level":"error"}"#, .info), (#"{"level":"error","timestamp":"now"}"#, .info),
            (#"{"level":"loud",\#(time)}"#, .info), (#"{"level":7,\#(time)}"#, .info), ("{ no json", .info),
            ("ERROR", .info), ("", .info),
        ]
        for (record, level) in cases { #expect(ApplicationLogFilter.level(of: record) == level, "\(record)") }
        #expect(ApplicationLogFilter.admits("x", from: .info) && !ApplicationLogFilter.admits("x", from: .warn))
        #expect(ApplicationLogFilter.admits(#"{"level":"trace",\#(time)}"#, from: .trace))
    }
}
