package import ApusBase
package import ApusStore

/// `4031, mapping, shard`: how far a mapping has come in a shard.
package struct ShardCheckpointKey: StoreKey {
    package typealias Value = ShardCheckpoint
    package static let tag = KeyTag.lambdaShardCheckpoint
    package var mapping: String
    package var shard: String

    package init(mapping: String, shard: String) {
        self.mapping = mapping
        self.shard = shard
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.mapping)
        encoder.append(self.shard)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.mapping = try decoder.readString()
        self.shard = try decoder.readString()
    }

    package static func all(_ mapping: String) -> KeyRange<ShardCheckpointKey> { Self.range { $0.append(mapping) } }
}

/// What is done of a shard, with the state of the tumbling window that is open.
package struct ShardCheckpoint: StoreValue, Equatable {
    /// Of the last record that is done; nil: none is.
    package var sequenceNumber: String?
    /// Every record of the shard is done, and no more will come.
    package var isOver: Bool
    /// The start of the window that is open; nil: none is.
    package var windowStart: Timestamp?
    /// What the function answered as `state` last, JSON.
    package var windowState: [UInt8]

    package init(
        sequenceNumber: String? = nil, isOver: Bool = false, windowStart: Timestamp? = nil, windowState: [UInt8] = []
    ) {
        self.sequenceNumber = sequenceNumber
        self.isOver = isOver
        self.windowStart = windowStart
        self.windowState = windowState
    }

    package func encode(into writer: inout RecordWriter) {
        writer.optional(self.sequenceNumber) { $0.string($1) }
        writer.bool(self.isOver)
        writer.optional(self.windowStart) { $0.timestamp($1) }
        writer.blob(self.windowState)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.sequenceNumber = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.isOver = try reader.readBool()
        self.windowStart = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.windowState = try reader.readBlob()
    }
}
