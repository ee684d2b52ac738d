internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html
package enum ListStreams: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListStreamsInput, in call: inout Call) throws(ServiceError) -> Demands {
        let table = TableReference(account: call.account, region: call.region, name: input.tableName ?? "*")
        return Demands(Demand("dynamodb:ListStreams", on: table.arn(ofStream: "*"), account: call.account))
    }

    package static func perform(
        _ input: ListStreamsInput, in call: inout Call
    ) throws(ServiceError) -> ListStreamsOutput {
        try StreamRules.check(limit: input.limit, atMost: StreamLimits.page)
        var range = StreamKey.all(account: call.account, region: call.region, table: input.tableName)
        if let start = input.exclusiveStartStreamArn { range = range.after(try StreamName(arn: start, in: call).key) }
        let limit = input.limit ?? StreamLimits.page
        let found = try call.page(range, limit: limit + 1).map(\.key.name)
        return ListStreamsOutput(
            streams: found.prefix(limit).map { name in
                StreamShape(streamArn: name.arn, tableName: name.table.name, streamLabel: name.label)
            },
            lastEvaluatedStreamArn: found.count > limit ? found[limit - 1].arn : nil)
    }
}

/// What operations on streams check alike.
enum StreamRules {
    static func check(limit: Int?, atMost most: Int) throws(ServiceError) {
        guard let limit, limit > most else { return }
        throw CommonError.validation(
            "1 validation error detected: Value '\(limit)' at 'limit' failed to satisfy constraint: Member must have value less than or equal to \(most)"
        )
    }
}
