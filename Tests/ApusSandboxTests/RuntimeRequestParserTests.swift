import ApusSandbox
import Testing

@Suite struct RuntimeRequestParserTests {
    private func events(_ text: String, pieces: Int = .max) -> [RuntimeRequestParser.Event] {
        var parser = RuntimeRequestParser()
        var events: [RuntimeRequestParser.Event] = []
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, pieces == .max ? bytes.count : start + pieces)
            parser.append(bytes[start..<end])
            while let event = parser.next() { events.append(event) }
            start = end
        }
        return events
    }

    private func request(
        _ call: RuntimeRequest.Call, _ body: String = "", type: String? = nil, keepAlive: Bool = true
    ) -> RuntimeRequestParser.Event {
        .request(RuntimeRequest(call: call, body: .bytes(Array(body.utf8)), errorType: type, keepAlive: keepAlive))
    }

    private let poll = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

    @Test(arguments: [1, 2, 3, 7, 64, Int.max]) func `requests come out whole however the bytes arrive`(pieces: Int) {
        let text =
            self.poll + "POST /2018-06-01/runtime/invocation/a-b/response HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello"
            + "POST /2018-06-01/runtime/invocation/x/error HTTP/1.1\r\nContent-Length: 2\r\n"
            + "Lambda-Runtime-Function-Error-Type: Runtime.Oops\r\n\r\n{}" + self.poll
        #expect(
            self.events(text, pieces: pieces) == [
                self.request(.next), self.request(.response(requestID: "a-b"), "hello"),
                self.request(.error(requestID: "x"), "{}", type: "Runtime.Oops"), self.request(.next),
            ])
    }

    @Test(arguments: [1, 5, Int.max]) func `chunked bodies are put together, extensions and trailers skipped`(
        pieces: Int
    ) {
        let text =
            "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5\r\nhello\r\nA;name=value\r\n, world!!!\r\n0\r\nLambda-Runtime-Function-Error-Body: x\r\n\r\n"
            + self.poll
        #expect(
            self.events(text, pieces: pieces) == [self.request(.initError, "hello, world!!!"), self.request(.next)])
    }

    @Test(arguments: [1, 3, Int.max]) func `a streamed response comes in parts, with its trailers`(pieces: Int) {
        let head =
            "POST /2018-06-01/runtime/invocation/a/response HTTP/1.1\r\nContent-Type: text/html\r\n"
            + "Lambda-Runtime-Function-Response-Mode: Streaming\r\nTransfer-Encoding: chunked\r\n\r\n"
        let trailers =
            "Lambda-Runtime-Function-Error-Type: T\r\nlambda-runtime-function-error-body: e30=\r\nother: 1\r\n"
        let events = self.events(head + "5\r\nhello\r\n1\r\n!\r\n0\r\n\(trailers)\r\n" + self.poll, pieces: pieces)
        let request = RuntimeRequest(
            call: .response(requestID: "a"), body: .bytes([]), errorType: nil, keepAlive: true, contentType: "text/html"
        )
        #expect(events.first == .begin(request, expectsContinue: false))
        var text: [UInt8] = []
        for case .part(let bytes) in events { text += bytes }
        #expect(String(decoding: text, as: UTF8.self) == "hello!")
        #expect(
            events.suffix(2) == [.end(RuntimeRequest.Trailers(errorType: "T", errorBody: "e30=")), self.request(.next)])
    }

    @Test func `a streamed response may have a length instead of chunks`() {
        let head =
            "POST /2018-06-01/runtime/invocation/a/response HTTP/1.1\r\nContent-Length: 2\r\n"
            + "Lambda-Runtime-Function-Response-Mode: streaming\r\n\r\n"
        let events = self.events(head + "ok" + self.poll)
        #expect(events.dropFirst() == [.part([0x6F, 0x6B]), .end(RuntimeRequest.Trailers()), self.request(.next)])
    }

    @Test func `a body beyond the limit is skipped and what follows is read`() {
        let length = SandboxLimits.payloadBytes + 1
        let head = "POST /2018-06-01/runtime/invocation/a/response HTTP/1.1\r\nContent-Length: \(length)\r\n\r\n"
        let events = self.events(head + String(repeating: "x", count: length) + self.poll, pieces: 1 << 20)
        let large = RuntimeRequest(
            call: .response(requestID: "a"), body: .tooLarge(announced: length), errorType: nil, keepAlive: true)
        #expect(events == [.request(large), self.request(.next)])
        #expect(SandboxLimits.payloadBytes == 6_291_556)
    }

    @Test func `a body of exactly the limit is taken`() {
        let length = SandboxLimits.payloadBytes
        let head = "POST /2018-06-01/runtime/invocation/a/response HTTP/1.1\r\nContent-Length: \(length)\r\n\r\n"
        guard case .request(let request) = self.events(head + String(repeating: "x", count: length)).first else {
            Issue.record("no request")
            return
        }
        #expect(request.body == .bytes([UInt8](repeating: UInt8(ascii: "x"), count: length)))
    }

    @Test func `a client that waits for 100 Continue is told`() {
        let text = "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        #expect(self.events(text) == [.expectsContinue])
        #expect(self.events(text + "{}") == [.expectsContinue, self.request(.initError, "{}")])
    }

    @Test func `HTTP 1.0 and Connection close end the connection`() {
        #expect(
            self.events("GET /2018-06-01/runtime/invocation/next HTTP/1.0\r\n\r\n") == [
                self.request(.next, keepAlive: false)
            ])
        let text = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nConnection: close\r\n\r\n"
        #expect(self.events(text) == [self.request(.next, keepAlive: false)])
    }

    @Test func `unknown paths and wrong methods are told apart`() {
        #expect(RuntimeRequest.call(method: "GET", path: "/2018-06-01/runtime/other") == .unknown(.path))
        #expect(RuntimeRequest.call(method: "GET", path: "/2018-06-01/runtime/invocation//response") == .unknown(.path))
        #expect(RuntimeRequest.call(method: "POST", path: "/2018-06-01/runtime/invocation/next") == .unknown(.method))
        #expect(
            RuntimeRequest.call(method: "PUT", path: "/2018-06-01/runtime/invocation/a/response") == .unknown(.method))
        #expect(RuntimeRequest.call(method: "GET", path: "/") == .unknown(.path))
    }

    @Test(arguments: [
        "hello\r\n\r\n", "GET /\r\n\r\n", "GET / FTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    ]) func `what is not HTTP is refused and nothing is read after it`(text: String) {
        let events = self.events(text + self.poll)
        guard case .malformed = events.last else {
            Issue.record("\(events)")
            return
        }
        #expect(events.count == 1)
    }

    @Test func `a long head that comes byte by byte is looked at once`() {
        let head =
            "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nX: " + String(repeating: "x", count: 300_000)
            + "\r\n\r\n"
        #expect(self.events(head, pieces: 3) == [self.request(.next)])
    }

    @Test func `an endless head is refused`() {
        let text = "GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: SandboxLimits.headBytes + 10)
        #expect(self.events(text) == [.malformed("head too long")])
    }

    /// Whatever bytes come, it neither traps nor runs on for ever.
    @Test(arguments: UInt64(1)...30) func `random bytes do no harm`(seed: UInt64) {
        var state = seed
        let alphabet = Array(
            "GETPOS /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\nContent-Length: 0123456789abcdef:;".utf8)
        var parser = RuntimeRequestParser()
        for _ in 0..<200 {
            var bytes: [UInt8] = []
            for _ in 0..<20 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let pick = Int(state >> 33)
                bytes.append(pick % 7 == 0 ? UInt8(truncatingIfNeeded: pick >> 8) : alphabet[pick % alphabet.count])
            }
            parser.append(bytes)
            while parser.next() != nil {}
        }
    }
}
