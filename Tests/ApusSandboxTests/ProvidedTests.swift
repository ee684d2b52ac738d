import ApusBase
import ApusSandbox
import ApusService
import Glibc
import Testing

/// Runtimes that a package brings itself: they see the plain Runtime API.
@Suite(.serialized) struct ProvidedTests {
    /// The bootstrap of AWS's tutorial on custom runtimes, in one file.
    static let shell = """
        #!/bin/sh
        set -eu
        API="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
        while true; do
          HEADERS="$(mktemp)"
          EVENT=$(curl -sS -LD "$HEADERS" "$API/invocation/next")
          ID=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$HEADERS" | tr -d '[:space:]' | cut -d: -f2)
          echo "got $EVENT" 1>&2
          curl -sS "$API/invocation/$ID/response" -d "Echoing request: '$EVENT'"
        done
        """

    @Test(.enabled(if: access("/usr/bin/curl", X_OK) == 0, "curl is not installed"))
    func `a shell bootstrap with curl runs unmodified`() async throws {
        try await Bench.run { bench in
            let spec = bench.function("provided.al2023", files: ["bootstrap": Self.shell])
            for number in 1...3 {
                let outcome = try await bench.invoke(spec, #"{"n":\#(number)}"#).get()
                #expect(outcome.text == #"Echoing request: '{"n":\#(number)}'"#)
                #expect(outcome.tail.contains(#"got {"n":\#(number)}"#))
            }
            #expect(bench.runner.statistics.coldStarts == 1)
            let arn = try #require(bench.runner.runtimeVersion(of: "provided.al2023", region: "eu-west-1"))
            #expect(
                bench.messages.contains(
                    "INIT_START Runtime Version: provided.al2023\tRuntime Version ARN: \(arn)"))
        }
    }

    private static let compiler = ["/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang"].first { (path: String) in
        access(path, X_OK) == 0
    }

    @Test(.enabled(if: Self.compiler != nil, "no C compiler is installed"))
    func `a compiled bootstrap runs, with a chunked response body`() async throws {
        let source = #"""
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>
            #include <arpa/inet.h>
            #include <sys/socket.h>
            int main(void) {
                const char *api = getenv("AWS_LAMBDA_RUNTIME_API");
                struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(strchr(api, ':') + 1))};
                inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
                int s = socket(AF_INET, SOCK_STREAM, 0);
                if (connect(s, (struct sockaddr *)&to, sizeof to)) return 9;
                for (;;) {
                    dprintf(s, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n");
                    char b[65536]; int n = 0; char *end = 0;
                    while (!end) { int r = read(s, b + n, sizeof b - 1 - n); if (r <= 0) return 8; n += r; b[n] = 0; end = strstr(b, "\r\n\r\n"); }
                    char id[100]; sscanf(strstr(b, "Request-Id: ") + 12, "%99s", id);
                    dprintf(s, "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", id);
                    dprintf(s, "4\r\n[\"a\"\r\n5\r\n,\"b\"]\r\n0\r\n\r\n");
                    n = 0; b[0] = 0;
                    while (!strstr(b, "OK\"}")) { int r = read(s, b + n, sizeof b - 1 - n); if (r <= 0) return 7; n += r; b[n] = 0; }
                }
            }
            """#
        try await Bench.run { bench in
            let spec = bench.function("provided.al2", files: ["main.c": source])
            let built = try run([
                Self.compiler ?? "", "-O1", "-o", "\(spec.codeDirectory)/bootstrap", "\(spec.codeDirectory)/main.c",
            ])
            #expect(built == 0)
            chmod("\(spec.codeDirectory)/bootstrap", 0o755)
            for _ in 0..<3 {
                let answer = try await bench.answer(spec)
                #expect(answer == #"["a","b"]"#)
            }
        }
    }

    @Test func `a bootstrap that is missing or cannot be executed is reported`() async throws {
        try await Bench.run { bench in
            let missing = bench.function("provided.al2023", files: ["other": ""])
            let first = try await bench.json(missing)
            #expect(first["errorType"] == .string("Runtime.InvalidEntrypoint"))
            #expect(
                first["errorMessage"]?.stringValue?.hasSuffix(
                    "Couldn't find valid bootstrap(s): [\(missing.codeDirectory)/bootstrap]") == true)
            let plain = bench.function("provided.al2023", files: ["bootstrap": "not a program"])
            let second = try await bench.json(plain)
            #expect(second["errorType"] == .string("Runtime.InvalidEntrypoint"))
            #expect(second["errorMessage"]?.stringValue?.hasSuffix("exec format error") == true)
        }
    }

    /// A bootstrap in Python, as a client that we can make misbehave.
    private static func client(_ body: String) -> String {
        """
        #!/usr/bin/python3
        import http.client, os, sys, time
        api = os.environ["AWS_LAMBDA_RUNTIME_API"]
        def call(method, path, body=None, headers={}):
            c = http.client.HTTPConnection(api)
            c.request(method, "/2018-06-01/runtime/" + path, body, headers)
            r = c.getresponse()
            return r.status, r.read().decode(), r
        def next():
            s, b, r = call("GET", "invocation/next")
            return r.getheader("Lambda-Runtime-Aws-Request-Id"), b, r
        \(body)
        """
    }

    @Test func `the Runtime API answers with Lambda's status codes and bodies`() async throws {
        let body = """
            log = []
            id, event, r = next()
            log.append([r.getheader("Content-Type"), r.getheader("Lambda-Runtime-Invoked-Function-Arn"),
                        int(r.getheader("Lambda-Runtime-Deadline-Ms")) - time.time() * 1000 > 15000])
            log.append(call("POST", "invocation/wrong/response", "{}")[:2])
            log.append(call("GET", "invocation/next")[:1])
            log.append(call("POST", "init/error", "{}")[:1])
            log.append(call("GET", "nothing")[:1])
            log.append(call("GET", "init/error")[:1])
            import json
            first = call("POST", "invocation/%s/response" % id, json.dumps(log))
            second = call("POST", "invocation/%s/response" % id, "{}")
            id, event, r = next()
            call("POST", "invocation/%s/response" % id, json.dumps([first[:2], second[0]]))
            next()
            """
        try await Bench.run { bench in
            let spec = bench.function("provided.al2023", files: ["bootstrap": Self.client(body)])
            let first = try await bench.answer(spec)
            #expect(
                first
                    == #"[["application/json", "arn:aws:lambda:eu-west-1:000000000000:function:sample", true], "#
                    + #"[400, "{\"errorMessage\":\"Invalid request ID\",\"errorType\":\"InvalidRequestID\"}\n"], [403], [403], [404], [405]]"#
            )
            let second = try await bench.answer(spec)
            #expect(second == #"[[202, "{\"status\":\"OK\"}\n"], 403]"#)
        }
    }

    @Test func `a response beyond 6 MB is refused with 413 and answered as Function.ResponseSizeTooLarge`() async throws
    {
        let body = """
            id, event, r = next()
            print(call("POST", "invocation/%s/response" % id, '"' + "x" * 6291556 + '"')[:2], flush=True)
            next()
            """
        try await Bench.run { bench in
            let outcome = try await bench.invoke(
                bench.function("provided.al2023", files: ["bootstrap": Self.client(body)])
            ).get()
            #expect(outcome.functionError == .unhandled)
            let answer = try outcome.json
            #expect(answer["errorType"] == .string("Function.ResponseSizeTooLarge"))
            #expect(
                outcome.tail.contains(
                    "(413, '{\"errorMessage\":\"Exceeded maximum allowed payload size (6291556 bytes).\",\"errorType\":\"RequestEntityTooLarge\"}"
                ))
        }
    }

    @Test func `an init error that the runtime reports is the answer`() async throws {
        let body = """
            call("POST", "init/error", '{"errorType":"My.Error","errorMessage":"no"}', {"Lambda-Runtime-Function-Error-Type": "My.Error"})
            sys.exit(3)
            """
        try await Bench.run { bench in
            let outcome = try await bench.invoke(
                bench.function("provided.al2023", files: ["bootstrap": Self.client(body)])
            ).get()
            #expect(outcome.text == #"{"errorType":"My.Error","errorMessage":"no"}"#)
            #expect(outcome.functionError == .unhandled)
            #expect(bench.messages.contains { $0.hasSuffix("Phase: init\tStatus: error\tError Type: My.Error") })
        }
    }

    @Test func `a runtime that ends before it polls is a Runtime.ExitError`() async throws {
        try await Bench.run { bench in
            let spec = bench.function("provided.al2023", files: ["bootstrap": "#!/bin/sh\necho dying\nexit 4\n"])
            let outcome = try await bench.invoke(spec, requestID: "r1").get()
            #expect(
                outcome.text
                    == #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: r1 Error: Runtime exited with error: exit status 4"}"#
            )
            #expect(bench.messages.contains("dying"))
        }
    }
}

/// Runs a program to its end; its exit status.
func run(_ arguments: [String]) throws -> Int32 {
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, arguments[0], nil, nil, &pointers, environ)
    guard failure == 0 else { throw BenchError("cannot run \(arguments[0]): \(failure)") }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return (status >> 8) & 0xFF
}
