import NIOCore
import NIOHPACK

/// A blocking HTTP/2 client over clear text that sends exactly the frames it is told to, right or wrong.
final class HTTP2Client {
    enum Kind: UInt8 {
        case data = 0, headers, priority, rstStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
    }
    struct Frame {
        var kind: Kind
        var flags: UInt8 = 0
        var stream: Int
        var payload: [UInt8]

        var isLast: Bool { self.flags & 1 == 1 }
        /// Of RST_STREAM; of GOAWAY it is behind the last stream's number.
        var errorCode: Int { HTTP2Client.number(self.payload[(self.kind == .goAway ? 4 : 0)...].prefix(4)) }
    }
    struct Answer {
        var status = 0
        var interim: [Int] = []
        var fields: [(name: String, value: String)] = []
        var body: [UInt8] = []
        /// How the server reset the stream, if it did.
        var reset: Int?

        subscript(name: String) -> String? { self.fields.first { $0.name == name }?.value }
        var text: String { String(decoding: self.body, as: UTF8.self) }
    }

    static let endStream: UInt8 = 1
    static let endHeaders: UInt8 = 4
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    let connection: LoopbackClient
    private var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
    /// What came for streams that nobody asked about yet.
    private var answers: [Int: Answer] = [:]
    private var finished: Set<Int> = []
    private(set) var goAway: Frame?
    /// Whether windows are opened again as answers come in.
    var opensWindows = true
    private var nextStream = 1

    /// Connects and says hello. `settings` are pairs of number and value.
    init(port: Int, settings: [(UInt16, UInt32)] = []) throws {
        self.connection = LoopbackClient(port: port)
        try self.connection.send(
            Self.preface + Self.bytes(.settings, 0, 0, settings.flatMap { Self.setting($0.0, $0.1) }))
    }

    // MARK: Sending

    /// The usual fields of a request.
    static func fields(
        _ method: String, _ path: String, _ more: [(String, String)] = []
    ) -> [(String, String)] {
        [(":method", method), (":scheme", "http"), (":authority", "h"), (":path", path)] + more
    }

    /// Begins a stream and returns its number.
    func open(_ fields: [(String, String)], ends: Bool) throws -> Int {
        let stream = self.nextStream
        self.nextStream += 2
        try self.sendHeaders(fields, stream, ends: ends)
        return stream
    }

    func sendHeaders(_ fields: [(String, String)], _ stream: Int, ends: Bool) throws {
        try self.send(.headers, Self.endHeaders | (ends ? Self.endStream : 0), stream, try self.block(fields))
    }

    func block(_ fields: [(String, String)]) throws -> [UInt8] {
        var buffer = ByteBufferAllocator().buffer(capacity: 256)
        try self.encoder.encode(headers: HPACKHeaders(fields), to: &buffer)
        return Array(buffer.readableBytesView)
    }

    /// In frames of at most 16 KiB; does not look at windows.
    func sendBody(_ bytes: [UInt8], _ stream: Int, ends: Bool = true) throws {
        var rest = bytes[...]
        while rest.count > 16_384 {
            try self.send(.data, 0, stream, Array(rest.prefix(16_384)))
            rest = rest.dropFirst(16_384)
        }
        try self.send(.data, ends ? Self.endStream : 0, stream, Array(rest))
    }

    func send(_ kind: Kind, _ flags: UInt8, _ stream: Int, _ payload: [UInt8]) throws {
        try self.connection.send(Self.bytes(kind, flags, stream, payload))
    }

    static func bytes(_ kind: Kind, _ flags: UInt8, _ stream: Int, _ payload: [UInt8]) -> [UInt8] {
        Self.big(payload.count, 3) + [kind.rawValue, flags] + Self.big(stream, 4) + payload
    }
    static func setting(_ name: UInt16, _ value: UInt32) -> [UInt8] { Self.big(Int(name), 2) + Self.big(Int(value), 4) }
    static func big(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    static func number(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    // MARK: Receiving

    /// The whole answer on `stream`, or how it was reset.
    func answer(_ stream: Int) throws -> Answer {
        while !self.finished.contains(stream) { try self.readFrame() }
        return self.answers.removeValue(forKey: stream) ?? Answer()
    }

    /// Reads until a frame of this kind comes.
    func next(_ kind: Kind) throws -> Frame {
        while true {
            let frame = try self.readFrame()
            if frame.kind == kind { return frame }
        }
    }

    /// Reads to the end of the connection; what the server said last.
    func end() -> Frame? {
        while (try? self.readFrame()) != nil {}
        return self.goAway
    }

    @discardableResult
    func readFrame() throws -> Frame {
        let head = try self.connection.take(9)
        let payload = try self.connection.take(Self.number(head[..<3]))
        guard let kind = Kind(rawValue: head[3]) else { throw LoopbackClient.Failure.malformed }
        let frame = Frame(kind: kind, flags: head[4], stream: Self.number(head[5...]), payload: payload)
        switch kind {
        case .settings where frame.flags & 1 == 0: try? self.send(.settings, 1, 0, [])
        case .headers: try self.take(frame)
        case .data:
            self.answers[frame.stream, default: Answer()].body += payload
            if self.opensWindows, !payload.isEmpty {
                for stream in [0, frame.stream] { try? self.send(.windowUpdate, 0, stream, Self.big(payload.count, 4)) }
            }
        case .rstStream:
            self.answers[frame.stream, default: Answer()].reset = frame.errorCode
            self.finished.insert(frame.stream)
        case .goAway: self.goAway = frame
        default: break
        }
        if kind == .data || kind == .headers, frame.isLast { self.finished.insert(frame.stream) }
        return frame
    }

    private func take(_ frame: Frame) throws {
        guard frame.flags & Self.endHeaders != 0 else { throw LoopbackClient.Failure.malformed }
        var buffer = ByteBuffer(bytes: frame.payload)
        let block = try self.decoder.decodeHeaders(from: &buffer)
        var answer = self.answers[frame.stream] ?? Answer()
        let status = block.first(name: ":status").flatMap { Int($0) } ?? 0
        if status < 200 {
            answer.interim.append(status)
        } else {
            answer.status = status
            answer.fields = block.map { ($0.name, $0.value) }
        }
        self.answers[frame.stream] = answer
    }
}
