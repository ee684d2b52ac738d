import ApusBase
import ApusSandbox
import ApusService
import Glibc
import Testing

/// Extensions as programs of a layer, and within the runtime.
@Suite(.serialized) struct ExtensionTests {
    /// An extension in Python that writes what it sees into a file.
    private static func program(_ body: String) -> String {
        """
        #!/usr/bin/python3 -u
        import http.client, http.server, json, os, sys, threading, time
        api, name = os.environ["AWS_LAMBDA_RUNTIME_API"], os.path.basename(__file__)
        def call(method, path, body=None, **headers):
            c = http.client.HTTPConnection(api)
            c.request(method, path, body, {"Lambda-Extension-" + k.replace("_", "-"): v for k, v in headers.items()})
            r = c.getresponse()
            return r.status, r.read().decode(), r
        def register(*events):
            status, text, r = call("POST", "/2020-01-01/extension/register", json.dumps({"events": events}), Name=name)
            return r.getheader("Lambda-Extension-Identifier"), status, text
        def next():
            status, text, r = call("GET", "/2020-01-01/extension/event/next", Identifier=id)
            return json.loads(text)
        def note(value):
            with open(os.environ["NOTES"], "a") as file: file.write(json.dumps(value) + "\\n")
        \(body)
        """
    }

    private func function(
        _ bench: Bench, _ source: String, extensions: [String: String], timeoutSeconds: Int = 20
    ) -> (spec: EnvironmentSpec, notes: String) {
        let folder = "\(bench.directory)/shared"
        mkdir(folder, 0o777)
        chmod(folder, 0o777)
        let notes = "\(folder)/notes-\(SystemEntropy().uuid())"
        let layer = "\(bench.directory)/layer-\(SystemEntropy().uuid())"
        for path in [layer, "\(layer)/extensions"] { mkdir(path, 0o755) }
        for (name, text) in extensions { writeFile("\(layer)/extensions/\(name)", text, mode: 0o755) }
        writeFile("\(layer)/extensions/README", "not a program")
        var spec = bench.function(
            files: ["app.py": source], timeoutSeconds: timeoutSeconds, variables: ["NOTES": notes])
        spec.layerDirectories = [layer]
        return (spec, notes)
    }

    private func notes(_ path: String) throws -> [JSONValue] {
        try (readFile(path) ?? "").split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    }

    @Test func `an extension hears of each invocation, does not end before it, and cleans up before the end`()
        async throws
    {
        let source = Self.program(
            """
            id, status, text = register("INVOKE", "SHUTDOWN")
            note([status, json.loads(text)])
            print("extension says", flush=True)
            while True:
                event = next()
                note(event)
                if event["eventType"] == "SHUTDOWN": break
                time.sleep(0.05)
            note("cleaned up")
            """)
        try await Bench.run { bench in
            let (spec, path) = self.function(
                bench, "def handler(event, context): return event", extensions: ["mine": source])
            for number in 1...2 {
                let outcome = try await bench.invoke(spec, "\(number)", requestID: "r\(number)").get()
                #expect(outcome.text == "\(number)")
                #expect(outcome.durationMilliseconds >= 50)
            }
            #expect(bench.runner.statistics.coldStarts == 1)
            #expect(bench.messages.contains("extension says"))
            #expect(bench.messages.contains("EXTENSION\tName: mine\tState: Ready\tEvents: [INVOKE, SHUTDOWN]"))
            bench.runner.retire(revision: spec.revision)
            try await bench.wait { $0.ready + $0.frozen + $0.ending == 0 }
            let notes = try self.notes(path)
            #expect(notes.count == 5)
            #expect(notes[0][0]?.text == "200")
            #expect(
                notes[0][1] == ["functionName": "sample", "functionVersion": "$LATEST", "handler": "app.handler"])
            for number in 1...2 {
                #expect(
                    notes[number]["eventType"] == "INVOKE" && notes[number]["requestId"]?.stringValue == "r\(number)")
                #expect(notes[number]["invokedFunctionArn"]?.stringValue?.hasSuffix("function:sample") == true)
                #expect(notes[number]["deadlineMs"]?.int64Value != nil)
            }
            #expect(notes[3]["eventType"] == "SHUTDOWN" && notes[3]["shutdownReason"] == "SPINDOWN")
            #expect(notes[4] == "cleaned up")
        }
    }

    @Test func `the shutdown has a limit, and says whether time or a failure was its reason`() async throws {
        let source = Self.program(
            """
            id, _, _ = register("SHUTDOWN")
            note(next())
            time.sleep(1000)
            """)
        try await Bench.run { bench in
            for (body, type, reason) in [
                ("time.sleep(1000)", "Sandbox.Timedout", "TIMEOUT"), ("os._exit(3)", "Runtime.ExitError", "FAILURE"),
            ] {
                let (spec, path) = self.function(
                    bench, "import os, time\ndef handler(event, context): \(body)", extensions: ["slow": source],
                    timeoutSeconds: 1)
                let started = SystemClock().monotonicNanoseconds
                let outcome = try await bench.invoke(spec).get()
                #expect(try outcome.json["errorType"]?.stringValue == type)
                try await bench.wait { $0.ending == 0 }
                #expect(SystemClock().monotonicNanoseconds - started < 6_000_000_000)
                let notes = try self.notes(path)
                #expect(notes.count == 1 && notes[0]["shutdownReason"]?.stringValue == reason)
            }
        }
    }

    @Test func `an extension that fails fails the function`() async throws {
        try await Bench.run { bench in
            let cases = [
                ("sys.exit(1)", "Extension.Crash"),
                (
                    "id, _, _ = register()\ncall('POST', '/2020-01-01/extension/init/error', '{}', Identifier=id, "
                        + "Function_Error_Type='Mine.Broken')\ntime.sleep(1000)", "Mine.Broken"
                ),
                ("id, _, _ = register('INVOKE')\nnext()\nsys.exit(1)", "Extension.Crash"),
            ]
            for (body, type) in cases {
                let (spec, _) = self.function(
                    bench, "import time\ndef handler(event, context): time.sleep(1000)",
                    extensions: ["bad": Self.program(body)])
                let outcome = try await bench.invoke(spec).get()
                #expect(outcome.functionError == .unhandled)
                #expect(try outcome.json["errorType"]?.stringValue == type)
            }
        }
    }

    @Test func `an internal extension is part of the invocation, and cannot clean up`() async throws {
        let source = """
            import http.client, json, os, threading
            api = os.environ["AWS_LAMBDA_RUNTIME_API"]
            def call(method, path, body=None, **headers):
                c = http.client.HTTPConnection(api)
                c.request(method, "/2020-01-01/extension/" + path, body, {"Lambda-Extension-" + k: v for k, v in headers.items()})
                r = c.getresponse()
                return r.status, json.loads(r.read()), r.getheader("Lambda-Extension-Identifier")
            refused = call("POST", "register", '{"events":["SHUTDOWN"]}', Name="inside")
            identifier = call("POST", "register", '{"events":["INVOKE"]}', Name="inside")[2]
            seen = []
            def run():
                while True: seen.append(call("GET", "event/next", Identifier=identifier)[1]["requestId"])
            threading.Thread(target=run, daemon=True).start()
            def handler(event, context):
                return [refused[0], refused[1]["errorType"], seen[:-1], call("POST", "register", '{}', Name="late")[0]]
            """
        try await Bench.run { bench in
            let spec = bench.python(source)
            _ = try await bench.invoke(spec, requestID: "r1").get()
            let outcome = try await bench.invoke(spec, requestID: "r2").get()
            let answer = try outcome.json
            #expect(answer[0]?.text == "400" && answer[1] == "ShutdownEventNotSupportedForInternalExtension")
            #expect(answer[3]?.text == "403")
            #expect(bench.runner.statistics.coldStarts == 1)
        }
    }

    private static let listener = """
        got = []
        class Listener(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_POST(self):
                for event in json.loads(self.rfile.read(int(self.headers["Content-Length"]))): note(event)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
            def log_message(self, *arguments): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        id, _, _ = register("INVOKE", "SHUTDOWN")
        def subscribe(path, version, *types):
            return call("PUT", path, json.dumps({"schemaVersion": version, "types": types, "buffering": {"timeoutMs": 25},
                "destination": {"protocol": "HTTP", "URI": "http://sandbox.localdomain:%d/" % server.server_port}}), Identifier=id)[:2]
        """

    private func telemetry(
        _ bench: Bench, _ path: String, _ version: String, _ types: String...
    ) async throws -> (outcome: InvocationOutcome, events: [JSONValue]) {
        let list = types.map { "\"\($0)\"" }.joined(separator: ", ")
        let source = Self.program(
            Self.listener + """

                print("answer", *subscribe("\(path)", "\(version)", \(list)))
                while next()["eventType"] != "SHUTDOWN": pass
                time.sleep(0.3)
                """)
        let (spec, notes) = self.function(
            bench, "def handler(event, context):\n    print('printed')\n    return 1", extensions: ["ears": source])
        let outcome = try await bench.invoke(spec, requestID: "r1").get()
        bench.runner.retire(revision: spec.revision)
        try await bench.wait { $0.ready + $0.frozen + $0.ending == 0 }
        return (outcome, try self.notes(notes))
    }

    @Test func `the Telemetry API tells what the platform, the function and extensions say`() async throws {
        try await Bench.run { bench in
            let (outcome, events) = try await self.telemetry(
                bench, "/2022-07-01/telemetry", "2022-12-13", "platform", "function", "extension")
            #expect(outcome.text == "1")
            #expect(bench.messages.contains("answer 200 \"OK\""))
            #expect(
                bench.messages.contains(
                    "TELEMETRY\tName: ears\tState: Subscribed\tTypes: [Platform, Function, Extension]"))
            let types = events.compactMap { $0["type"]?.stringValue }
            for type in [
                "platform.initStart", "platform.telemetrySubscription", "platform.extension",
                "platform.initRuntimeDone",
                "platform.initReport", "platform.start", "function", "extension", "platform.runtimeDone",
                "platform.report",
            ] {
                #expect(types.filter { $0 == type }.count == 1, "\(type) in \(types)")
            }
            let function = try #require(events.first { $0["type"] == "function" })
            #expect(function["record"] == "printed" && function["time"]?.stringValue?.hasSuffix("Z") == true)
            #expect(events.first { $0["type"] == "platform.start" }?["record"]?["requestId"] == "r1")
        }
    }

    @Test(arguments: ["2020-08-15", "2021-03-18"])
    func `the Logs API tells its own events`(version: String) async throws {
        try await Bench.run { bench in
            let (_, events) = try await self.telemetry(bench, "/2020-08-15/logs", version, "platform")
            let types = events.compactMap { $0["type"]?.stringValue }
            #expect(types.contains("platform.end") && types.contains("platform.logsSubscription"))
            #expect(!types.contains("platform.initStart") && !types.contains("function"))
            // "Set to 2021-03-18 for the extension to receive platform.runtimeDone messages."
            let done = events.filter { $0["type"] == "platform.runtimeDone" }.compactMap { $0["record"]?.text }
            #expect(done == (version == "2021-03-18" ? [#"{"requestId":"r1","status":"success"}"#] : []))
        }
    }

    @Test func `by TCP each event is a line`() async throws {
        let source = Self.program(
            """
            import socket
            listener = socket.create_server(("127.0.0.1", 0))
            id, _, _ = register("SHUTDOWN")
            def hear():
                for line in listener.accept()[0].makefile(): note(json.loads(line))
            threading.Thread(target=hear, daemon=True).start()
            note([call("PUT", "/2022-07-01/telemetry", json.dumps({"types": ["platform", "function"], "buffering": {"timeoutMs": 25},
                "destination": {"protocol": "TCP", "port": listener.getsockname()[1]}}), Identifier=id)[0]])
            next()
            time.sleep(0.3)
            """)
        try await Bench.run { bench in
            let (spec, notes) = self.function(
                bench, "def handler(event, context):\n    print('printed')\n    return 1", extensions: ["ears": source])
            _ = try await bench.answer(spec)
            bench.runner.retire(revision: spec.revision)
            try await bench.wait { $0.ready + $0.frozen + $0.ending == 0 }
            let noted = try self.notes(notes)
            #expect(noted.first?.text == "[200]")
            let types = noted.compactMap { $0["type"]?.stringValue }
            for type in ["platform.start", "function", "platform.report"] {
                #expect(types.filter { $0 == type }.count == 1, "\(type) in \(types)")
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "environments have no users of their own"))
    func `telemetry is sent to nobody else's listener`() async throws {
        let stranger = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(stranger) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port: UInt16 = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = bind(stranger, address, length)
                _ = listen(stranger, 5)
                _ = getsockname(stranger, address, &length)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
        let source = Self.program(
            """
            id, _, _ = register("INVOKE")
            print("answer", call("PUT", "/2022-07-01/telemetry", json.dumps({"types": ["platform"], "buffering": {"timeoutMs": 25},
                "destination": {"protocol": "HTTP", "URI": "http://sandbox.localdomain:\(port)/"}}), Identifier=id)[0])
            while True: next()
            """)
        try await Bench.run { bench in
            let (spec, _) = self.function(bench, "def handler(event, context): return 1", extensions: ["nosy": source])
            _ = try await bench.answer(spec)
            #expect(bench.messages.contains("answer 200"))
            try await Task.sleep(nanoseconds: 300_000_000)
            // It was connected to, found to be another's, and left without a word.
            let accepted = accept(stranger, nil, nil)
            #expect(accepted >= 0)
            var byte: UInt8 = 0
            #expect(read(accepted, &byte, 1) == 0)
            close(accepted)
        }
    }
}
