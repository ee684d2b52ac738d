package import ApusBase
package import ApusStore

/// Where records can be read in order: streams of DynamoDB and Kinesis, for event source mappings. Reading takes nothing away,
/// so a reader keeps its own place. Each call runs on a snapshot and demands what the stream's own operations demand, of the
/// call's principal.
package protocol StreamSource: Sendable {
    /// The stream's shards, those that are over included while their records can be read; parents before children.
    ///
    /// Errors: the stream's service's, where there is no such stream.
    func shards(of streamARN: String, in call: inout Call) throws(ServiceError) -> [StreamShard]

    /// Up to `limit` records after `place`, in their order.
    ///
    /// Errors: the stream's service's; a place that is older than the oldest record is that record's.
    func read(
        _ shard: String, of streamARN: String, from place: StreamPlace, limit: Int, in call: inout Call
    ) throws(ServiceError) -> StreamRead
}

/// Of a server without a service that has streams.
package struct NoStreams: StreamSource {
    package init() {}

    package func shards(of streamARN: String, in call: inout Call) throws(ServiceError) -> [StreamShard] {
        throw CommonError.notImplemented("Apus does not implement the stream \(streamARN).")
    }

    package func read(
        _ shard: String, of streamARN: String, from place: StreamPlace, limit: Int, in call: inout Call
    ) throws(ServiceError) -> StreamRead {
        throw CommonError.notImplemented("Apus does not implement the stream \(streamARN).")
    }
}

package struct StreamShard: Sendable, Equatable {
    package var id: String
    /// The shards that it continues; their records come first.
    package var parents: [String]

    package init(id: String, parents: [String] = []) {
        self.id = id
        self.parents = parents
    }
}

/// Where reading begins.
package enum StreamPlace: Sendable, Equatable {
    /// The oldest record that there is.
    case trimHorizon
    /// The first record at or after a time.
    case at(Timestamp)
    /// The record after this one.
    case after(sequenceNumber: String)
}

package struct StreamRecord: Sendable, Equatable {
    package var sequenceNumber: String
    /// Records of one key are handled in their order.
    package var partitionKey: String
    package var arrival: Timestamp
    /// The record as a function's event shows it.
    package var json: [UInt8]
    /// The record as filters see it; nil: as the function does.
    package var filtered: [UInt8]?

    package init(
        sequenceNumber: String, partitionKey: String, arrival: Timestamp, json: [UInt8], filtered: [UInt8]? = nil
    ) {
        self.sequenceNumber = sequenceNumber
        self.partitionKey = partitionKey
        self.arrival = arrival
        self.json = json
        self.filtered = filtered
    }
}

package struct StreamRead: Sendable {
    package var records: [StreamRecord]
    /// No record will follow these: the shard is over.
    package var isOver: Bool
    /// What changes when a record comes.
    package var channel: Channel

    package init(records: [StreamRecord], isOver: Bool, channel: Channel) {
        self.records = records
        self.isOver = isOver
        self.channel = channel
    }
}
