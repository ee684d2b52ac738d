internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
package enum GetRecords: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetRecordsInput, in call: inout Call) throws(ServiceError) -> Demands {
        .none(because: "the body asks once it knows the stream's name")
    }

    package static func perform(
        _ input: GetRecordsInput, in call: inout Call
    ) throws(ServiceError) -> GetRecordsOutput {
        try StreamRules.check(limit: input.limit, atMost: StreamLimits.readRecords)
        var iterator = try StreamIterator(input.shardIterator, in: call)
        let (name, record) = try call.stream(iterator.stream, "dynamodb:GetRecords")
        guard iterator.expires > call.now else {
            throw DynamoDBStreamsError.expiredIterator(
                "Iterator expired; it was valid until \(iterator.expires.iso8601).")
        }
        guard let shard = record.shard(iterator.shard) else { throw Self.trimmed }
        guard try iterator.next >= min(call.oldest(of: record), shard.last ?? .max) else { throw Self.trimmed }
        let limit = input.limit ?? StreamLimits.readRecords
        let changes = try call.changes(of: record, in: shard, from: iterator.next, limit: limit)
        if let last = changes.last { iterator.next = last.sequence + 1 }
        // A shard that is over has an end, which is told by the lack of a next iterator.
        let isOver = shard.last.map { iterator.next > $0 } ?? false
        iterator.expires = call.now + StreamLimits.iteratorMilliseconds
        return GetRecordsOutput(
            records: changes.map {
                StreamEntry(stream: name, record: record, sequence: $0.sequence, change: $0.change).shape
            },
            nextShardIterator: isOver ? nil : iterator.text)
    }

    /// https://github.com/ironSource/node-dynamodb-stream/issues/13 has the words.
    static let trimmed = DynamoDBStreamsError.trimmedDataAccess(
        "The data you are trying to access has been trimmed")
}
