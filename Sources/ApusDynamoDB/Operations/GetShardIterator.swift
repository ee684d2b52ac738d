internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
package enum GetShardIterator: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetShardIteratorInput, in call: inout Call) throws(ServiceError) -> Demands {
        .none(because: "the body asks once it knows the stream's name")
    }

    package static func perform(
        _ input: GetShardIteratorInput, in call: inout Call
    ) throws(ServiceError) -> GetShardIteratorOutput {
        let (name, record) = try call.stream(StreamName(arn: input.streamArn, in: call), "dynamodb:GetShardIterator")
        guard let shard = record.shard(input.shardId) else {
            throw DynamoDBStreamsError.resourceNotFound(
                "Requested resource not found: Shard: \(input.shardId) in stream: \(name.arn) not found")
        }
        let iterator = StreamIterator(
            stream: name, shard: shard.id, next: try Self.next(input, record, shard, in: &call),
            expires: call.now + StreamLimits.iteratorMilliseconds)
        return GetShardIteratorOutput(shardIterator: iterator.text)
    }

    private static func next(
        _ input: GetShardIteratorInput, _ record: TableStreamRecord, _ shard: TableStreamRecord.Shard,
        in call: inout Call
    ) throws(ServiceError) -> UInt64 {
        let oldest = max(shard.first, try call.oldest(of: record))
        let isBySequence = input.shardIteratorType.hasSuffix("SEQUENCE_NUMBER")
        guard isBySequence else {
            if input.sequenceNumber != nil {
                throw CommonError.validation(
                    "SequenceNumber must not be specified when ShardIteratorType is \(input.shardIteratorType)")
            }
            if input.shardIteratorType == "TRIM_HORIZON" { return oldest }
            if let last = shard.last { return last + 1 }
            return try call.get(StreamHeadKey(stream: record.id))?.next ?? shard.first
        }
        guard let text = input.sequenceNumber else {
            throw CommonError.validation(
                "SequenceNumber must be specified when ShardIteratorType is \(input.shardIteratorType)")
        }
        guard let number = SequenceNumber.number(text), number >= shard.first, number <= shard.last ?? .max else {
            throw CommonError.validation("Invalid SequenceNumber for shard \(shard.id): \(text)")
        }
        let next = input.shardIteratorType == "AT_SEQUENCE_NUMBER" ? number : number + 1
        guard next >= oldest else { throw GetRecords.trimmed }
        return next
    }
}
