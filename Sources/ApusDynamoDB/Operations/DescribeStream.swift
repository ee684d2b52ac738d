internal import ApusBase
package import ApusService
internal import DynamoDBExpressions

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html
package enum DescribeStream: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: DescribeStreamInput, in call: inout Call) throws(ServiceError) -> Demands {
        .none(because: "the body asks once it knows the stream's name")
    }

    package static func perform(
        _ input: DescribeStreamInput, in call: inout Call
    ) throws(ServiceError) -> DescribeStreamOutput {
        try StreamRules.check(limit: input.limit, atMost: StreamLimits.page)
        let (name, record) = try call.stream(StreamName(arn: input.streamArn, in: call), "dynamodb:DescribeStream")
        let limit = input.limit ?? StreamLimits.page
        let shards = try Self.shards(input, record)
        return DescribeStreamOutput(
            streamDescription: StreamDescription(
                streamArn: name.arn, streamLabel: name.label,
                streamStatus: record.ended == nil ? "ENABLED" : "DISABLED",
                streamViewType: record.view.name, creationRequestDateTime: record.created, tableName: name.table.name,
                keySchema: [KeySchemaElementShape(attributeName: record.hash.name, keyType: "HASH")]
                    + (record.sort.map { [KeySchemaElementShape(attributeName: $0.name, keyType: "RANGE")] } ?? []),
                shards: shards.prefix(limit).map(\.shape),
                lastEvaluatedShardId: shards.count > limit ? shards[limit - 1].id : nil))
    }

    private static func shards(
        _ input: DescribeStreamInput, _ record: TableStreamRecord
    ) throws(ServiceError) -> [TableStreamRecord.Shard] {
        var shards = record.shards
        if let filter = input.shardFilter {
            guard let parent = filter.shardId else {
                throw CommonError.validation("ShardId must be specified when the Type of ShardFilter is CHILD_SHARDS")
            }
            shards.removeAll { $0.parent != parent }
        }
        guard let start = input.exclusiveStartShardId else { return shards }
        guard let place = shards.firstIndex(where: { $0.id == start }) else { return [] }
        return Array(shards[(place + 1)...])
    }
}

extension TableStreamRecord.Shard {
    fileprivate var shape: ShardShape {
        ShardShape(
            shardId: self.id,
            sequenceNumberRange: SequenceNumberRange(
                startingSequenceNumber: SequenceNumber.text(self.first),
                endingSequenceNumber: self.last.map(SequenceNumber.text)),
            parentShardId: self.parent)
    }
}
