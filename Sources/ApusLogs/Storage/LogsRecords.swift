package import ApusBase
internal import ApusStore

/// A log group.
package struct LogGroupRecord: StoreValue, Equatable {
    /// Never reused: a group made again under the same name shows nothing of the old one.
    package var id: UInt64
    package var created: Timestamp
    package var retentionDays: Int?
    package var tags: [String: String]
    package var logGroupClass: String

    package init(
        id: UInt64, created: Timestamp, retentionDays: Int? = nil, tags: [String: String] = [:],
        logGroupClass: String = "STANDARD"
    ) {
        self.id = id
        self.created = created
        self.retentionDays = retentionDays
        self.tags = tags
        self.logGroupClass = logGroupClass
    }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(self.id)
        writer.timestamp(self.created)
        writer.optional(self.retentionDays) { $0.int($1) }
        writer.stringMap(self.tags)
        writer.string(self.logGroupClass)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.id = try reader.readUInt()
        self.created = try reader.readTimestamp()
        self.retentionDays = try reader.readOptional { (reader) throws(RecordError) in Int(try reader.readInt()) }
        self.tags = try reader.readStringMap()
        self.logGroupClass = try reader.readString()
    }
}

/// A log stream.
package struct LogStreamRecord: StoreValue, Equatable {
    package var id: UInt64
    package var created: Timestamp
    package var firstEvent: Timestamp?
    package var lastEvent: Timestamp?
    package var lastIngestion: Timestamp?
    /// The sequence of the next event.
    package var nextSequence: UInt64

    package init(id: UInt64, created: Timestamp) {
        self.id = id
        self.created = created
        self.nextSequence = 0
    }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(self.id)
        writer.timestamp(self.created)
        writer.optional(self.firstEvent) { $0.timestamp($1) }
        writer.optional(self.lastEvent) { $0.timestamp($1) }
        writer.optional(self.lastIngestion) { $0.timestamp($1) }
        writer.uint(self.nextSequence)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.id = try reader.readUInt()
        self.created = try reader.readTimestamp()
        self.firstEvent = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.lastEvent = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.lastIngestion = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.nextSequence = try reader.readUInt()
    }
}

/// The name of a stream.
package struct LogStreamNameRecord: StoreValue, Equatable {
    package var name: String

    package init(name: String) { self.name = name }
    package func encode(into writer: inout RecordWriter) { writer.string(self.name) }
    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) { self.name = try reader.readString() }
}

/// An event: what was logged, and when it came here.
package struct LogEventRecord: StoreValue, Equatable {
    package var message: String
    package var ingested: Timestamp

    package init(message: String, ingested: Timestamp) {
        self.message = message
        self.ingested = ingested
    }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.message)
        writer.timestamp(self.ingested)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.message = try reader.readString()
        self.ingested = try reader.readTimestamp()
    }
}
