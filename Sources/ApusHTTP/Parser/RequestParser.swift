internal import ApusWire

/// Reads HTTP/1.1 requests (RFC 9112) out of bytes as they arrive: bytes in, parts of requests out, no I/O.
///
/// Strict where leniency is how requests are smuggled past a proxy: lines end with CR LF, names are tokens with the colon
/// right after them, no line is folded, values have no control characters, one framing only. It keeps a line that has
/// not ended yet, nothing else, and looks at each byte once. After an error it is not asked again.
struct RequestParser {
    /// What was read. The bytes of a body are those given to `next`, valid until the next call.
    enum Part {
        case head(RequestHead)
        case body(UnsafeRawBufferPointer)
        case end
    }
    private enum State {
        case requestLine
        case fields
        case body(left: Int)
        case chunkSize
        case chunk(left: Int)
        case chunkEnd
        case trailers
    }

    private let limits: HTTPLimits
    private let recent: RecentFields
    private var state: State = .requestLine
    /// The header that is being read, where the state is `fields`. Not part of the state: taking it out of there for each line
    /// would copy it.
    private var builder: RequestHeadBuilder?
    /// The beginning of a line whose end has not arrived.
    private var partial: [UInt8] = []
    /// Bytes and number of the lines of this header, or of these trailers, so far.
    private var lineBytes = 0
    private var lines = 0
    /// The longest line with the size of a chunk, its extensions included.
    private static let chunkLineBytes = 4_096

    /// - Parameter recent: what the connections of one loop share.
    init(limits: HTTPLimits, recent: RecentFields = RecentFields()) {
        self.limits = limits
        self.recent = recent
    }

    /// The fields of the header that is being read: they tell in which form its sender reads errors.
    var fieldsSoFar: HTTPFields? { self.builder?.fields }

    /// The next part in `bytes` from `offset` on, which moves past what was read; nil when more bytes are needed.
    mutating func next(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(Refusal) -> Part? {
        while true {
            switch self.state {
            case .requestLine, .fields, .trailers, .chunkSize, .chunkEnd:
                guard let end = try self.lineEnd(bytes, &offset) else { return nil }
                if let part = try self.readLine(UnsafeRawBufferPointer(rebasing: bytes[end])) { return part }
            case .body(let left):
                if left == 0 { return self.endOfRequest() }
                guard let piece = Self.piece(bytes, &offset, atMost: left) else { return nil }
                self.state = .body(left: left - piece.count)
                return .body(piece)
            case .chunk(let left):
                guard let piece = Self.piece(bytes, &offset, atMost: left) else { return nil }
                self.state = piece.count == left ? .chunkEnd : .chunk(left: left - piece.count)
                return .body(piece)
            }
        }
    }

    private mutating func endOfRequest() -> Part {
        self.state = .requestLine
        self.lineBytes = 0
        self.lines = 0
        return .end
    }

    private static func piece(
        _ bytes: UnsafeRawBufferPointer, _ offset: inout Int, atMost limit: Int
    ) -> UnsafeRawBufferPointer? {
        let count = min(limit, bytes.count - offset)
        guard count > 0 else { return nil }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    // MARK: Lines

    /// The bytes up to and with the next line feed; nil when there is none, and what there is is then kept.
    private mutating func lineEnd(
        _ bytes: UnsafeRawBufferPointer, _ offset: inout Int
    ) throws(Refusal) -> Range<Int>? {
        guard offset < bytes.count else { return nil }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
        let end = LineBytes.lineFeed(in: rest)
        try self.count(end.map { $0 + 1 } ?? rest.count, isWhole: end != nil)
        guard let end else {
            self.partial.append(contentsOf: rest)
            offset = bytes.count
            try self.checkBeginning()
            return nil
        }
        defer { offset += end + 1 }
        return offset..<offset + end + 1
    }

    /// Reads a line that ends with `rest`, and what of it was kept.
    private mutating func readLine(_ rest: UnsafeRawBufferPointer) throws(Refusal) -> Part? {
        if self.partial.isEmpty { return try self.read(Self.withoutReturn(rest)) }
        var line: [UInt8] = []
        swap(&line, &self.partial)
        line.append(contentsOf: rest)
        return try line.withUnsafeBufferPointer { (line) throws(Refusal) in
            try self.read(Self.withoutReturn(UnsafeRawBufferPointer(line)))
        }
    }

    /// Bounds lines while they arrive, so that nobody makes us keep one without an end.
    private mutating func count(_ added: Int, isWhole: Bool) throws(Refusal) {
        switch self.state {
        case .requestLine:
            if self.partial.count + added > self.limits.targetBytes + LineBytes.aroundTarget {
                throw .targetTooLong(limit: self.limits.targetBytes)
            }
        case .fields, .trailers:
            self.lineBytes += added
            if isWhole { self.lines += 1 }
            // The line that ends the header is counted too.
            if self.lineBytes > self.limits.headerBlockBytes || self.lines > self.limits.headerFields + 1 {
                throw .headerTooLarge
            }
        case .chunkSize, .chunkEnd:
            if self.partial.count + added > Self.chunkLineBytes { throw .malformed("invalid chunk") }
        case .body, .chunk: break
        }
    }

    /// What will never become a request is told so before its first line ends: TLS on a plain port has no lines.
    private func checkBeginning() throws(Refusal) {
        guard case .requestLine = self.state else { return }
        let method = self.partial.prefix { $0 != LineBytes.space }
        // An empty line before the request is allowed.
        if method == [LineBytes.carriageReturn] { return }
        if method.count > RequestLine.longestMethod || !method.allSatisfy({ (0x41...0x5A).contains($0) }) {
            throw .malformed("unknown method")
        }
    }

    private static func withoutReturn(_ line: UnsafeRawBufferPointer) throws(Refusal) -> UnsafeRawBufferPointer {
        guard line.count >= 2, line[line.count - 2] == LineBytes.carriageReturn else {
            throw .malformed("a line feed without a carriage return")
        }
        return UnsafeRawBufferPointer(rebasing: line[..<(line.count - 2)])
    }

    // MARK: What lines say

    private mutating func read(_ line: UnsafeRawBufferPointer) throws(Refusal) -> Part? {
        switch self.state {
        case .requestLine:
            // RFC 9112 §2.2: an empty line before a request is overlooked.
            if line.isEmpty { return nil }
            self.builder = RequestHeadBuilder(try RequestLine(line))
            self.state = .fields
            return nil
        case .fields:
            if line.isEmpty {
                guard let builder = self.builder else { preconditionFailure("a header that did not begin") }
                // Where this throws, `fieldsSoFar` still has what came.
                let head = try builder.finish(limits: self.limits)
                self.builder = nil
                self.lineBytes = 0
                self.lines = 0
                self.state = head.contentLength.map { .body(left: $0) } ?? .chunkSize
                return .head(head)
            }
            self.builder?.add(try self.recent.field(line))
            return nil
        case .chunkSize:
            let size = try Self.chunkSize(line)
            self.state = size == 0 ? .trailers : .chunk(left: size)
            return nil
        case .chunkEnd:
            guard line.isEmpty else { throw .malformed("invalid chunk") }
            self.state = .chunkSize
            return nil
        case .trailers:
            if line.isEmpty { return self.endOfRequest() }
            // Checked and dropped: nothing that was promised in the header may come in them.
            _ = try FieldLine(line)
            return nil
        case .body, .chunk: return nil
        }
    }

    /// `1a;name=value`: extensions are overlooked.
    private static func chunkSize(_ line: UnsafeRawBufferPointer) throws(Refusal) -> Int {
        var size = 0
        var digits = 0
        for byte in line {
            let digit: Int
            switch byte {
            case 0x30...0x39: digit = Int(byte) - 0x30
            case 0x41...0x46, 0x61...0x66: digit = Int(byte | 0x20) - 0x57
            default:
                guard digits > 0, byte == UInt8(ascii: ";") || byte == LineBytes.space || byte == LineBytes.tab,
                    line.allSatisfy(LineBytes.mayBeInValue)
                else { throw .malformed("invalid chunk") }
                return size
            }
            digits += 1
            // More than any body may have; leading zeros do not make it valid.
            guard digits <= 15 else { throw .malformed("invalid chunk") }
            size = size << 4 | digit
        }
        guard digits > 0 else { throw .malformed("invalid chunk") }
        return size
    }
}
