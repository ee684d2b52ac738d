import ApusBase
import Glibc
import Testing

@testable import ApusServer

@Suite struct InitScriptsTests {
    @Test func `one that fails does not keep the others from running, and the page tells`() async throws {
        let path = try self.folder([
            "a.sh": "echo from a $AWS_ENDPOINT_URL $AWS_ACCESS_KEY_ID $AWS_REGION", "b.sh": "echo broken; exit 4",
            "c.sh": "command -v awslocal",
        ])
        defer { try? Files.removeTree(path) }
        let (scripts, output) = try self.scripts(path)
        scripts.prepare(ServerReady(host: "127.0.0.1", port: 4_566))
        await scripts.run(.ready)
        let log = output()
        #expect(log.contains("info  init: from a http://127.0.0.1:4566 test us-east-1 script=a.sh\n"))
        #expect(log.contains("init: broken script=b.sh\n"))
        #expect(log.contains(#"error init: failed reason="it ended with exit code 4" script=b.sh"#))
        #expect(log.contains("/runtime/bin/awslocal script=c.sh\n"))
        #expect(
            String(decoding: scripts.status.json(of: .ready), as: UTF8.self)
                == #"{"completed":true,"scripts":[{"stage":"READY","name":"a.sh","state":"SUCCESSFUL"},"#
                + #"{"stage":"READY","name":"b.sh","state":"ERROR"},{"stage":"READY","name":"c.sh","state":"SUCCESSFUL"}]}"#
        )
        #expect(
            String(decoding: scripts.status.json(of: nil), as: UTF8.self).hasPrefix(
                #"{"completed":{"BOOT":false,"START":false,"READY":true,"SHUTDOWN":false},"scripts":[{"#))
    }

    @Test func `a script that takes too long fails`() async throws {
        let path = try self.folder(["slow.sh": "sleep 600"])
        defer { try? Files.removeTree(path) }
        let (scripts, output) = try self.scripts(path) { $0.initScripts.timeoutSeconds = 1 }
        await scripts.run(.ready)
        #expect(output().contains("it took longer than init.timeout_seconds"))
        #expect(scripts.status.scripts.map(\.state) == [.error])
    }

    @Test func `a server that took over from another does not run them again`() async throws {
        let path = try self.folder(["a.sh": "echo again"])
        defer { try? Files.removeTree(path) }
        let (scripts, _) = try self.scripts(path, predecessor: .server)
        await scripts.run(.ready)
        #expect(scripts.status.scripts.isEmpty && scripts.status.isCompleted(.ready))
    }

    @Test func `only dev gives its keys away, and nobody the service manager's socket`() {
        let variables = ["NOTIFY_SOCKET": "/run/x", "LISTEN_FDS": "1", "HOME": "/root", "AWS_ACCESS_KEY_ID": "mine"]
        let dev = InitScripts.environment(variables, Configuration(), .dev, nil)
        #expect(dev["AWS_ACCESS_KEY_ID"] == "test" && dev["HOME"] == "/root")
        #expect(dev["NOTIFY_SOCKET"] == nil && dev["LISTEN_FDS"] == nil)
        #expect(InitScripts.environment(variables, Configuration(), .serve, nil)["AWS_ACCESS_KEY_ID"] == "mine")
    }

    private func folder(_ scripts: [String: String]) throws -> String {
        let path = "/tmp/apus-init-\(getpid())-\(SystemEntropy().nextUInt64())"
        try Files.createDirectory(path + "/init/ready.d")
        for (name, body) in scripts {
            try Files.replace("\(path)/init/ready.d/\(name)", with: Array("#!/bin/sh\n\(body)\n".utf8))
        }
        return path
    }

    /// Scripts of a dev server, and what reads the log when they are done.
    private func scripts(
        _ path: String, predecessor: InheritedSockets.Predecessor = .none,
        _ change: (inout Configuration) -> Void = { _ in }
    ) throws -> (InitScripts, () -> String) {
        var configuration = Configuration()
        configuration.dataDirectory = path
        change(&configuration)
        var plan = ServerPlan(configuration: configuration, mode: .dev, whenReady: { _ in }, requests: ServerRequests())
        plan.sockets.predecessor = predecessor
        plan.variables = ["PATH": "/usr/bin:/bin"]
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (readEnd, writeEnd) = (ends[0], ends[1])
        let log = ServerLog(configuration.log, clock: SystemClock(), descriptor: writeEnd)
        return (
            InitScripts(plan, log: log),
            {
                log.stop()
                close(writeEnd)
                var text = ""
                var bytes = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = read(readEnd, &bytes, bytes.count)
                    if count <= 0 { break }
                    text += String(decoding: bytes[..<count], as: UTF8.self)
                }
                close(readEnd)
                return text
            }
        )
    }
}
