package import ApusBase
internal import ApusStore

/// A queue's tags. Version, then a string map.
package struct TagsRecord: StoreValue, Equatable {
    package var tags: [String: String]

    package init(_ tags: [String: String]) { self.tags = tags }
    package func encode(into writer: inout RecordWriter) { writer.stringMap(self.tags) }
    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.tags = try reader.readStringMap()
    }
}

/// The last number given out. Version, then uint.
package struct CounterRecord: StoreValue, Equatable {
    package var last: UInt64

    package init(_ last: UInt64) { self.last = last }
    package func encode(into writer: inout RecordWriter) { writer.uint(self.last) }
    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.last = try reader.readUInt()
    }
}

/// When a queue was deleted. Version, then time.
package struct DeletedNameRecord: StoreValue, Equatable {
    package var deleted: Timestamp

    package init(deleted: Timestamp) { self.deleted = deleted }
    package func encode(into writer: inout RecordWriter) { writer.timestamp(self.deleted) }
    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.deleted = try reader.readTimestamp()
    }
}

/// When a message of a group was sent. Version, then time.
package struct OrderRecord: StoreValue, Equatable {
    package var sent: Timestamp

    package init(sent: Timestamp) { self.sent = sent }
    package func encode(into writer: inout RecordWriter) { writer.timestamp(self.sent) }
    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.sent = try reader.readTimestamp()
    }
}

/// A group whose turn it is. Version, then string.
package struct ReadyRecord: StoreValue, Equatable {
    package var group: String

    package init(_ group: String) { self.group = group }
    package func encode(into writer: inout RecordWriter) { writer.string(self.group) }
    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.group = try reader.readString()
    }
}

/// The message sent under a deduplication id. Version, id (16 bytes), sequence (uint), time.
package struct DeduplicationRecord: StoreValue, Equatable {
    package var message: MessageID
    package var sequence: UInt64
    package var sent: Timestamp

    package init(message: MessageID, sequence: UInt64, sent: Timestamp) {
        self.message = message
        self.sequence = sequence
        self.sent = sent
    }
    package func encode(into writer: inout RecordWriter) {
        self.message.encode(into: &writer)
        writer.uint(self.sequence)
        writer.timestamp(self.sent)
    }
    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.message = try MessageID(from: &reader)
        self.sequence = try reader.readUInt()
        self.sent = try reader.readTimestamp()
    }
}

/// What a receive with an attempt id handed out. Version, time, then (sequence, receives) for each message.
package struct AttemptRecord: StoreValue, Equatable {
    package struct Message: Equatable, Sendable {
        package var sequence: UInt64
        package var receives: UInt32
        package init(sequence: UInt64, receives: UInt32) {
            self.sequence = sequence
            self.receives = receives
        }
    }
    package var made: Timestamp
    package var messages: [Message]

    package init(made: Timestamp, messages: [Message]) {
        self.made = made
        self.messages = messages
    }
    package func encode(into writer: inout RecordWriter) {
        writer.timestamp(self.made)
        writer.array(self.messages) { writer, message in
            writer.uint(message.sequence)
            writer.uint(UInt64(message.receives))
        }
    }
    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.made = try reader.readTimestamp()
        self.messages = try reader.readArray { (reader) throws(RecordError) in
            let sequence = try reader.readUInt()
            return Message(sequence: sequence, receives: UInt32(truncatingIfNeeded: try reader.readUInt()))
        }
    }
}

extension MessageID {
    /// 16 bytes.
    func encode(into writer: inout RecordWriter) {
        writer.bigEndian(self.high)
        writer.bigEndian(self.low)
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        let high = try reader.readBigEndian()
        self.init(high: high, low: try reader.readBigEndian())
    }
}

extension RecordWriter {
    /// Eight bytes, for numbers that are random.
    mutating func bigEndian(_ value: UInt64) {
        withUnsafeBytes(of: value.bigEndian) { self.bytes.append(contentsOf: $0) }
    }
}

extension RecordReader {
    mutating func readBigEndian() throws(RecordError) -> UInt64 {
        var value: UInt64 = 0
        for _ in 0..<8 { value = value << 8 | UInt64(try self.readByte()) }
        return value
    }
}
