internal import ApusBase

/// One message of an event stream (`application/vnd.amazon.eventstream`), whatever protocol its payload is in.
///
/// On the wire: total length, headers' length, CRC-32 of these eight bytes, headers, payload, CRC-32 of all before; numbers
/// have their highest byte first. Source: "Amazon Event Stream Specification" of Smithy's AWS protocols.
package struct EventStreamMessage: Sendable, Equatable {
    /// The most that clients take: botocore and AWS's C library have the same bound on headers.
    package static let maximumHeadersBytes = 128 * 1024
    /// The most that botocore takes.
    package static let maximumPayloadBytes = 24 * 1024 * 1024
    /// Total length, headers' length, and their checksum.
    static let preludeBytes = 12
    static let checksumBytes = 4
    static let longestValue = Int(Int16.max)

    package var headers: [EventStreamHeader]
    package var payload: [UInt8]

    package init(headers: [EventStreamHeader] = [], payload: [UInt8] = []) {
        self.headers = headers
        self.payload = payload
    }

    /// An event of that type. `contentType` says what the payload is; nil where there is none.
    package static func event(_ type: String, contentType: String?, payload: [UInt8]) -> EventStreamMessage {
        Self.message("event", "event", type, contentType, payload)
    }

    /// A modelled error, which ends the stream.
    package static func exception(_ type: String, contentType: String?, payload: [UInt8]) -> EventStreamMessage {
        Self.message("exception", "exception", type, contentType, payload)
    }

    /// An error that the model does not know, which ends the stream.
    package static func error(_ code: String, _ message: String) -> EventStreamMessage {
        EventStreamMessage(headers: [
            EventStreamHeader(":message-type", .string("error")), EventStreamHeader(":error-code", .string(code)),
            EventStreamHeader(":error-message", .string(message)),
        ])
    }

    private static func message(
        _ kind: String, _ prefix: String, _ type: String, _ contentType: String?, _ payload: [UInt8]
    ) -> EventStreamMessage {
        var headers = [
            EventStreamHeader(":message-type", .string(kind)), EventStreamHeader(":\(prefix)-type", .string(type)),
        ]
        if let contentType { headers.append(EventStreamHeader(":content-type", .string(contentType))) }
        return EventStreamMessage(headers: headers, payload: payload)
    }

    /// The value of the header of that name; nil where there is none.
    package subscript(name: String) -> EventStreamHeader.Value? { self.headers.first { $0.name == name }?.value }

    /// The message as bytes. Names, values, headers and payload must keep to their bounds.
    package func encoded() -> [UInt8] {
        var headers: [UInt8] = []
        for header in self.headers { Self.append(header, to: &headers) }
        precondition(headers.count <= Self.maximumHeadersBytes, "Headers of an event stream are at most 128 KiB.")
        precondition(self.payload.count <= Self.maximumPayloadBytes, "A payload of an event stream is at most 24 MiB.")
        let total = Self.preludeBytes + headers.count + self.payload.count + Self.checksumBytes
        var bytes: [UInt8] = []
        bytes.reserveCapacity(total)
        Self.append(UInt32(total), to: &bytes)
        Self.append(UInt32(headers.count), to: &bytes)
        Self.append(Digest.crc32(bytes), to: &bytes)
        bytes += headers
        bytes += self.payload
        Self.append(Digest.crc32(bytes), to: &bytes)
        return bytes
    }

    private static func append(_ header: EventStreamHeader, to bytes: inout [UInt8]) {
        let name = Array(header.name.utf8)
        precondition((1...255).contains(name.count), "A header's name has 1 to 255 bytes.")
        bytes.append(UInt8(name.count))
        bytes += name
        switch header.value {
        case .bool(let value): bytes.append(value ? 0 : 1)
        case .byte(let value): bytes += [2, UInt8(bitPattern: value)]
        case .short(let value):
            bytes.append(3)
            Self.append(UInt16(bitPattern: value), to: &bytes)
        case .integer(let value):
            bytes.append(4)
            Self.append(UInt32(bitPattern: value), to: &bytes)
        case .long(let value):
            bytes.append(5)
            Self.append(UInt64(bitPattern: value), to: &bytes)
        case .bytes(let value): Self.append(value, type: 6, to: &bytes)
        case .string(let value): Self.append(Array(value.utf8), type: 7, to: &bytes)
        case .timestamp(let value):
            bytes.append(8)
            Self.append(UInt64(bitPattern: value.milliseconds), to: &bytes)
        case .uuid(let value):
            precondition(value.count == 16, "A UUID has 16 bytes.")
            bytes.append(9)
            bytes += value
        }
    }

    private static func append(_ value: [UInt8], type: UInt8, to bytes: inout [UInt8]) {
        precondition(value.count <= Self.longestValue, "A header's value has at most 32,767 bytes.")
        bytes.append(type)
        Self.append(UInt16(value.count), to: &bytes)
        bytes += value
    }

    private static func append(_ number: some FixedWidthInteger & UnsignedInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
