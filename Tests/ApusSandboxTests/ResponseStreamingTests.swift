import ApusBase
import ApusSandbox
import ApusService
import Testing

/// Responses that leave in parts: by our Node.js bootstrap, and by runtimes that a package brings.
@Suite(.serialized) struct ResponseStreamingTests {
    private func node(_ bench: Bench, _ body: String, timeoutSeconds: Int = 20) -> EnvironmentSpec {
        let source = "exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {\n\(body)\n});"
        return bench.function(
            "nodejs20.x", handler: "index.handler", files: ["index.js": source], timeoutSeconds: timeoutSeconds)
    }

    @Test func `parts reach the caller before the function has ended`() async throws {
        try await Bench.run { bench in
            let marker = "\(bench.directory)/go"
            let spec = self.node(
                bench,
                """
                stream.write('first');
                while (!require('fs').existsSync(event.marker)) await new Promise((resolve) => setTimeout(resolve, 5));
                stream.write({ second: true });
                stream.end();
                """)
            let stream = bench.stream(spec, #"{"marker":"\#(marker)"}"#)
            guard case .begin("application/octet-stream") = await stream.next() else {
                throw BenchError("no beginning")
            }
            guard case .bytes(let first) = await stream.next() else { throw BenchError("no part") }
            #expect(String(decoding: first, as: UTF8.self) == "first")
            writeFile(marker, "")
            let rest = await stream.collected()
            #expect(rest.text == #"{"second":true}"#)
            #expect(rest.isWhole)
            let outcome = try rest.result.get()
            #expect(outcome.functionError == nil && outcome.payload.isEmpty)
            #expect(outcome.tail.contains("REPORT RequestId"))
            // The environment is as good as before.
            let again = await bench.stream(spec, #"{"marker":"\#(marker)"}"#).collected()
            #expect(again.text == #"first{"second":true}"#)
            #expect(bench.runner.statistics.coldStarts == 1)
        }
    }

    @Test func `a caller who takes it whole gets it whole, and no more than a payload`() async throws {
        try await Bench.run { bench in
            let spec = self.node(
                bench,
                """
                stream.setContentType('text/plain');
                for (let n = 0; n < event.count; n++) if (!stream.write('x'.repeat(1000))) await new Promise((go) => stream.once('drain', go));
                stream.end();
                """)
            let small = try await bench.invoke(spec, #"{"count":3}"#).get()
            #expect(small.text == String(repeating: "x", count: 3000))
            #expect(small.contentType == "text/plain")
            let large = try await bench.invoke(spec, #"{"count":6400}"#).get()
            #expect(large.functionError == .unhandled)
            #expect(try large.json["errorType"] == "Function.ResponseSizeTooLarge")
            // As a stream it is not too large.
            let streamed = await bench.stream(spec, #"{"count":6400}"#).collected()
            #expect(streamed.isWhole && streamed.text.utf8.count == 6_400_000)
            #expect(bench.runner.statistics.coldStarts == 1)
        }
    }

    @Test func `an integration response has its prelude before the first bytes`() async throws {
        try await Bench.run { bench in
            let spec = self.node(
                bench,
                """
                const http = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'x-a': 'b' } });
                http.end('body');
                """)
            let stream = bench.stream(spec)
            guard case .begin("application/vnd.awslambda.http-integration-response") = await stream.next() else {
                throw BenchError("no beginning")
            }
            let rest = await stream.collected()
            let zeros = String(repeating: "\0", count: 8)
            #expect(rest.text == #"{"statusCode":201,"headers":{"x-a":"b"}}"# + zeros + "body")
        }
    }

    @Test func `errors before the first byte, in the middle, and of the process`() async throws {
        try await Bench.run { bench in
            let spec = self.node(
                bench,
                """
                if (event.at === 'start') throw new RangeError('early');
                stream.write('some');
                await new Promise((resolve) => setTimeout(resolve, 20));
                if (event.at === 'middle') throw new RangeError('late');
                if (event.at === 'exit') process.exit(5);
                if (event.at === 'reject') { Promise.reject(new Error('lost')); await new Promise(() => {}); }
                await new Promise((resolve) => setTimeout(resolve, 60000));
                """, timeoutSeconds: 2)
            let expected = [
                ("start", "", "RangeError", "early"), ("middle", "some", "RangeError", "late"),
                ("exit", "some", "Runtime.ExitError", "Runtime exited with error: exit status 5"),
                ("reject", "some", "Runtime.UnhandledPromiseRejection", "Error: lost"),
                ("time", "some", "Sandbox.Timedout", "Task timed out after 2.00 seconds"),
            ]
            for (place, text, type, message) in expected {
                let got = await bench.stream(spec, #"{"at":"\#(place)"}"#).collected()
                #expect(got.text == text && !got.isWhole, "\(place)")
                let outcome = try got.result.get()
                #expect(outcome.functionError == .unhandled, "\(place)")
                #expect(try outcome.json["errorType"]?.stringValue == type, "\(place)")
                #expect(try outcome.json["errorMessage"]?.stringValue?.hasSuffix(message) == true, "\(place)")
            }
            // A failure that the handler threw costs no environment.
            #expect(bench.runner.statistics.coldStarts == 3)
        }
    }

    @Test func `a function runs on when its caller goes, and is not held up by it`() async throws {
        try await Bench.run { bench in
            let spec = self.node(
                bench,
                """
                for (let n = 0; n < 64; n++) if (!stream.write(Buffer.alloc(100000))) await new Promise((go) => stream.once('drain', go));
                stream.end();
                await new Promise((go) => stream.once('finish', go));
                console.log('wrote all');
                """)
            let stream = bench.stream(spec)
            _ = await stream.next()
            stream.cancel()
            try await bench.wait { $0.ready + $0.frozen == 1 }
            #expect(bench.messages.contains { $0.hasSuffix("INFO\twrote all") })
        }
    }

    @Test func `a slow caller holds the function back`() async throws {
        try await Bench.run { bench in
            let count = "\(bench.directory)/count"
            let spec = self.node(
                bench,
                """
                for (let n = 0; n < 400; n++) {
                  if (!stream.write(Buffer.alloc(100000))) await new Promise((go) => stream.once('drain', go));
                  require('fs').appendFileSync(event.count, '.');
                }
                stream.end();
                """)
            writeFile(count, "", mode: 0o666)
            let stream = bench.stream(spec, #"{"count":"\#(count)"}"#)
            _ = await stream.next()
            // 40 MB: what the kernel and the stream hold is far less.
            try await Task.sleep(nanoseconds: 500_000_000)
            let written = readFile(count)?.utf8.count ?? -1
            #expect((0..<300).contains(written), "\(written)")
            let rest = await stream.collected()
            #expect(rest.isWhole && rest.text.utf8.count == 40_000_000)
        }
    }

    // MARK: Runtimes that a package brings

    private static func client(_ body: String) -> String {
        """
        #!/usr/bin/python3
        import os, socket, sys, time, base64
        host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
        def connect():
            s = socket.create_connection((host, int(port)))
            return s
        def read(s):
            data = b""
            while b"\\r\\n\\r\\n" not in data:
                more = s.recv(65536)
                if not more: return None
                data += more
            head, _, rest = data.partition(b"\\r\\n\\r\\n")
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\\r\\n")[1:])
            while len(rest) < int(fields[b"content-length"]): rest += s.recv(65536)
            return int(head.split()[1]), fields, rest
        def next(s):
            s.sendall(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
            return read(s)[1][b"lambda-runtime-aws-request-id"].decode()
        def begin(s, id):
            s.sendall(("POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\\r\\nHost: x\\r\\nContent-Type: text/plain\\r\\n"
                "Lambda-Runtime-Function-Response-Mode: streaming\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n" % id).encode())
        def part(s, text): s.sendall(b"%x\\r\\n%s\\r\\n" % (len(text), text))
        s = connect()
        \(body)
        """
    }

    @Test func `an error in trailers ends the stream, and the runtime goes on`() async throws {
        let body = """
            while True:
                id = next(s)
                begin(s, id)
                part(s, b"half")
                s.sendall(b"0\\r\\nLambda-Runtime-Function-Error-Type: My.Error\\r\\nLambda-Runtime-Function-Error-Body: "
                    + base64.b64encode(b'{"errorType":"My.Error","errorMessage":"broke"}') + b"\\r\\n\\r\\n")
                assert read(s)[0] == 202
            """
        try await Bench.run { bench in
            let spec = bench.function("provided.al2023", files: ["bootstrap": Self.client(body)])
            let got = await bench.stream(spec).collected()
            #expect(got.text == "half" && !got.isWhole)
            #expect(try got.result.get().text == #"{"errorType":"My.Error","errorMessage":"broke"}"#)
            let whole = try await bench.invoke(spec).get()
            #expect(whole.text == #"{"errorType":"My.Error","errorMessage":"broke"}"#)
            #expect(whole.functionError == .unhandled)
            #expect(bench.runner.statistics.coldStarts == 1)
        }
    }

    @Test func `a response that is broken off is Runtime.TruncatedResponse where the runtime lives on`() async throws {
        let body = """
            while True:
                id = next(s)
                t = connect()
                begin(t, id)
                part(t, b"half")
                t.close()
                time.sleep(0.1)
                u = connect()
                begin(u, id)
                u.sendall(b"0\\r\\n\\r\\n")
                print("second answer", read(u)[0], flush=True)
            """
        try await Bench.run { bench in
            let spec = bench.function("provided.al2023", files: ["bootstrap": Self.client(body)])
            let got = await bench.stream(spec).collected()
            #expect(got.text == "half" && !got.isWhole)
            let outcome = try got.result.get()
            #expect(try outcome.json["errorType"] == "Runtime.TruncatedResponse")
            #expect(outcome.tail.contains("second answer 403"))
        }
    }

    @Test func `a stream for another invocation is refused and thrown away`() async throws {
        let body = """
            id = next(s)
            t = connect()
            begin(t, "wrong")
            part(t, b"half")
            t.sendall(b"0\\r\\n\\r\\n")
            code = read(t)[0]
            begin(s, id)
            part(s, b"%d" % code)
            s.sendall(b"0\\r\\n\\r\\n")
            read(s)
            next(s)
            """
        try await Bench.run { bench in
            let spec = bench.function("provided.al2023", files: ["bootstrap": Self.client(body)])
            let got = await bench.stream(spec).collected()
            #expect(got.text == "400" && got.isWhole)
        }
    }
}
