internal import ApusWire
internal import NIOCore

/// Writes answers as HTTP/1.1 messages, header and body in one piece, so that one answer is one write.
enum ResponseSerializer {
    static let continueLine: StaticString = "HTTP/1.1 100 Continue\r\n\r\n"
    static let lastChunk: StaticString = "0\r\n\r\n"

    /// Appends one part of a body, which must not be empty, as a chunk.
    static func writeChunk(_ bytes: [UInt8], into buffer: inout ByteBuffer) {
        buffer.writeString(String(bytes.count, radix: 16))
        buffer.writeStaticString("\r\n")
        buffer.writeBytes(bytes)
        buffer.writeStaticString("\r\n")
    }

    /// Appends `response` to `buffer`.
    ///
    /// Field names that are no tokens are left out, and control characters in values become spaces: values may come from a
    /// user's function, and a line break in one would let it write a second answer. `content-length` of the handler counts for
    /// a HEAD request only (it is the length of what a GET would bring). Of a body in parts the header is written only: it is
    /// in chunks, or in HTTP/1.0 ends with the connection.
    /// - Parameter date: the `Date` field's value, 29 bytes.
    static func write(_ response: HTTPResponse, form: AnswerForm, date: [UInt8], into buffer: inout ByteBuffer) {
        let status: Int = (200...999).contains(response.status) ? response.status : 500
        let mayHaveBody: Bool = status != 204 && status != 304
        let sendsBody: Bool = mayHaveBody && form.hasBody
        var bound: Int = 192 + (sendsBody ? response.body.count : 0)
        for field in response.headers.fields { bound += field.name.utf8.count + field.value.utf8.count + 4 }
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { memory in
            var cursor = ByteCursor(memory)
            cursor.append("HTTP/1.1 ")
            cursor.append(decimal: status)
            cursor.append(" ")
            cursor.append(StatusPhrase.of(status))
            var statedLength: String?
            for field in response.headers.fields {
                switch Framing(field.name) {
                case .other: cursor.appendField(field.name, field.value)
                case .length: statedLength = field.value
                case .ours: break
                }
            }
            cursor.append("\r\ndate: ")
            cursor.append(date)
            if response.source != nil {
                if form.version == .http11, sendsBody { cursor.append("\r\ntransfer-encoding: chunked") }
            } else if mayHaveBody {
                if !form.hasBody, let statedLength {
                    cursor.appendField("content-length", statedLength)
                } else {
                    cursor.append("\r\ncontent-length: ")
                    cursor.append(decimal: response.body.count)
                }
            }
            switch (form.persistence, form.version) {
            case (.handOver, _): preconditionFailure("An answer that ends HTTP is written as a plain one.")
            case (.close, _): cursor.append("\r\nconnection: close\r\n\r\n")
            case (.keepAlive, .http10): cursor.append("\r\nconnection: keep-alive\r\n\r\n")
            case (.keepAlive, .http11): cursor.append("\r\n\r\n")
            }
            if sendsBody { cursor.append(response.body) }
            return cursor.count
        }
    }

    /// Fields that say how the message is framed are ours alone.
    private enum Framing {
        case other, length, ours

        @inline(__always)
        init(_ name: String) {
            switch name.utf8.count {
            case 4 where name == "date": self = .ours
            case 10 where name == "connection" || name == "keep-alive": self = .ours
            case 14 where name == "content-length": self = .length
            case 17 where name == "transfer-encoding": self = .ours
            default: self = .other
            }
        }
    }
}

/// Fills memory that is known to be large enough; a mistake in that stops the process rather than write past it.
private struct ByteCursor {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

    @inline(__always)
    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count <= self.memory.count - self.count, "The answer is longer than was computed.")
        guard let source = bytes.baseAddress else { return }
        (self.memory.baseAddress! + self.count).copyMemory(from: source, byteCount: bytes.count)
        self.count += bytes.count
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        self.append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { self.append($0) } }

    private mutating func append(byte: UInt8) {
        precondition(self.count < self.memory.count, "The answer is longer than was computed.")
        self.memory[self.count] = byte
        self.count += 1
    }

    mutating func append(decimal number: Int) {
        if number >= 10 { self.append(decimal: number / 10) }
        self.append(byte: 0x30 + UInt8(number % 10))
    }

    /// The line break that ends the line before, then `name: value`. Leaves out a field whose name is no token.
    mutating func appendField(_ name: String, _ value: String) {
        var name: String = name
        var value: String = value
        let isToken: Bool = name.withUTF8 { bytes in !bytes.isEmpty && bytes.allSatisfy(FieldName.isTokenByte) }
        guard isToken else { return }
        self.append("\r\n")
        name.withUTF8 { self.append(UnsafeRawBufferPointer($0)) }
        self.append(": ")
        let start: Int = self.count
        value.withUTF8 { self.append(UnsafeRawBufferPointer($0)) }
        for index in start..<self.count {
            let byte: UInt8 = self.memory[index]
            if (byte < 0x20 && byte != 0x09) || byte == 0x7F { self.memory[index] = 0x20 }
        }
    }
}
