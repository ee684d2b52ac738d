package import ApusBase
internal import ApusStore

/// A message. Never changed after it was written: what changes is in `FlightRecord`.
///
/// | bytes | what |
/// | --- | --- |
/// | 1 | version |
/// | byte | flags: 1 delayed, 2 group, 4 deduplication id, 8 attributes, 16 trace header, 32 came from another queue, 64 turn |
/// | 16 | message id |
/// | time | when it was sent |
/// | string | who sent it: `SenderId` |
/// | 16, string | MD5 of the body, the body |
/// | string | group, if flagged; likewise the next |
/// | string | deduplication id |
/// | 16, (string, string, byte, string or blob) … | MD5 of the attributes; name, type, 1 text or 2 binary, value |
/// | string, string | trace header: type, value |
/// | string, uint, optional time | the other queue's ARN, receives there, first receive there |
/// | uint | version 2: the number of its own turn, in a standard queue that groups share |
package struct MessageRecord: StoreValue, Equatable {
    /// What a message brings along that came from another queue.
    package struct Origin: Equatable, Sendable {
        /// The ARN of the queue that it came from.
        package var queue: String
        package var receives: UInt32
        package var firstReceived: Timestamp?

        package init(queue: String, receives: UInt32, firstReceived: Timestamp?) {
            self.queue = queue
            self.receives = receives
            self.firstReceived = firstReceived
        }
    }
    /// Whether the message was to be received at once.
    package enum Start: Equatable, Sendable { case atOnce, delayed }

    package var id: MessageID
    package var start = Start.atOnce
    package var sent: Timestamp
    package var sender: String
    package var body: String
    package var bodyDigest: [UInt8]
    package var group: String?
    package var deduplication: String?
    package var attributes: [MessageAttribute] = []
    package var attributesDigest: [UInt8]?
    package var traceHeader: String?
    package var origin: Origin?
    /// The number of its own turn: of a message without a group, in a standard queue that groups share.
    package var turn: UInt64?

    package static var version: UInt8 { 2 }

    /// The record of a draft that is sent now.
    package init(_ draft: MessageDraft, id: MessageID, sent: Timestamp, sender: String) {
        self.id = id
        self.start = draft.delaySeconds > 0 ? .delayed : .atOnce
        self.sent = sent
        self.sender = sender
        self.body = draft.body
        self.bodyDigest = draft.bodyDigest
        self.group = draft.groupID
        self.deduplication = draft.deduplicationID
        self.attributes = draft.attributes
        self.attributesDigest = draft.attributesDigest
        if case .text(let header)? = draft.traceHeader?.value { self.traceHeader = header }
    }

    private var flags: UInt8 {
        var flags: UInt8 = self.start == .delayed ? 1 : 0
        if self.group != nil { flags |= 2 }
        if self.deduplication != nil { flags |= 4 }
        if self.attributesDigest != nil { flags |= 8 }
        if self.traceHeader != nil { flags |= 16 }
        if self.origin != nil { flags |= 32 }
        if self.turn != nil { flags |= 64 }
        return flags
    }

    package var encodedBytes: Int { self.body.utf8.count + 96 }

    package func encode(into writer: inout RecordWriter) {
        writer.byte(self.flags)
        self.id.encode(into: &writer)
        writer.timestamp(self.sent)
        writer.string(self.sender)
        writer.raw(self.bodyDigest)
        writer.string(self.body)
        if let group { writer.string(group) }
        if let deduplication { writer.string(deduplication) }
        if let attributesDigest {
            writer.raw(attributesDigest)
            writer.array(self.attributes) { writer, attribute in
                writer.string(attribute.name)
                writer.string(attribute.dataType)
                switch attribute.value {
                case .text(let text):
                    writer.byte(1)
                    writer.string(text)
                case .binary(let bytes):
                    writer.byte(2)
                    writer.blob(bytes)
                }
            }
        }
        if let traceHeader { writer.string(traceHeader) }
        if let origin {
            writer.string(origin.queue)
            writer.uint(UInt64(origin.receives))
            writer.optional(origin.firstReceived) { writer, time in writer.timestamp(time) }
        }
        if let turn { writer.uint(turn) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        let flags = try reader.readByte()
        self.id = try MessageID(from: &reader)
        self.start = flags & 1 == 0 ? .atOnce : .delayed
        self.sent = try reader.readTimestamp()
        self.sender = try reader.readString()
        self.bodyDigest = try reader.readRaw(count: 16)
        self.body = try reader.readString()
        if flags & 2 != 0 { self.group = try reader.readString() }
        if flags & 4 != 0 { self.deduplication = try reader.readString() }
        if flags & 8 != 0 {
            self.attributesDigest = try reader.readRaw(count: 16)
            self.attributes = try reader.readArray { (reader) throws(RecordError) in
                try MessageAttribute(from: &reader)
            }
        }
        if flags & 16 != 0 { self.traceHeader = try reader.readString() }
        if flags & 32 != 0 {
            let queue = try reader.readString()
            let receives = UInt32(truncatingIfNeeded: try reader.readUInt())
            self.origin = Origin(queue: queue, receives: receives, firstReceived: nil)
            if try reader.readBool() { self.origin?.firstReceived = try reader.readTimestamp() }
        }
        if flags & 64 != 0 { self.turn = try reader.readUInt() }
    }
}

extension MessageAttribute {
    fileprivate init(from reader: inout RecordReader) throws(RecordError) {
        let name = try reader.readString()
        let type = try reader.readString()
        switch try reader.readByte() {
        case 1: self.init(name: name, dataType: type, value: .text(try reader.readString()))
        case 2: self.init(name: name, dataType: type, value: .binary(try reader.readBlob()))
        default: throw reader.error(.invalidValue)
        }
    }
}
