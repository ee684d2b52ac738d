import ApusBase
import ApusSandbox
import ApusService
import Glibc
import NIOCore
import NIOPosix
import Testing

/// Environments with networks of their own; Tests/conformance/test_network.py tries to get out of them.
@Suite(.serialized, .enabled(if: Namespaces.problem(network: .own) == nil, "this machine permits no networks"))
struct NetworkTests {
    /// A runner whose functions find one line of text at Apus's endpoint.
    private static func run(egress: [String] = [], _ body: (Bench) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        try await Bench.run(
            configure: { configuration in
                configuration.isolation = .namespaces
                configuration.network = OwnNetwork(endpointPort: 4566, egress: Egress(egress))
                configuration.openEndpoint = { descriptor in
                    let listener = ServerBootstrap(group: group)
                        .childChannelInitializer { channel in
                            channel.closeFuture.whenComplete { _ in }
                            let text = channel.allocator.buffer(string: "apus")
                            channel.eventLoop.execute {
                                channel.writeAndFlush(text).whenComplete { _ in channel.close(promise: nil) }
                            }
                            return channel.eventLoop.makeSucceededVoidFuture()
                        }
                        .withBoundSocket(descriptor)
                    return { listener.whenSuccess { $0.close(promise: nil) } }
                }
            }, body)
        try await group.shutdownGracefully()
    }

    /// Listens on the host's loopback interface while `body` runs.
    private static func listening(_ body: (Int) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        try await body(listener.localAddress?.port ?? 0)
        try await listener.close()
        try await group.shutdownGracefully()
    }

    private static let source = """
        import errno, os, socket
        def reach(host, port):
            try:
                with socket.create_connection((host, port), timeout=3) as connection: return connection.recv(100).decode()
            except OSError as error:
                return errno.errorcode.get(error.errno, type(error).__name__)
        def handler(event, context):
            return [reach(host, port) for host, port in event]

        """

    @Test func `the Runtime API and Apus are there, and nothing else, however it was started`() async throws {
        try await Self.run { bench in
            try await Self.listening { port in
                let event =
                    #"[["127.0.0.1", 4566], ["127.0.0.1", \#(port)], ["192.0.2.1", 80], ["169.254.169.254", 80]]"#
                let wanted = #"["apus", "ECONNREFUSED", "ENETUNREACH", "ENETUNREACH"]"#
                // With LANG it is an interpreter of its own; without, a fork once the template is there.
                let started = bench.function(files: ["app.py": Self.source], variables: ["LANG": "C.UTF-8"])
                let found = try await bench.answer(started, event)
                #expect(found == wanted)
                try await Task.sleep(nanoseconds: 500_000_000)
                let forked = bench.python(Self.source)
                let first = try await bench.answer(forked, event)
                #expect(first == wanted)
                let again = try await bench.answer(forked, event)
                #expect(again == wanted)
            }
        }
    }

    @Test func `the Runtime API is where Lambda has it`() async throws {
        let source = "import os\ndef handler(event, context):\n    return os.environ['AWS_LAMBDA_RUNTIME_API']\n"
        try await Self.run { bench in
            let place = try await bench.answer(bench.python(source))
            #expect(place == #""127.0.0.1:9001""#)
        }
    }

    @Test func `Node and programs of their own run there`() async throws {
        try await Self.run { bench in
            let node = bench.function(
                "nodejs20.x",
                files: ["app.js": "exports.handler = async () => Object.keys(require('os').networkInterfaces())\n"])
            let names = try await bench.answer(node)
            #expect(names == #"["lo"]"#)
        }
    }

    @Test func `environments do not reach one another`() async throws {
        let listener = """
            import socket, threading
            server = socket.create_server(("0.0.0.0", 7777))
            def handler(event, context): return server.getsockname()[1]

            """
        try await Self.run { bench in
            let listens = try await bench.answer(bench.python(listener))
            #expect(listens == "7777")
            let reaches = try await bench.answer(bench.python(Self.source), #"[["127.0.0.1", 7777]]"#)
            #expect(reaches == #"["ECONNREFUSED"]"#)
        }
    }

    @Test func `telemetry finds its subscriber`() async throws {
        let source = """
            import http.client, http.server, json, os, threading, time
            got = []
            class Listener(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    got.extend(event["type"] for event in json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                    self.send_response(200)
                    self.end_headers()
                def log_message(self, *arguments): pass
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            def call(method, path, body, **headers):
                connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
                headers = {"Lambda-Extension-" + name: value for name, value in headers.items()}
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                answer.read()
                return answer
            answer = call("POST", "/2020-01-01/extension/register", '{"events": ["INVOKE"]}', Name="ears")
            id = answer.getheader("Lambda-Extension-Identifier")
            call("PUT", "/2022-07-01/telemetry", json.dumps({"schemaVersion": "2022-12-13", "types": ["platform"],
                "buffering": {"timeoutMs": 25}, "destination": {"protocol": "HTTP",
                "URI": "http://sandbox.localdomain:%d/" % server.server_port}}), Identifier=id)
            def follow():
                while True: call("GET", "/2020-01-01/extension/event/next", None, Identifier=id)
            threading.Thread(target=follow, daemon=True).start()
            def handler(event, context):
                until = time.time() + 5
                while event not in got and time.time() < until: time.sleep(0.02)
                return event in got

            """
        try await Self.run { bench in
            let spec = bench.python(source)
            let start = try await bench.answer(spec, #""platform.start""#)
            #expect(start == "true")
            // On a connection of its own: HTTP/1.0 has one for each answer.
            let report = try await bench.answer(spec, #""platform.report""#)
            #expect(report == "true")
        }
    }

    @Test func `sockets and processes end with the environment`() async throws {
        func descriptors() -> Int {
            guard let folder = opendir("/proc/self/fd") else { return -1 }
            defer { closedir(folder) }
            var count = 0
            while readdir(folder) != nil { count += 1 }
            return count
        }
        try await Self.run(egress: ["443"]) { bench in
            func once() async throws {
                let spec = bench.python("import os\ndef handler(event, context):\n    if event: os._exit(3)\n")
                _ = await bench.invoke(spec, "0")
                _ = await bench.invoke(spec, "1")
                bench.runner.retire(revision: spec.revision)
                try await bench.wait { $0.ready + $0.frozen + $0.busy + $0.starting + $0.ending == 0 }
            }
            for _ in 0..<3 { try await once() }
            let before = descriptors()
            for _ in 0..<10 { try await once() }
            // Other suites run beside this one.
            try await waitUntil { descriptors() < before + 20 }
        }
    }

    @Test func `a private network without the rule for it reaches nothing`() async throws {
        try await Self.run(egress: ["443"]) { bench in
            try await Self.listening { port in
                let event =
                    #"[["127.0.0.1", \#(port)], ["192.0.2.1", 80], ["169.254.169.254", 443], ["127.0.0.2", 443]]"#
                let answer = try await bench.answer(bench.python(Self.source), event)
                #expect(answer == #"["ECONNREFUSED", "ECONNREFUSED", "ECONNRESET", "ECONNRESET"]"#)
            }
        }
    }

    @Test(arguments: [
        ("443", true), ("10.1.0.0/16:5432", true), ("192.0.2.7:80", true), ("0", false), ("x", false),
        ("10.0.0.0/33:1", false),
        ("::1:80", false), ("9001", false), ("53", false), ("", false), ("10.0.0.0/8:", false),
    ])
    func `rules for the outside are ports, or networks with ports`(rule: String, isGood: Bool) {
        #expect((Egress.problem(rule) == nil) == isGood)
    }

    @Test func `the endpoint has the server's port unless something of the environment's is there`() {
        #expect(OwnNetwork.endpointPort(4566, egress: nil) == 4566)
        #expect(OwnNetwork.endpointPort(443, egress: nil) == 443)
        #expect(OwnNetwork.endpointPort(443, egress: Egress(["443"])) == 4566)
        #expect(OwnNetwork.endpointPort(9001, egress: nil) == 4566)
    }
}
