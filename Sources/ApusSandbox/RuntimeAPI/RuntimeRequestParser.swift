/// Reads the HTTP/1.1 requests of runtime clients from a byte stream, without I/O: bytes in, requests out.
///
/// A parser of its own because this is the hot path of every invocation and needs little: one host, five paths, no proxies.
/// It is strict where that costs nothing, and bounded: a head of at most `SandboxLimits.headBytes`, a body of at most
/// `SandboxLimits.payloadBytes` (a longer one is skipped). Content-Length and chunked bodies; pipelining. The body of a response
/// that is streamed comes in parts, of any length in all.
package struct RuntimeRequestParser: Sendable {
    package enum Event: Equatable, Sendable {
        case request(RuntimeRequest)
        /// The client waits for "100 Continue" before it sends the body.
        case expectsContinue
        /// The head of a response that is streamed; `part`s and `end` follow.
        case begin(RuntimeRequest, expectsContinue: Bool)
        case part([UInt8])
        case end(RuntimeRequest.Trailers)
        /// Not HTTP, or beyond the limits: answer 400 and close.
        case malformed(String)
    }

    private enum State: Sendable {
        case head
        case body(remaining: Int)
        case chunkSize
        case chunk(remaining: Int)
        case chunkEnd
        case trailers
        case broken
    }

    private var buffer: [UInt8] = []
    private var position = 0
    /// Bytes from `position` on in which the end of the head or line has been looked for in vain: a client that sends byte by byte
    /// must not make us look at them all again each time.
    private var searched = 0
    private var state: State = .head
    private var pending = RuntimeRequest(call: .unknown(.path), body: .bytes([]), errorType: nil, keepAlive: true)
    private var body: [UInt8] = []
    private var oversized = false
    private var announced: Int?
    /// The request is a response that is streamed.
    private var isStreaming = false
    private var trailers = RuntimeRequest.Trailers()
    /// The longest part of a streamed body that is handed on at once.
    private static let partBytes = 64 * 1024

    package init() {}

    /// Takes what came from the connection; `next` then yields what it completes.
    package mutating func append(_ bytes: some Sequence<UInt8>) {
        if self.position == self.buffer.count {
            self.buffer.removeAll(keepingCapacity: self.buffer.count <= 64 * 1024)
            self.position = 0
        } else if self.position > 64 * 1024 {
            self.buffer.removeFirst(self.position)
            self.position = 0
        }
        self.buffer.append(contentsOf: bytes)
    }

    /// The next complete request, or nil until more bytes come. After `malformed` nothing follows.
    package mutating func next() -> Event? {
        while true {
            switch self.state {
            case .broken: return nil
            case .head:
                guard let end = self.endOfHead() else {
                    return self.buffer.count - self.position > SandboxLimits.headBytes
                        ? self.fail("head too long") : nil
                }
                let head = self.buffer[self.position..<end]
                self.position = end + 4
                if let event = self.begin(head) { return event }
            case .body(let remaining) where self.isStreaming && remaining > 0:
                guard let part = self.takePart(upTo: remaining) else { return nil }
                self.state = .body(remaining: remaining - part.count)
                return .part(part)
            case .body(let remaining):
                let taken = self.takeBody(upTo: remaining)
                guard taken == remaining else {
                    self.state = .body(remaining: remaining - taken)
                    return nil
                }
                return self.complete()
            case .chunkSize:
                guard let line = self.takeLine() else { return self.lineTooLong(1024) }
                guard let size = Self.chunkSize(line) else { return self.fail("chunk size") }
                self.state = size == 0 ? .trailers : .chunk(remaining: size)
            case .chunk(let remaining) where self.isStreaming:
                guard let part = self.takePart(upTo: remaining) else { return nil }
                self.state = part.count == remaining ? .chunkEnd : .chunk(remaining: remaining - part.count)
                return .part(part)
            case .chunk(let remaining):
                let taken = self.takeBody(upTo: remaining)
                self.state = taken == remaining ? .chunkEnd : .chunk(remaining: remaining - taken)
                if taken < remaining { return nil }
            case .chunkEnd:
                guard let line = self.takeLine() else { return self.lineTooLong(2) }
                guard line.isEmpty else { return self.fail("chunk end") }
                self.state = .chunkSize
            case .trailers:
                guard let line = self.takeLine() else { return self.lineTooLong(SandboxLimits.headBytes) }
                if line.isEmpty { return self.complete() }
                if self.isStreaming { self.note(trailer: line) }
            }
        }
    }

    /// What it holds of requests that are not complete or have not been taken.
    package var heldBytes: Int { self.buffer.count - self.position + self.body.count }

    private mutating func fail(_ reason: String) -> Event {
        self.state = .broken
        return .malformed(reason)
    }

    private mutating func lineTooLong(_ limit: Int) -> Event? {
        self.buffer.count - self.position > limit ? self.fail("line too long") : nil
    }

    private mutating func endOfHead() -> Int? {
        let found = self.buffer.withUnsafeBufferPointer { bytes -> Int? in
            var index = self.position + max(0, self.searched - 3)
            while index + 3 < bytes.count {
                // Look at the last of four first: most bytes are neither CR nor LF.
                switch bytes[index + 3] {
                case UInt8(ascii: "\n"):
                    if bytes[index + 2] == 13, bytes[index + 1] == 10, bytes[index] == 13 { return index }
                    index += 1
                case UInt8(ascii: "\r"): index += 1
                default: index += 4
                }
            }
            return nil
        }
        self.searched = found == nil ? self.buffer.count - self.position : 0
        return found
    }

    private mutating func takeLine() -> ArraySlice<UInt8>? {
        guard let end = self.buffer[(self.position + self.searched)...].firstIndex(of: UInt8(ascii: "\n")) else {
            self.searched = self.buffer.count - self.position
            return nil
        }
        self.searched = 0
        var line = self.buffer[self.position..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        self.position = end + 1
        return line
    }

    private mutating func takeBody(upTo wanted: Int) -> Int {
        let taken = min(wanted, self.buffer.count - self.position)
        if self.body.count + taken > SandboxLimits.payloadBytes {
            self.oversized = true
            self.body = []
        }
        if !self.oversized { self.body.append(contentsOf: self.buffer[self.position..<self.position + taken]) }
        self.position += taken
        return taken
    }

    private mutating func takePart(upTo wanted: Int) -> [UInt8]? {
        let taken = min(wanted, self.buffer.count - self.position, Self.partBytes)
        guard taken > 0 else { return nil }
        defer { self.position += taken }
        return Array(self.buffer[self.position..<self.position + taken])
    }

    private mutating func note(trailer line: ArraySlice<UInt8>) {
        if let type = RuntimeRequestHead.value(of: "lambda-runtime-function-error-type", in: line) {
            self.trailers.errorType = String(type.prefix(256))
        } else if let body = RuntimeRequestHead.value(of: "lambda-runtime-function-error-body", in: line) {
            self.trailers.errorBody = body
        }
    }

    private mutating func complete() -> Event {
        if self.isStreaming {
            defer { self.trailers = RuntimeRequest.Trailers() }
            self.isStreaming = false
            self.state = .head
            return .end(self.trailers)
        }
        var request = self.pending
        request.body = self.oversized ? .tooLarge(announced: self.announced) : .bytes(self.body)
        self.body = []
        self.oversized = false
        self.announced = nil
        self.state = .head
        return .request(request)
    }

    /// Reads a head; nil when the state has been set for what follows it.
    private mutating func begin(_ head: ArraySlice<UInt8>) -> Event? {
        guard let parsed = RuntimeRequestHead(head) else { return self.fail("request line or headers") }
        self.pending = RuntimeRequest(
            call: RuntimeRequest.call(method: parsed.method, path: parsed.path), body: .bytes([]),
            errorType: parsed.errorType, keepAlive: parsed.keepAlive)
        self.pending.givesBack = parsed.givesBack
        if case .extension = self.pending.call { self.pending.fields = parsed.fields }
        if parsed.isStreaming, case .response = self.pending.call {
            self.isStreaming = true
            self.pending.contentType = parsed.contentType
            self.state = parsed.chunked ? .chunkSize : .body(remaining: parsed.contentLength)
            return .begin(self.pending, expectsContinue: parsed.expectsContinue)
        }
        if parsed.chunked {
            self.state = .chunkSize
        } else {
            self.announced = parsed.contentLength > 0 ? parsed.contentLength : nil
            if parsed.contentLength <= SandboxLimits.payloadBytes { self.body.reserveCapacity(parsed.contentLength) }
            self.state = .body(remaining: parsed.contentLength)
        }
        return parsed.expectsContinue ? .expectsContinue : nil
    }

    private static func chunkSize(_ line: ArraySlice<UInt8>) -> Int? {
        let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
        guard (1...12).contains(digits.count) else { return nil }
        var size = 0
        for digit in digits {
            guard let value = Character(UnicodeScalar(digit)).hexDigitValue else { return nil }
            size = size << 4 | value
        }
        return size
    }
}
