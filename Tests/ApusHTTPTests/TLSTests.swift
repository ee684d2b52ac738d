import ApusBase
import ApusHTTP
import ApusWire
import Glibc
import Synchronization
import Testing

@Suite(.serialized)
struct TLSTests {
    private static let get = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"

    /// A certificate and a key in files that a test may change.
    final class Files {
        let directory: String
        let settings: TLSSettings

        init(_ pair: TestCertificates.Pair, plainHTTP: TLSSettings.PlainHTTP = .everyone) {
            var template = Array("/tmp/apus-tls-XXXXXX".utf8CString)
            self.directory = String(cString: mkdtemp(&template))
            self.settings = TLSSettings(
                certificatePath: self.directory + "/server.pem", keyPath: self.directory + "/server.key",
                plainHTTP: plainHTTP, reloadMilliseconds: 5)
            self.write(pair.certificate, "server.pem")
            self.write(pair.key, "server.key")
        }

        /// As editors and certificate tools do it: another file, renamed over the old one.
        func write(_ text: String, _ name: String) {
            let new = self.directory + "/new"
            let file = fopen(new, "w")!
            fputs(text, file)
            fclose(file)
            rename(new, self.directory + "/" + name)
        }

        deinit {
            for name in ["server.pem", "server.key", "new"] { unlink(self.directory + "/" + name) }
            rmdir(self.directory)
        }
    }

    @Test func `a request comes over TLS and is known to`() async throws {
        let handler = TestHandler()
        let files = Files(TestCertificates.first)
        try await TestServer.with(handler, tls: files.settings) { server in
            for maximum: TLSVersionName in [.v12, .v13] {
                let client = try await TLSClient(port: server.port, maximum: maximum.version)
                #expect(client.protocolName == "http/1.1")
                try await client.send(Self.get)
                let visit = handler.take()[0]
                #expect(visit.request.isSecure)
                #expect(visit.request.remoteAddress == "127.0.0.1")
                visit.exchange.reply(HTTPResponse(status: 200, body: Array("yes".utf8)))
                #expect(client.answer().hasSuffix("\r\n\r\nyes"))
                try await client.close()
            }
            waitUntil("the connections are gone") { server.counters.connectionsOpen == 0 }
        }
    }

    @Test func `a certificate says when it ends`() {
        let files = Files(TestCertificates.first)
        // As openssl reads it: Nov  1 17:48:35 2126 GMT.
        #expect(
            CertificateExpiry.of(files.settings.certificatePath) == .ends(Timestamp(milliseconds: 4_949_228_915_000)))
        #expect(
            CertificateExpiry.of(files.settings.keyPath)
                == .unknown(reason: "\(files.settings.keyPath) has no certificates in PEM form"))
    }

    @Test func `TLS 1_1 and older are refused`() async throws {
        let files = Files(TestCertificates.first)
        try await TestServer.with(echo, tls: files.settings) { server in
            await #expect(throws: (any Error).self) {
                try await TLSClient(port: server.port, maximum: TLSVersionName.v11.version)
            }
            waitUntil("the failed handshake is counted and gone") {
                server.counters.handshakesFailed == 1 && server.counters.connectionsOpen == 0
            }
        }
    }

    @Test func `a client that offers HTTP_2 gets it, one that offers nothing gets HTTP_1_1`() async throws {
        let files = Files(TestCertificates.first)
        try await TestServer.with(echo, tls: files.settings) { server in
            let client1 = try await TLSClient(port: server.port, protocols: ["h2", "http/1.1"])
            #expect(client1.protocolName == "h2")
            let plain = try await TLSClient(port: server.port, protocols: [])
            try await plain.send(Self.get)
            #expect(plain.answer().hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test func `plain HTTP is answered on the same port, unless it is refused`() async throws {
        for plainHTTP in TLSSettings.PlainHTTP.allCases {
            let files = Files(TestCertificates.first, plainHTTP: plainHTTP)
            try await TestServer.with(echo, tls: files.settings) { server in
                let client = server.client
                try client.send(Self.get)
                let answer = try client.receive()
                guard plainHTTP == .nobody else {
                    #expect(answer.status == 200)
                    return
                }
                #expect(answer.status == 400)
                #expect(answer.text.contains("over TLS only"))
                #expect(try client.isClosedByServer())
                let preface = server.client
                try preface.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                #expect(try preface.isClosedByServer())
            }
        }
    }

    @Test func `a changed pair is shown to new connections, and open ones go on`() async throws {
        let files = Files(TestCertificates.first)
        let told = Told()
        try await TestServer.with(echo, tls: files.settings, tlsReloaded: told.note) { server in
            let before = try await TLSClient(port: server.port)
            #expect(before.certificate.contains("first"))
            files.write(TestCertificates.second.certificate, "server.pem")
            waitUntil("half a change is refused") { told.refusals >= 1 }
            let client2 = try await TLSClient(port: server.port)
            #expect(client2.certificate.contains("first"))
            files.write(TestCertificates.second.key, "server.key")
            waitUntil("the whole change is taken") { told.loads == 1 }
            let client3 = try await TLSClient(port: server.port)
            #expect(client3.certificate.contains("second"))
            try await before.send(Self.get)
            #expect(before.answer().hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test(arguments: ["", "no PEM at all", TestCertificates.second.key])
    func `a key that cannot be used changes nothing and is told once`(key: String) async throws {
        let files = Files(TestCertificates.first)
        let told = Told()
        try await TestServer.with(echo, tls: files.settings, tlsReloaded: told.note) { server in
            files.write(key, "server.key")
            waitUntil("the change is refused") { told.refusals == 1 }
            usleep(50_000)
            #expect(told.refusals == 1)
            let client4 = try await TLSClient(port: server.port)
            #expect(client4.certificate.contains("first"))
            files.write(TestCertificates.first.key, "server.key")
            waitUntil("the old key is back") { told.loads == 1 }
        }
    }

    @Test func `a server without a usable certificate does not start, and says why`() async throws {
        let files = Files(TestCertificates.first)
        files.write(TestCertificates.second.key, "server.key")
        var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
        configuration.tls = files.settings
        for (path, reason) in [("/server.key", "is not that of the certificate"), ("/none.key", "cannot be opened")] {
            configuration.tls?.keyPath = files.directory + path
            let server = HTTPServer(configuration: configuration, handler: echo, clock: SystemClock())
            do throws(HTTPServerError) {
                _ = try await server.start()
                Issue.record("a server starts without a certificate")
            } catch {
                #expect(error.description.contains(reason), "\(error)")
            }
        }
    }

    @Test func `a handshake that does not end is ended`() async throws {
        let files = Files(TestCertificates.first)
        try await TestServer.with(echo, tls: files.settings) { server in
            let client = server.client
            // The first bytes of a record that announces 512 bytes.
            try client.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])
            waitUntil("the connection is there") { server.counters.connectionsOpen == 1 }
            usleep(20_000)
            server.clock.advance(milliseconds: 10_000)
            waitUntil("it is gone") { server.counters.connectionsOpen == 0 }
            #expect(server.counters.connectionsTimedOut == 1)
            #expect(server.counters.handshakesFailed == 1)
        }
    }

    @Test func `an idle connection is ended, within TLS as before it`() async throws {
        let files = Files(TestCertificates.first)
        try await TestServer.with(echo, tls: files.settings) { server in
            let silent = server.client
            let idle = try await TLSClient(port: server.port)
            try await idle.send(Self.get)
            #expect(idle.answer().hasPrefix("HTTP/1.1 200 OK\r\n"))
            waitUntil("both are there") { server.counters.connectionsOpen == 2 }
            server.clock.advance(milliseconds: 75_000)
            #expect(try silent.isClosedByServer())
            waitUntil("both are gone") { idle.isClosed && server.counters.connectionsOpen == 0 }
        }
    }

    @Test func `a body that is too large is refused over TLS so that the client reads it`() async throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 1_000
        let files = Files(TestCertificates.first)
        try await TestServer.with(echo, limits: limits, tls: files.settings) { server in
            let client = try await TLSClient(port: server.port)
            try await client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n")
            #expect(client.answer().hasPrefix("HTTP/1.1 413 "))
            let second = try await TLSClient(port: server.port)
            try await second.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
            let interim = second.receive { $0.count >= 25 }
            #expect(String(decoding: interim, as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
            try await second.send("abcd")
            #expect(second.answer().hasSuffix("abcd"))
        }
    }
}

/// What a server told of its certificate.
private final class Told: Sendable {
    private let outcomes = Mutex<[TLSReload]>([])
    var note: @Sendable (TLSReload) -> Void { { outcome in self.outcomes.withLock { $0.append(outcome) } } }
    var loads: Int { self.outcomes.withLock { $0.count { $0 == .loaded } } }
    var refusals: Int { self.outcomes.withLock { $0.count { $0 != .loaded } } }
}
