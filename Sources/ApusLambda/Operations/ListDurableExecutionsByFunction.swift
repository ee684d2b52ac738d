internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListDurableExecutionsByFunction.html
package enum ListDurableExecutionsByFunction: Operation {
    package static let access = OperationAccess.read
    /// Executions that one request looks at.
    private static let scanned = 10_000

    package static func demands(
        _ input: ListDurableExecutionsByFunctionInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(
            try call.functionDemand(
                "lambda:ListDurableExecutionsByFunction", input.functionName, qualifier: input.qualifier))
    }

    package static func perform(
        _ input: ListDurableExecutionsByFunctionInput, in call: inout Call
    ) throws(ServiceError) -> ListDurableExecutionsByFunctionOutput {
        let target = try call.target(input.functionName, qualifier: input.qualifier)
        let isReversed = input.reverseOrder == true
        var range = DurableOfFunctionKey.all(target.record.id)
        if let text = try PageMarker.read(input.marker?.isEmpty == true ? nil : input.marker) {
            guard let key = DurableOfFunctionKey(marker: text, function: target.record.id) else {
                throw LambdaError.invalidParameterValue("Invalid Marker")
            }
            range = isReversed ? range.before(key) : range.after(key)
        }
        let limit = DurableLimits.items(input.maxItems)
        let keys = try call.page(range, direction: isReversed ? .backward : .forward, limit: Self.scanned).map(\.key)
        var found: [(key: DurableOfFunctionKey, record: DurableRecord)] = []
        for key in keys {
            if let before = input.startedBefore, key.started >= before { continue }
            if let after = input.startedAfter, key.started <= after { continue }
            guard let record = try call.durable(key.id), record.version == target.record.versionName,
                input.durableExecutionName.map({ $0 == record.name }) ?? true,
                input.statuses.map({ $0.contains(record.status) }) ?? true
            else { continue }
            found.append((key, record))
            if found.count > limit { break }
        }
        let isMore = found.count > limit
        let last = isMore ? found[limit - 1].key : keys.count == Self.scanned ? keys.last : nil
        return ListDurableExecutionsByFunctionOutput(
            durableExecutions: found.prefix(limit).map(\.record).map { record in
                Execution(
                    durableExecutionArn: record.arn, durableExecutionName: record.name,
                    functionArn: record.functionARN, status: record.status, startTimestamp: record.started,
                    endTimestamp: record.ended)
            },
            nextMarker: last.map { PageMarker.make($0.marker) })
    }
}

extension DurableOfFunctionKey {
    /// The place of an execution in the list of its function's, whether or not it is still kept.
    var marker: String { "\(self.started.milliseconds) \(self.id)" }

    init?(marker: String, function: UInt64) {
        let parts = marker.split(separator: " ")
        guard parts.count == 2, let started = Int64(parts[0]), let id = UInt64(parts[1]) else { return nil }
        self.init(function: function, started: Timestamp(milliseconds: started), id: id)
    }
}
