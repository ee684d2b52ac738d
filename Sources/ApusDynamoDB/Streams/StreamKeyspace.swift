package import ApusBase
package import ApusStore

// Where everything of streams lies. A stream outlives its table and its being switched off by a day.
//
//     dynamoStream        account, region, table, label    TableStreamRecord: view, keys, shards
//     dynamoStreamHead    stream:8                         StreamHead: the next sequence number
//     dynamoStreamChange  stream:8, sequence:8             StreamChange: a record
//     dynamoStreamDue     time:8, stream:8                 StreamName: when its worker looks at it next

/// What streams are called by: the table and the label that the stream had when it was switched on.
package struct StreamName: StoreValue, Hashable {
    package var table: TableReference
    package var label: String

    package init(table: TableReference, label: String) {
        self.table = table
        self.label = label
    }

    package var key: StreamKey {
        StreamKey(account: self.table.account, region: self.table.region, table: self.table.name, label: self.label)
    }
    package var arn: String { self.table.arn(ofStream: self.label) }

    package func encode(into writer: inout RecordWriter) {
        self.table.encode(into: &writer)
        writer.string(self.label)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.table = try TableReference(from: &reader)
        self.label = try reader.readString()
    }
}

/// `5030, account, region, table, label`: a stream by its name.
package struct StreamKey: StoreKey {
    package typealias Value = TableStreamRecord
    package static let tag = KeyTag.dynamoStream
    package var account: String
    package var region: String
    package var table: String
    package var label: String

    package init(account: String, region: String, table: String, label: String) {
        self.account = account
        self.region = region
        self.table = table
        self.label = label
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.region)
        encoder.append(self.table)
        encoder.append(self.label)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.account = try decoder.readString()
        self.region = try decoder.readString()
        self.table = try decoder.readString()
        self.label = try decoder.readString()
    }

    /// Those of an account and region, or of one table there.
    package static func all(account: String, region: String, table: String? = nil) -> KeyRange<StreamKey> {
        Self.range { encoder in
            encoder.append(account)
            encoder.append(region)
            if let table { encoder.append(table) }
        }
    }

    package var name: StreamName {
        StreamName(
            table: TableReference(account: self.account, region: self.region, name: self.table), label: self.label)
    }
}

/// `5031, stream`: where a stream is written to.
package struct StreamHeadKey: StoreKey {
    package typealias Value = StreamHead
    package static let tag = KeyTag.dynamoStreamHead
    package var stream: UInt64

    package init(stream: UInt64) { self.stream = stream }

    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.stream) }

    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.stream = try decoder.readInteger() }

    /// What changes with each record. All readers want to hear of it.
    package var channel: Channel { Channel(self, wakesAll: true) }
}

/// `5032, stream, sequence`: one record of a stream.
package struct StreamChangeKey: StoreKey {
    package typealias Value = StreamChange
    package static let tag = KeyTag.dynamoStreamChange
    package var stream: UInt64
    package var sequence: UInt64

    package init(stream: UInt64, sequence: UInt64) {
        self.stream = stream
        self.sequence = sequence
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.stream)
        encoder.append(self.sequence)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.stream = try decoder.readInteger()
        self.sequence = try decoder.readInteger()
    }

    package static func all(stream: UInt64) -> KeyRange<StreamChangeKey> { Self.range { $0.append(stream) } }
}

/// `5033, time, stream`: when the worker looks at a stream next.
package struct StreamDueKey: StoreKey {
    package typealias Value = StreamName
    package static let tag = KeyTag.dynamoStreamDue
    package var time: Timestamp
    package var stream: UInt64

    package init(time: Timestamp, stream: UInt64) {
        self.time = time
        self.stream = stream
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.time.milliseconds)
        encoder.append(self.stream)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.time = Timestamp(milliseconds: try decoder.readInt64())
        self.stream = try decoder.readInteger()
    }

    /// What tells the worker of a new stream.
    package static let channel = Channel(StreamHeadKey(stream: 0))
}
