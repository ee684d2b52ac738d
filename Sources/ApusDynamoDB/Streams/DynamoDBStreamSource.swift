internal import ApusBase
package import ApusService
internal import ApusStore

/// Streams of tables as other services read them: the port `StreamSource`.
package struct DynamoDBStreamSource: StreamSource {
    package init() {}

    package func shards(of streamARN: String, in call: inout Call) throws(ServiceError) -> [StreamShard] {
        let (_, record) = try call.stream(StreamName(arn: streamARN, in: call), "dynamodb:DescribeStream")
        return record.shards.map { StreamShard(id: $0.id, parents: $0.parent.map { [$0] } ?? []) }
    }

    package func read(
        _ shard: String, of streamARN: String, from place: StreamPlace, limit: Int, in call: inout Call
    ) throws(ServiceError) -> StreamRead {
        let (name, record) = try call.stream(StreamName(arn: streamARN, in: call), "dynamodb:GetRecords")
        let channel = StreamHeadKey(stream: record.id).channel
        guard let found = record.shard(shard) else { return StreamRead(records: [], isOver: true, channel: channel) }
        let next: UInt64
        switch place {
        case .trimHorizon: next = found.first
        case .at(let time): next = try Self.first(at: time, of: record, in: found, &call)
        case .after(let text): next = (SequenceNumber.number(text) ?? 0) + 1
        }
        let changes = try call.changes(of: record, in: found, from: next, limit: limit)
        let reached = changes.last?.sequence ?? (next - 1)
        return StreamRead(
            records: changes.map {
                StreamEntry(stream: name, record: record, sequence: $0.sequence, change: $0.change).event
            },
            isOver: found.last.map { reached >= $0 || changes.isEmpty } ?? false, channel: channel)
    }

    /// The first record of a shard at or after a time: times ascend with sequence numbers, so it is found by halving.
    private static func first(
        at time: Timestamp, of record: TableStreamRecord, in shard: TableStreamRecord.Shard, _ call: inout Call
    ) throws(ServiceError) -> UInt64 {
        var low = max(shard.first, try call.oldest(of: record))
        let head = try call.get(StreamHeadKey(stream: record.id))?.next ?? low
        var high = min(shard.last.map { $0 + 1 } ?? head, head)
        while low < high {
            let middle = low + (high - low) / 2
            let change = try call.get(StreamChangeKey(stream: record.id, sequence: middle))
            if let change, change.time >= time { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension Call {
    /// The stream, once the caller may do it; nobody learns from the answer which streams others have.
    package mutating func stream(
        _ name: StreamName, _ action: String
    ) throws(ServiceError) -> (name: StreamName, record: TableStreamRecord) {
        let record = try self.get(name.key)
        try self.require(Demand(action, on: name.arn, account: name.table.account, resourcePolicy: record?.policy?.text))
        guard let record else {
            throw DynamoDBStreamsError.resourceNotFound(
                "Requested resource not found: Stream: \(name.arn) not found")
        }
        return (name, record)
    }
}
