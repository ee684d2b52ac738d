internal import ApusBase

/// Takes messages out of an event stream that comes in pieces of any size. Holds at most one unfinished message, and what
/// was appended after it.
package struct EventStreamDecoder: Sendable {
    private var bytes: [UInt8] = []
    /// Where the next message begins.
    private var start = 0

    package init() {}

    /// Adds what has come.
    package mutating func append(_ piece: [UInt8]) {
        if self.start > 0 {
            self.bytes.removeFirst(self.start)
            self.start = 0
        }
        self.bytes += piece
    }

    /// Whether bytes are left of a message that is not whole: at the end of a stream it was cut off.
    package var hasPartialMessage: Bool { self.start < self.bytes.count }

    /// The next whole message; nil where more must come first. The lengths are believed only once their checksum is right.
    package mutating func next() throws(EventStreamError) -> EventStreamMessage? {
        let rest = self.bytes[self.start...]
        guard rest.count >= EventStreamMessage.preludeBytes else { return nil }
        let total = Int(Self.number(rest, at: 0, as: UInt32.self))
        let headersCount = Int(Self.number(rest, at: 4, as: UInt32.self))
        guard Digest.crc32(Array(rest.prefix(8))) == Self.number(rest, at: 8, as: UInt32.self) else {
            throw .preludeChecksum
        }
        let payloadCount =
            total - EventStreamMessage.preludeBytes - headersCount - EventStreamMessage.checksumBytes
        guard headersCount <= EventStreamMessage.maximumHeadersBytes, payloadCount >= 0,
            payloadCount <= EventStreamMessage.maximumPayloadBytes
        else { throw .length }
        guard rest.count >= total else { return nil }
        let content = Array(rest.prefix(total - EventStreamMessage.checksumBytes))
        guard Digest.crc32(content) == Self.number(rest, at: content.count, as: UInt32.self) else {
            throw .messageChecksum
        }
        self.start += total
        let headers = content[EventStreamMessage.preludeBytes..<EventStreamMessage.preludeBytes + headersCount]
        return EventStreamMessage(
            headers: try Self.headers(headers), payload: Array(content[headers.endIndex...]))
    }

    private static func headers(_ bytes: ArraySlice<UInt8>) throws(EventStreamError) -> [EventStreamHeader] {
        var headers: [EventStreamHeader] = []
        var names: Set<String> = []
        var rest = bytes
        while !rest.isEmpty {
            let nameCount = Int(rest.removeFirst())
            guard nameCount > 0, let name = String(utf8: Array(try Self.take(nameCount, from: &rest))) else {
                throw .header
            }
            guard names.insert(name).inserted else { throw .duplicateHeader }
            headers.append(EventStreamHeader(name, try Self.value(&rest)))
        }
        return headers
    }

    private static func value(_ rest: inout ArraySlice<UInt8>) throws(EventStreamError) -> EventStreamHeader.Value {
        let type = try Self.take(1, from: &rest).first ?? 0
        switch type {
        case 0, 1: return .bool(type == 0)
        case 2: return .byte(Int8(bitPattern: try Self.number(&rest)))
        case 3: return .short(Int16(bitPattern: try Self.number(&rest)))
        case 4: return .integer(Int32(bitPattern: try Self.number(&rest)))
        case 5: return .long(Int64(bitPattern: try Self.number(&rest)))
        case 6, 7:
            let count: UInt16 = try Self.number(&rest)
            guard count <= EventStreamMessage.longestValue else { throw .header }
            let bytes = Array(try Self.take(Int(count), from: &rest))
            if type == 6 { return .bytes(bytes) }
            guard let text = String(utf8: bytes) else { throw .header }
            return .string(text)
        case 8: return .timestamp(Timestamp(milliseconds: Int64(bitPattern: try Self.number(&rest))))
        case 9: return .uuid(Array(try Self.take(16, from: &rest)))
        default: throw .headerType(type)
        }
    }

    private static func take(_ count: Int, from rest: inout ArraySlice<UInt8>) throws(EventStreamError) -> ArraySlice<
        UInt8
    > {
        guard rest.count >= count else { throw .header }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private static func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ rest: inout ArraySlice<UInt8>
    ) throws(EventStreamError) -> Number {
        let bytes = try Self.take(Number.bitWidth / 8, from: &rest)
        return Self.number(bytes, at: 0, as: Number.self)
    }

    /// The number whose highest byte is `offset` bytes after the slice's first; the bytes must be there.
    private static func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ bytes: ArraySlice<UInt8>, at offset: Int, as type: Number.Type
    ) -> Number {
        var number: Number = 0
        for byte in bytes.dropFirst(offset).prefix(Number.bitWidth / 8) { number = number << 8 | Number(byte) }
        return number
    }
}
